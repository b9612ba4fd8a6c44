/**
 * The lines of one object. The platform writes what an object logs into the record of the invocation that it delivered last,
 * and of a record's lines only one becomes telemetry: invocations that overlap share a line (docs/adr/0008).
 * Bindings: none.
 */
import { CANARY } from "./contract.mjs";
import { write } from "./line.mjs";

/** @typedef {import("./invocation.mjs").Event} Event */

/** For how long an object counts as crowded after invocations of it have overlapped. */
const CROWDED_MS = 60_000;

/** What runs for longer, a call that waits for news perhaps, keeps no line back; nor is any kept back for longer. */
const LONG_MS = 1_000;

/** Kinds of operations that wait for a line; from then on alarms, of which each has a line of its own, share them too. */
const MOST = 32;

const SUMS = ["written", "read", "calls"];
const LATEST = ["keys", "bytes", "id"];
const FLAGS = ["pulse", "cold"];

/** Operations that have no caller who could tell of them. */
const DELIVERED = new Set(["alarm", "message", "close", "socket_error"]);

/**
 * A line is written at once, unless invocations of the object have overlapped lately: then those that end while others run
 * wait for these and share a line. If the line of the record is taken, they wait for the next record.
 *
 * A line has the figures of all that ended since the one before, and tells how many operations of one kind there were: the
 * same operation with the same end. The other kinds wait for the lines of the next records.
 */
export class Lines {
  #ctx;
  /** When what runs began. @type {Map<Event, number>} */
  #running = new Map();
  /** The figures of what ended since the last line; none if nothing did. @type {Event | undefined} */
  #figures = undefined;
  /** When the first of it ended. */
  #since = 0;
  /** What is not told yet, by kind, with how many there are `alike`. @type {Map<unknown, Event>} */
  #kinds = new Map();
  /** How many operations ended since the last line that told of such: without a caller, with one, of canary requests. */
  #ended = { delivered: 0, called: 0, canary: 0 };
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
    if (this.#figures === undefined) this.#since = now;
    const atOnce = !this.#taken && (now >= this.#crowdedUntil || (DELIVERED.has(event.op) && this.#running.size === 0));
    if (atOnce && this.#kinds.size === 0) return this.#print(event);
    this.#keep(event);
    if (atOnce) return this.#write();
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
    if (this.#taken || this.#figures === undefined) return;
    const now = Date.now();
    const waits = now - this.#since < LONG_MS && [...this.#running.values()].some((began) => now - began < LONG_MS);
    if (!waits) this.#write();
  }

  /** @param {Event} event */
  #keep(event) {
    const { op, result, error, trigger } = event;
    const of = side(event);
    const kind = op === "alarm" && this.#kinds.size < MOST ? event : `${of} ${op} ${result} ${error} ${trigger}`;
    const known = this.#kinds.get(kind);
    if (known === undefined) {
      this.#kinds.set(kind, { ...event, alike: 1, urgency: urgency(event) });
    } else {
      known.alike += 1;
      known.removed = sum(known.removed, event.removed);
    }
    this.#figures = figures(this.#figures, event);
    this.#ended[of] += 1;
  }

  /** Tell the most urgent kind, with the figures of all; each that is passed over becomes more urgent. */
  #write() {
    let first;
    let most = -Infinity;
    for (const [kind, { urgency }] of this.#kinds) {
      if (urgency > most) [first, most] = [kind, urgency];
    }
    /** @type {Event} */
    const told = { ...this.#kinds.get(first), ...this.#figures };
    const alone = this.#kinds.size === 1 && told.alike === 1 && told.folded === undefined;
    if (alone) told.alike = undefined;
    else told.total = this.#ended[side(told)];
    this.#kinds.delete(first);
    for (const waiting of this.#kinds.values()) waiting.urgency += 1;
    this.#figures = undefined;
    this.#ended[side(told)] = 0;
    this.#print(told);
  }

  /** @param {Event} event */
  #print(event) {
    this.#taken = true;
    write(event);
    if (this.#probing) return;
    this.#probing = true;
    turn().then(() => (this.#probing = false));
  }
}

/** The shortest wait in which what was delivered begins; what answers a caller that is elsewhere takes longer. */
function turn() {
  return new Response("").text();
}

/** The figures of two events in one, whatever these are about.
 * @param {Event | undefined} one
 * @param {Event} other the later one
 * @returns {Event} */
function figures(one, other) {
  /** @type {Event} */
  const found = { folded: one === undefined ? undefined : (one.folded ?? 0) + 1 };
  for (const name of SUMS) found[name] = sum(one?.[name], other[name]);
  for (const name of LATEST) found[name] = other[name] ?? one?.[name];
  for (const name of FLAGS) found[name] = one?.[name] || other[name];
  return found;
}

/** @param {number | undefined} one
 * @param {number | undefined} other */
function sum(one, other) {
  return one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0);
}

/** What nobody else tells of comes first, then what failed, a canary's last: nothing counts the line that tells it.
 * @param {Event} event */
function urgency(event) {
  const { op, trigger, result } = event;
  if (side(event) === "canary") return -1;
  return (DELIVERED.has(op) || trigger !== undefined ? 3 : 0) + (result === "error" ? 2 : result === "ok" ? 0 : 1);
}

/** @param {Event} event
 * @returns {"delivered" | "called" | "canary"} */
function side({ op, request }) {
  if (typeof request === "string" && request.startsWith(CANARY)) return "canary";
  return DELIVERED.has(op) ? "delivered" : "called";
}
