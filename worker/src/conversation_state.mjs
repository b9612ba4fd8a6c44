/**
 * ConversationStateDO: one object per conversation, which remembers the tool name of each tool use id.
 *
 * Bindings (text, all optional):
 *   INACTIVITY_MS    time without an operation after which everything is removed; default 300000
 *   TELEMETRY_SALT   secret; without it, telemetry lines carry no instance id
 */
import { DurableObject } from "cloudflare:workers";
import { InputError, failure } from "firedrill/errors";
import { entries, identifier, positiveInteger } from "./input.mjs";
import { charge, current, isCanary, observeObject, rows } from "firedrill";

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
 * @typedef {import("firedrill").Event} Event
 */

class ConversationState extends DurableObject {
  /** Number of entries; undefined until counted. @type {number | undefined} */
  #keys = undefined;
  /** When the alarm is due, in ms, 0 for not set; undefined until read. @type {number | undefined} */
  #due = undefined;
  /** @type {number} */
  #inactivityMs;

  /** @param {DurableObjectState} ctx
   * @param {Record<string, unknown>} env */
  constructor(ctx, env) {
    super(ctx, env);
    this.#inactivityMs = inactivityMs(env);
  }

  /**
   * Remember tool names; an id that is known gets the new name. All or none are stored.
   * @param {Entry | Entry[]} tools
   * @param {Context} [context]
   * @returns {Promise<{ stored: number }>}
   */
  store(tools, context) {
    return this.#operate(context, (event) => {
      const list = entries(tools);
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
    return this.#operate(context, (event) => {
      const id = identifier(toolUseId, "tool_use_id");
      const [row] = this.#lookUp(event, "SELECT tool_name FROM tools WHERE tool_use_id = ?", id);
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
    return this.#operate(context, (event) => {
      const id = identifier(toolUseId, "tool_use_id");
      const { length } = this.#lookUp(event, "DELETE FROM tools WHERE tool_use_id = ? RETURNING 1", id);
      if (length === 0) event.result = "miss";
      this.#keys = this.#count(event) - length;
      return { deleted: length };
    });
  }

  /**
   * Forget everything. Not for repeating after a failure: a second call reports 0.
   * @param {Context} [context]
   * @returns {Promise<{ deleted: number }>}
   */
  clear(context) {
    return this.#operate(context, async (event) => {
      const deleted = await this.#cleanUp(event);
      if (isCanary(context?.requestId)) await this.ctx.storage.deleteAlarm(); // it would be counted among real ones
      else await this.#postponeCleanUp(event); // the alarm went with everything else
      return { deleted };
    }, "api");
  }

  /**
   * The conversation was inactive: remove everything. Runs again harmlessly.
   * @param {{ retryCount?: number }} [info]
   */
  async alarm(info) {
    await this.#run(async (event) => {
      event.trigger = "alarm";
      try {
        await this.#cleanUp(event);
      } catch (error) {
        if ((info?.retryCount ?? 0) < LAST_ALARM_RETRY) throw error;
        await this.ctx.storage.setAlarm(Date.now() + this.#inactivityMs);
        charge(event, 0, 1);
        Object.assign(event, failure(error), { result: "error" });
      }
    });
  }

  /**
   * One operation: it counts as activity, whatever comes of it. With a `trigger` it is a clean-up, however far it gets.
   * @template T
   * @param {Context | undefined} context
   * @param {(event: Event) => T | Promise<T>} work
   * @param {"api"} [trigger]
   * @returns {Promise<T>}
   */
  #operate(context, work, trigger) {
    return this.#run(async (event) => {
      event.request = context?.requestId;
      event.trigger = trigger;
      await this.#postponeCleanUp(event);
      return work(event);
    });
  }

  /**
   * @template T
   * @param {(event: Event) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async #run(work) {
    const event = current();
    event.calls = event.read = event.written = 0;
    try {
      return await work(event);
    } catch (error) {
      if (!(error instanceof InputError)) this.#keys = undefined; // unsure: count again
      throw error;
    } finally {
      event.keys = this.#keys;
    }
  }

  /**
   * Set the alarm unless it is late enough: never earlier than the inactivity time after the last operation. Each
   * pulse sets it, so that it tells of the last one (see lastPulse).
   * @param {Event} event
   */
  async #postponeCleanUp(event) {
    const now = Date.now();
    if (this.#due === undefined) {
      this.#due = (await this.ctx.storage.getAlarm()) ?? 0;
      charge(event);
    }
    if (!event.pulse && this.#due >= now + this.#inactivityMs) return;
    const due = Math.ceil(now + this.#inactivityMs * ALARM_MARGIN);
    await this.ctx.storage.setAlarm(due);
    this.#due = due;
    charge(event, 0, 1); // Source: developers.cloudflare.com/durable-objects/platform/pricing
  }

  /**
   * @param {Event} event
   * @returns {Promise<number>} entries removed
   */
  async #cleanUp(event) {
    const removed = this.#count(event);
    await this.ctx.storage.deleteAll();
    charge(event);
    this.#keys = 0;
    this.#due = 0;
    event.removed = removed;
    return removed;
  }

  /**
   * Run a statement on the entries, if there are any: an empty object has no table.
   * @param {Event} event
   * @param {string} statement
   * @param {string} id
   */
  #lookUp(event, statement, id) {
    return this.#count(event) === 0 ? [] : this.#sql(event, statement, id);
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
   * @param {Event} event
   * @param {string} statement
   * @param {...string} parameters
   */
  #sql(event, statement, ...parameters) {
    return rows(event, this.ctx.storage.sql.exec(statement, ...parameters));
  }
}

export const ConversationStateDO = observeObject(ConversationState, {
  className: "ConversationStateDO",
  lastActive: lastPulse,
});

/**
 * Each pulse sets the alarm, so the alarm tells when it was. After a clean-up nothing tells; but then the last pulse was
 * in an earlier window, as long as the inactivity time is not shorter than a window.
 * @param {DurableObjectState} ctx
 * @param {Record<string, unknown>} env
 * @returns {Promise<number>} ms since the epoch
 */
async function lastPulse(ctx, env) {
  const due = await ctx.storage.getAlarm();
  return due === null ? 0 : due - inactivityMs(env) * ALARM_MARGIN;
}

/** @param {Record<string, unknown>} env */
function inactivityMs(env) {
  return positiveInteger(env.INACTIVITY_MS, DEFAULT_INACTIVITY_MS);
}
