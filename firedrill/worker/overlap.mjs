/**
 * The lines of one object. The platform writes what an object logs into the record of the invocation that it delivered last,
 * and of a record's lines only one becomes telemetry: invocations that overlap share a line (docs/adr/0008).
 * Bindings: none.
 */
import { write } from "./line.mjs";

/** @typedef {import("./invocation.mjs").Event} Event */

/** For how long an object counts as crowded after invocations of it have overlapped. */
const CROWDED_MS = 60_000;

/** What runs for longer, a call that waits for news perhaps, keeps no line back; nor is any kept back for longer. */
const LONG_MS = 1_000;

const SUMS = ["written", "read", "calls", "removed"];
const LATEST = ["keys", "bytes", "id"];
const FLAGS = ["pulse", "cold"];

/** Operations that have no caller who could tell of them. */
const DELIVERED = new Set(["alarm", "message", "close", "socket_error"]);

/**
 * A line is written at once, unless invocations of the object have overlapped lately: then those that end while others run
 * wait for these and share a line. If the line of the record is taken, they wait for the next record.
 */
export class Lines {
  #ctx;
  /** When what runs began. @type {Map<Event, number>} */
  #running = new Map();
  /** What is not written yet. @type {Event | undefined} */
  #held = undefined;
  /** When that was the first. */
  #since = 0;
  /** Whether the record of the invocation that was delivered last has a line, as far as is known. */
  #taken = false;
  /** Whether what begins now was delivered before the last line was written. */
  #probing = false;
  #crowdedUntil = 0;
  #settling = false;
  /** Begins and ends so far. */
  #moves = 0;

  /** @param {DurableObjectState} ctx */
  constructor(ctx) {
    // Where a test stands in for the platform, there are no records.
    this.#ctx = typeof ctx.waitUntil === "function" ? ctx : undefined;
  }

  /** @param {Event} event
   * @param {number} now */
  begin(event, now) {
    this.#running.set(event, now);
    this.#moves += 1;
    if (!this.#probing) this.#taken = false;
    if (this.#probing || this.#running.size > 1) this.#crowdedUntil = now + CROWDED_MS;
  }

  /** @param {Event} event one that ended: it keeps no others back, whatever comes of it */
  forget(event) {
    this.#running.delete(event);
    this.#moves += 1;
  }

  /** @param {Event} event complete: what its code sets on it from now on is told no more */
  add(event) {
    if (this.#ctx === undefined) return write(event);
    const now = Date.now();
    if (this.#held === undefined) this.#since = now;
    this.#held = this.#held === undefined ? event : folded(this.#held, event);
    if (!this.#taken && (now >= this.#crowdedUntil || DELIVERED.has(event.op))) return this.#write();
    this.#held = { ...this.#held };
    if (this.#settling) return;
    this.#settling = true;
    this.#ctx.waitUntil(this.#settle());
  }

  /** Wait until all have begun that were delivered by now. */
  async #settle() {
    let moves;
    do {
      moves = this.#moves;
      await turn();
    } while (moves !== this.#moves);
    this.#settling = false;
    if (this.#taken || this.#held === undefined) return;
    const now = Date.now();
    const waits = now - this.#since < LONG_MS && [...this.#running.values()].some((began) => now - began < LONG_MS);
    if (!waits) this.#write();
  }

  #write() {
    const event = this.#held;
    this.#held = undefined;
    this.#taken = true;
    if (event !== undefined) write(event);
    if (this.#probing) return;
    this.#probing = true;
    turn().then(() => (this.#probing = false));
  }
}

/** The shortest wait in which what was delivered begins; what answers a caller that is elsewhere takes longer. */
function turn() {
  return new Response("").text();
}

/** Two events in one: that of the operation which nobody else tells of, or which failed; and the sums of both.
 * @param {Event} one
 * @param {Event} other the later one
 * @returns {Event} */
function folded(one, other) {
  const told = { ...(rank(one) > rank(other) ? one : other) };
  for (const name of SUMS) {
    if (one[name] !== undefined || other[name] !== undefined) told[name] = (one[name] ?? 0) + (other[name] ?? 0);
  }
  for (const name of LATEST) told[name] = other[name] ?? one[name];
  for (const name of FLAGS) told[name] = one[name] || other[name];
  told.folded = (one.folded ?? 0) + (other.folded ?? 0) + 1;
  return told;
}

/** @param {Event} event */
function rank({ op, trigger, result }) {
  return (DELIVERED.has(op) || trigger !== undefined ? 2 : 0) + (result === "error" ? 1 : 0);
}
