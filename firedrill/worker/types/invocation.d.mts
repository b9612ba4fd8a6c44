/**
 * The event of the invocation that runs now, to set fields on it: until the invocation ends, they go into its line.
 * To be called before the first `await`, since afterwards other invocations may run: then, and outside of an observed
 * invocation, it is an event that is never written.
 * @returns {Event}
 */
export function current(): Event;
/**
 * Call a method and observe it: what it returns and throws is the caller's, as if it had been called without.
 * A promise is returned as it is, since RPC promises can be called on, and observed on the side; what else has a `then`
 * may do its work whenever that is called (a query does), so a promise that calls it once is returned in its place.
 * @template {Event} E
 * @param {Observer<E>} observer
 * @param {string} op
 * @param {Method} method
 * @param {unknown} self
 * @param {any[]} args
 * @param {typeof beside} [told] how to observe a promise, and what to return for it
 * @returns {unknown}
 */
export function observe<E extends Event>(observer: Observer<E>, op: string, method: Method, self: unknown, args: any[], told?: typeof beside): unknown;
/** A promise whose rejection is unhandled if nobody handles it: a promise after it, or the one of an RPC call itself, which
 * can be called on, with the methods of the one after it.
 * @param {any} promise
 * @param {(value: any) => void} kept
 * @param {(error: any) => void} broken
 * @returns {any} */
export function before(promise: any, kept: (value: any) => void, broken: (error: any) => void): any;
/**
 * what the line will say, by wire name
 */
export type Event = Record<string, any>;
export type Method = (...args: any[]) => unknown;
/**
 * What begins and ends an event. `failed`: `value` is what was thrown, else what was returned.
 */
export type Observer<E> = {
    begin(op: string, args: any[]): E;
    end(event: E, failed: boolean, value: any): void;
};
/** The promise as it is. That it is observed handles its rejection, as the platform does where it is the caller.
 * @param {any} promise
 * @param {(value: any) => void} kept
 * @param {(error: any) => void} broken
 * @returns {any} */
declare function beside(promise: any, kept: (value: any) => void, broken: (error: any) => void): any;
export {};
