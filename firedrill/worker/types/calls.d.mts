/**
 * The calls of Durable Objects that one invocation of a Worker makes: what its line tells of them.
 * Bindings: none.
 */
/** @typedef {{ readonly object: string }} Called the name or id by which an object was found */
/** A call of an object, with its repetitions. */
export class Call {
    /** @param {number} number in the order in which the invocation made its calls
     * @param {string} className
     * @param {Called} called
     * @param {string} op */
    constructor(number: number, className: string, called: Called, op: string);
    attempts: number;
    /** Around all attempts, once the last one ended. @type {number | undefined} */
    ms: number | undefined;
    /** Of the last attempt. @type {import("./errors.mjs").Failure | undefined} */
    failure: import("./errors.mjs").Failure | undefined;
    /** What the status of its response says, unless that is nothing special. @type {string | undefined} */
    answer: string | undefined;
    started: number;
    number: number;
    class: string;
    called: Called;
    op: string;
    /** How it ended; undefined while it has not. */
    get outcome(): "exhausted" | "not_retried" | "first_try" | "recovered" | undefined;
}
/** The calls that one invocation makes: of many, only those that failed are kept. */
export class Calls {
    /** A namespace may be kept for longer than the invocation that it is from: no line would tell of its calls then. */
    ended: boolean;
    /** After a failure, the same operation of the same object is another attempt.
     * @param {string} className
     * @param {Called} called
     * @param {string} op
     * @returns {Call} */
    begin(className: string, called: Called, op: string): Call;
    /** @param {Call} call
     * @param {import("./errors.mjs").Failure} failure */
    fail(call: Call, failure: import("./errors.mjs").Failure): void;
    /** The invocation is over.
     * @returns {Call | undefined} what its line tells of: the first call that failed, or the last one */
    end(): Call | undefined;
    #private;
}
/**
 * the name or id by which an object was found
 */
export type Called = {
    readonly object: string;
};
