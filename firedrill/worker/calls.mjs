/**
 * The calls of Durable Objects that one invocation of a Worker makes: what its line tells of them.
 * Bindings: none.
 */

/** @typedef {{ readonly object: string }} Called the name or id by which an object was found */

/** A call of an object, with its repetitions. */
export class Call {
  attempts = 0;
  /** Around all attempts, once the last one ended. @type {number | undefined} */
  ms = undefined;
  /** Of the last attempt. @type {import("./errors.mjs").Failure | undefined} */
  failure = undefined;
  /** What the status of its response says, unless that is nothing special. @type {string | undefined} */
  answer = undefined;
  started = Date.now();

  /** @param {number} number in the order in which the invocation made its calls
   * @param {string} className
   * @param {Called} called
   * @param {string} op */
  constructor(number, className, called, op) {
    this.number = number;
    this.class = className;
    this.called = called;
    this.op = op;
  }

  /** How it ended; undefined while it has not. */
  get outcome() {
    if (this.ms === undefined) return undefined;
    if (this.failure === undefined) return this.attempts === 1 ? "first_try" : "recovered";
    return this.attempts === 1 ? "not_retried" : "exhausted";
  }
}

/** The calls that one invocation makes: of many, only those that failed are kept. */
export class Calls {
  /** Those of which an attempt failed. @type {Set<Call> | undefined} */
  #failed = undefined;
  /** @type {Call | undefined} */
  #last = undefined;
  #count = 0;
  /** A namespace may be kept for longer than the invocation that it is from: no line would tell of its calls then. */
  ended = false;

  /** After a failure, the same operation of the same object is another attempt.
   * @param {string} className
   * @param {Called} called
   * @param {string} op
   * @returns {Call} */
  begin(className, called, op) {
    const call = this.#toRepeat(className, called, op) ?? new Call(this.#count++, className, called, op);
    if (call.attempts === 0) this.#last = call;
    call.attempts += 1;
    call.ms = call.failure = undefined;
    return call;
  }

  /** @param {Call} call
   * @param {import("./errors.mjs").Failure} failure */
  fail(call, failure) {
    call.failure = failure;
    (this.#failed ??= new Set()).add(call);
  }

  /** The invocation is over.
   * @returns {Call | undefined} what its line tells of: the first call that failed, or the last one */
  end() {
    this.ended = true;
    if (this.#failed === undefined) return this.#last;
    const failed = [...this.#failed].filter(({ failure }) => failure !== undefined);
    return failed.sort((one, other) => one.number - other.number)[0] ?? this.#last;
  }

  /** @param {string} className
   * @param {Called} called
   * @param {string} op */
  #toRepeat(className, called, op) {
    for (const call of this.#failed ?? []) {
      const same = call.op === op && call.class === className && call.called.object === called.object;
      if (same && call.failure !== undefined) return call;
    }
    return undefined;
  }
}
