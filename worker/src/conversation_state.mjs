/**
 * ConversationStateDO: one object per conversation, which remembers the tool name of each tool use id.
 *
 * Bindings (text, all optional):
 *   INACTIVITY_MS    time without an operation after which everything is removed; default 300000
 *   TELEMETRY_SALT   secret; without it, telemetry lines carry no instance id
 */
import { DurableObject } from "cloudflare:workers";
import { PULSE_WINDOW_MS } from "./contract.mjs";
import { failure } from "./errors.mjs";
import { entries, identifier, positiveInteger } from "./input.mjs";
import { emit, hashedId } from "./telemetry.mjs";

const DEFAULT_INACTIVITY_MS = 300_000;

// The alarm is set later than needed, so that a busy object moves it (a billed row) once in a while, not each time.
const ALARM_MARGIN = 1.1;

// The platform gives an alarm up after this many retries. Source: developers.cloudflare.com/durable-objects/api/alarms
const LAST_ALARM_RETRY = 6;

// Without rowid a row is one billed write; with it, the primary key would be an index and cost a second one.
const SCHEMA =
  "CREATE TABLE IF NOT EXISTS tools (tool_use_id TEXT PRIMARY KEY, tool_name TEXT NOT NULL) WITHOUT ROWID";

/**
 * @typedef {import("./input.mjs").Entry} Entry
 * @typedef {{ requestId?: string }} Context joins the telemetry of caller and object
 * @typedef {Record<string, unknown> & { read: number, written: number, pulse: boolean }} Event by wire name
 */

export class ConversationStateDO extends DurableObject {
  /** Number of entries; undefined until counted. @type {number | undefined} */
  #keys = undefined;
  /** When the alarm is due, in ms; 0 for not set. */
  #due = 0;
  /** The pulse window of the last event. */
  #window = 0;
  #cold = true;
  /** @type {string | undefined} */
  #id = undefined;
  /** @type {number} */
  #inactivityMs;

  /** @param {DurableObjectState} ctx
   * @param {Record<string, unknown>} env */
  constructor(ctx, env) {
    super(ctx, env);
    this.#inactivityMs = positiveInteger(env.INACTIVITY_MS, DEFAULT_INACTIVITY_MS);
    ctx.blockConcurrencyWhile(() => this.#wake(env.TELEMETRY_SALT));
  }

  /**
   * Remember tool names; an id that is known gets the new name. All or none are stored.
   * @param {Entry | Entry[]} tools
   * @param {Context} [context]
   * @returns {Promise<{ stored: number }>}
   */
  store(tools, context) {
    return this.#run("store", context, async (event) => {
      const list = entries(tools);
      await this.#postponeCleanUp(event);
      const keys = this.#count(event);
      const added = this.ctx.storage.transactionSync(() => {
        if (keys === 0) this.#sql(event, SCHEMA);
        return list.filter((entry) => this.#upsert(event, entry)).length;
      });
      this.#keys = keys + added;
      return { stored: list.length };
    });
  }

  /**
   * The tool name of an id, or null when it is unknown.
   * @param {string} toolUseId
   * @param {Context} [context]
   * @returns {Promise<string | null>}
   */
  retrieve(toolUseId, context) {
    return this.#run("retrieve", context, async (event) => {
      const id = identifier(toolUseId, "tool_use_id");
      const [row] = await this.#lookUp(event, "SELECT tool_name FROM tools WHERE tool_use_id = ?", id);
      if (row === undefined) event.result = "miss";
      return row === undefined ? null : String(row.tool_name);
    });
  }

  /**
   * Forget one id. Not for repeating after a failure: a second call reports 0.
   * @param {string} toolUseId
   * @param {Context} [context]
   * @returns {Promise<{ deleted: number }>}
   */
  delete(toolUseId, context) {
    return this.#run("delete", context, async (event) => {
      const id = identifier(toolUseId, "tool_use_id");
      const { length } = await this.#lookUp(event, "DELETE FROM tools WHERE tool_use_id = ? RETURNING 1", id);
      if (length === 0) event.result = "miss";
      this.#keys = this.#count(event) - length;
      return { deleted: length };
    });
  }

  /**
   * Forget everything and free the storage. Not for repeating after a failure: a second call reports 0.
   * @param {Context} [context]
   * @returns {Promise<{ deleted: number }>}
   */
  clear(context) {
    return this.#run("clear", context, async (event) => {
      const deleted = await this.#cleanUp(event, "api");
      await this.ctx.storage.deleteAlarm(); // last: data must never be left without an alarm
      return { deleted };
    });
  }

  /**
   * The conversation was inactive: remove everything. Runs again harmlessly.
   * @param {{ retryCount?: number }} [info]
   */
  async alarm(info) {
    try {
      await this.#run("alarm", undefined, (event) => this.#cleanUp(event, "alarm"));
    } catch (error) {
      if ((info?.retryCount ?? 0) < LAST_ALARM_RETRY) throw error;
      await this.ctx.storage.setAlarm(Date.now() + this.#inactivityMs);
    }
  }

  /**
   * Runs before the first event, and must not fail: the object could never start, and could not say why.
   * @param {unknown} salt
   */
  async #wake(salt) {
    try {
      this.#id = await hashedId(salt, this.ctx.id.toString());
      this.#due = (await this.ctx.storage.getAlarm()) ?? 0;
      // The first event of a window sets the alarm, so the alarm tells whether an evicted instance had its pulse.
      this.#window = pulseWindow(this.#due - this.#inactivityMs * ALARM_MARGIN);
    } catch {
      this.#due = 0;
    }
  }

  /**
   * Do one operation and write its telemetry line. What fails is logged here, because an RPC that throws leaves
   * nothing in the object's own record; then it is thrown on as it is.
   * @template T
   * @param {string} op
   * @param {Context | undefined} context
   * @param {(event: Event) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async #run(op, context, work) {
    const window = pulseWindow(Date.now());
    const pulse = window !== this.#window;
    /** @type {Event} */
    const event = { at: "object", op, result: "ok", pulse, cold: this.#cold, id: this.#id, read: 0, written: 0 };
    event.request = context?.requestId;
    this.#window = window;
    this.#cold = false;
    try {
      return await work(event);
    } catch (error) {
      Object.assign(event, failure(error));
      if (event.result === "error") this.#keys = undefined; // unsure: count again
      throw error;
    } finally {
      event.keys = this.#keys;
      event.bytes = this.#size();
      emit(event);
    }
  }

  /**
   * Set the alarm unless it is late enough: never earlier than the inactivity time after the last operation.
   * @param {Event} event
   */
  async #postponeCleanUp(event) {
    const now = Date.now();
    if (!event.pulse && this.#due >= now + this.#inactivityMs) return;
    const due = Math.ceil(now + this.#inactivityMs * ALARM_MARGIN);
    await this.ctx.storage.setAlarm(due);
    this.#due = due;
    event.written += 1; // Source: developers.cloudflare.com/durable-objects/platform/pricing
  }

  /**
   * @param {Event} event
   * @param {"alarm" | "api"} trigger
   * @returns {Promise<number>} entries removed
   */
  async #cleanUp(event, trigger) {
    event.trigger = trigger;
    const removed = this.#count(event);
    await this.ctx.storage.deleteAll();
    this.#keys = 0;
    this.#due = 0;
    event.removed = removed;
    return removed;
  }

  /**
   * Run a statement on the entries, if there are any; an empty object stays without a table and without an alarm.
   * @param {Event} event
   * @param {string} statement
   * @param {string} id
   */
  async #lookUp(event, statement, id) {
    if (this.#count(event) === 0) return [];
    await this.#postponeCleanUp(event);
    return this.#sql(event, statement, id);
  }

  /**
   * @param {Event} event
   * @param {Entry} entry
   * @returns {boolean} whether it is new
   */
  #upsert(event, { tool_use_id: id, tool_name: name }) {
    const insert = "INSERT INTO tools VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING 1";
    if (this.#sql(event, insert, id, name).length > 0) return true;
    this.#sql(event, "UPDATE tools SET tool_name = ?2 WHERE tool_use_id = ?1 AND tool_name <> ?2", id, name);
    return false;
  }

  /**
   * The number of entries: counted once after a start, then kept in memory.
   * @param {Event} event
   * @returns {number}
   */
  #count(event) {
    if (this.#keys === undefined) {
      const exists = this.#sql(event, "SELECT 1 FROM sqlite_master WHERE name = 'tools'").length > 0;
      this.#keys = exists ? Number(this.#sql(event, "SELECT COUNT(*) AS keys FROM tools")[0].keys) : 0;
    }
    return this.#keys;
  }

  /**
   * @param {Event} event gets the rows read and written
   * @param {string} statement
   * @param {...string} parameters
   */
  #sql(event, statement, ...parameters) {
    const cursor = this.ctx.storage.sql.exec(statement, ...parameters);
    const rows = cursor.toArray();
    event.read += cursor.rowsRead;
    event.written += cursor.rowsWritten;
    return rows;
  }

  /** @returns {number | undefined} bytes; none when storage does not answer */
  #size() {
    try {
      return this.ctx.storage.sql.databaseSize;
    } catch {
      return undefined;
    }
  }
}

/** @param {number} ms since the epoch */
function pulseWindow(ms) {
  return Math.floor(ms / PULSE_WINDOW_MS);
}
