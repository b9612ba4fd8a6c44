// What the drill itself sees of a Worker, apart from its telemetry: each invocation as a deed, with the objects that it
// called or with what its own object's storage did and holds. See deeds.py for what is told of each.
import { answered } from "./take.mjs";

const OWN_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_cf_*' AND name NOT GLOB 'sqlite_*'";

let keeping = false; // whether there is a take
let moment = 0; // counts begins and ends, since the clock is too coarse to order them
let deeds = [];
let arrived = []; // requests that the default handler got: method and URL
let lost = []; // for each line that came after some that could not be written, how many these were
let unwritten = 0; // since the last line, whichever take that was in
const dues = new Map(); // Durable Object id -> when its alarm is due by what its code has set, ms since the epoch
let times = new Map(); // Durable Object id -> how often it was constructed in this take

/** The next moment of the take: an invocation may have arrived before its own code begins. */
export function next() {
  return moment++;
}

/** Starts a take: what is still open of an earlier one is told nowhere. */
export function keep() {
  keeping = true;
  deeds = [];
  arrived = [];
  lost = [];
  times = new Map();
}

/** A line was written, or could not be. */
export function noteLine(failed) {
  if (!failed && unwritten > 0) lost.push(unwritten);
  unwritten = failed ? unwritten + 1 : 0;
}

/** A request came to the default handler. */
export function arrive({ method, url }) {
  if (keeping) arrived.push(`${method} ${url}`);
}

/** The deeds of the take so far, those that have not ended without `ended`; what arrived, and was lost of telemetry. */
export function told() {
  return { deeds: deeds.map(({ cursors, ...deed }) => deed), arrived, lost };
}

/** A deed of the Worker's own handler, which `Calls` fill; nothing is kept of what no take asks for. */
export class Handling {
  calls = [];

  /** @param {string} what the handler */
  begin(what) {
    this.deed = { what, class: "", began: moment++, began_ms: Date.now(), threw: false, calls: this.calls };
    if (keeping) deeds.push(this.deed);
    return this.deed;
  }

  /** Runs a call of an object and notes how it ended; what it returns stays what it is. */
  call(of, injected, run) {
    const call = { ...of, injected, began: moment++, began_ms: Date.now(), threw: false };
    this.calls.push(call);
    const result = run();
    if (keeping && typeof result?.then === "function") {
      const done = () => Object.assign(call, { ended: moment++, ended_ms: Date.now() });
      result.then(
        (value) => {
          done();
          if (!(value instanceof Response)) return;
          call.status = value.status;
          answered(value);
        },
        (error) => {
          done();
          call.threw = true;
          call.error = described(error);
        },
      );
    }
    return result;
  }
}

/** What ended a deed: `value` is what was thrown, else what was returned. */
export function end(deed, threw, value) {
  deed.threw = threw;
  if (threw) deed.error = described(value);
  else if (value instanceof Response) deed.status = value.status;
  Object.assign(deed, { ended: moment++, ended_ms: Date.now() });
}

function described(error) {
  return { name: String(error?.name), message: String(error?.message), retryable: error?.retryable === true };
}

/** The storage of one instance of an object: to whom its calls are charged, and what it holds. */
export class Books {
  #running = new Set();
  #cold = true;

  /** To be made before the storage's methods are replaced.
   * @param {string} className
   * @param {string} id
   * @param {DurableObjectStorage} storage */
  constructor(className, id, storage) {
    this.className = className;
    this.id = id;
    this.storage = storage;
    try {
      const sql = storage.sql;
      const exec = sql.exec.bind(sql);
      this.ask = (statement) => exec(statement).toArray();
      this.size = () => sql.databaseSize;
      this.list = storage.kv?.list.bind(storage.kv);
    } catch {
      // not backed by SQLite
    }
    if (keeping) times.set(id, (times.get(id) ?? 0) + 1);
  }

  /** @param {string} method
   * @param {number} arrived
   * @param {{ retryCount?: number, scheduledTime?: number }} [alarm] */
  begin(method, arrived, alarm) {
    const deed = {
      what: method,
      class: this.className,
      object: this.id,
      instance: times.get(this.id) ?? 0,
      cold: this.#cold,
      threw: false,
      overlapped: this.#running.size > 0,
      before: this.#entries(),
      storage: { calls: 0, refused: 0, read: 0, written: 0, cleared: 0 },
      cursors: [],
      began: arrived,
      began_ms: Date.now(),
    };
    if (alarm) {
      Object.assign(deed, { retry: alarm.retryCount ?? 0, scheduled_ms: alarm.scheduledTime });
      dues.delete(this.id);
    }
    this.#cold = false;
    for (const other of this.#running) other.overlapped = true;
    this.#running.add(deed);
    if (keeping) deeds.push(deed);
    return deed;
  }

  /** @param {object} deed
   * @param {boolean} threw
   * @param {unknown} value */
  end(deed, threw, value) {
    this.#running.delete(deed);
    for (const cursor of deed.cursors) {
      deed.storage.read += cursor.rowsRead;
      deed.storage.written += cursor.rowsWritten;
    }
    deed.bytes = this.#bytes();
    deed.due_ms = dues.get(this.id);
    deed.entries = this.#entries();
    end(deed, threw, value);
  }

  /** A call of the storage: of the invocation that began last, whichever of those that overlap it is of.
   * `due` is the time that an alarm was set to. */
  charge(method, refused, result, due) {
    if (!refused && method === "setAlarm") dues.set(this.id, Number(due));
    if (!refused && ["deleteAlarm", "deleteAll"].includes(method)) dues.delete(this.id);
    const deed = [...this.#running].at(-1);
    if (deed === undefined) return;
    if (refused) {
      deed.storage.refused += 1;
      return;
    }
    deed.storage.calls += 1;
    if (method === "exec") deed.cursors.push(result);
    if (method === "deleteAll") deed.storage.cleared += 1;
    if (method === "setAlarm") deed.storage.written += 1; // developers.cloudflare.com/durable-objects/platform/pricing
  }

  #bytes() {
    try {
      return this.size?.();
    } catch {
      return undefined; // it was reset
    }
  }

  /** How many rows each table of its own has, and under "" how many entries are beside these. */
  #entries() {
    if (!keeping || !this.#bytes()) return {};
    try {
      const names = this.ask(OWN_TABLES).map(({ name }) => name);
      const counted = names.map((name) => [name, this.ask(`SELECT COUNT(*) AS n FROM "${name.replaceAll('"', '""')}"`)[0].n]);
      return { ...Object.fromEntries(counted), ...(this.list && { "": [...this.list()].length }) };
    } catch {
      return {};
    }
  }
}
