/**
 * The calls of Durable Objects that one invocation of a Worker makes: what its line tells of them.
 * Bindings: none.
 */

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
   * @param {string} object the name or id by which it was found
   * @param {string} op */
  constructor(number, className, object, op) {
    this.number = number;
    this.class = className;
    this.object = object;
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
  /** Those of which an attempt failed. @type {Set<Call>} */
  #failed = new Set();
  /** @type {Call | undefined} */
  #last = undefined;
  #count = 0;
  /** A namespace may be kept for longer than the invocation that it is from: no line would tell of its calls then. */
  ended = false;

  /** After a failure, the same operation of the same object is another attempt.
   * @param {string} className
   * @param {string} object
   * @param {string} op
   * @returns {Call} */
  begin(className, object, op) {
    const call = this.#toRepeat(className, object, op) ?? new Call(this.#count++, className, object, op);
    if (call.attempts === 0) this.#last = call;
    call.attempts += 1;
    call.ms = call.failure = undefined;
    return call;
  }

  /** @param {Call} call
   * @param {import("./errors.mjs").Failure} failure */
  fail(call, failure) {
    call.failure = failure;
    this.#failed.add(call);
  }

  /** The invocation is over.
   * @returns {Call | undefined} what its line tells of: the first call that failed, or the last one */
  end() {
    this.ended = true;
    const failed = [...this.#failed].filter(({ failure }) => failure !== undefined);
    return failed.sort((one, other) => one.number - other.number)[0] ?? this.#last;
  }

  /** @param {string} className
   * @param {string} object
   * @param {string} op */
  #toRepeat(className, object, op) {
    for (const call of this.#failed) {
      const same = call.op === op && call.object === object && call.class === className;
      if (same && call.failure !== undefined) return call;
    }
    return undefined;
  }
}
