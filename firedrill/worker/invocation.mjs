/**
 * How one invocation is observed: an event from its begin to its end, and nothing else that the caller could notice.
 * Bindings: none.
 */
import { lose } from "./line.mjs";

/**
 * @typedef {Record<string, any>} Event what the line will say, by wire name
 * @typedef {(...args: any[]) => unknown} Method
 */

/**
 * What begins and ends an event. `failed`: `value` is what was thrown, else what was returned.
 * @template E
 * @typedef {{ begin(op: string, args: any[]): E, end(event: E, failed: boolean, value: any): void }} Observer
 */

/** @type {Event | undefined} */
let active;

/**
 * The event of the invocation that runs now, to set fields on it: until the invocation ends, they go into its line.
 * To be called before the first `await`, since afterwards other invocations may run: then, and outside of an observed
 * invocation, it is an event that is never written.
 * @returns {Event}
 */
export function current() {
  return active ?? {};
}

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
export function observe(observer, op, method, self, args, told = beside) {
  let event;
  try {
    event = observer.begin(op, args);
  } catch {
    lose();
    return Reflect.apply(method, self, args);
  }
  const outer = active;
  active = event;
  let result;
  try {
    result = Reflect.apply(method, self, args);
  } catch (error) {
    end(observer, event, true, error);
    throw error;
  } finally {
    active = outer;
  }
  if (!isThenable(result)) {
    end(observer, event, false, result);
    return result;
  }
  const promise = isPromise(result) ? result : Promise.resolve(result);
  return told(
    promise,
    (value) => end(observer, event, false, value),
    (error) => end(observer, event, true, error),
  );
}

/** The promise as it is. That it is observed handles its rejection, as the platform does where it is the caller.
 * @param {any} promise
 * @param {(value: any) => void} kept
 * @param {(error: any) => void} broken
 * @returns {any} */
function beside(promise, kept, broken) {
  promise.then(kept, broken);
  return promise;
}

/** A promise whose rejection is unhandled if nobody handles it: a promise after it, or the one of an RPC call itself, which
 * can be called on, with the methods of the one after it.
 * @param {any} promise
 * @param {(value: any) => void} kept
 * @param {(error: any) => void} broken
 * @returns {any} */
export function before(promise, kept, broken) {
  const after = promise.then(
    (/** @type {any} */ value) => {
      kept(value);
      return value;
    },
    (/** @type {any} */ error) => {
      broken(error);
      throw error;
    },
  );
  if (promise instanceof Promise) return after;
  afters.set(promise, after);
  const prototype = /** @type {any} */ (Reflect.getPrototypeOf(promise));
  lead(Object.hasOwn(prototype, "then") ? prototype : promise);
  return promise;
}

/** The promises after those of RPC calls. @type {WeakMap<object, any>} */
const afters = new WeakMap();

/** @type {WeakSet<object>} */
const leading = new WeakSet();

/** Let the methods of a promise, or of all that inherit from this, be those of the promise after it, where there is one. To
 * change each promise would take longer.
 * @param {any} owner */
function lead(owner) {
  if (leading.has(owner)) return;
  leading.add(owner);
  for (const name of ["then", "catch", "finally"]) {
    const method = owner[name];
    /** @this {any} @param {any[]} args */
    const value = function (...args) {
      const after = afters.get(this);
      return after === undefined ? Reflect.apply(method, this, args) : after[name](...args);
    };
    Reflect.defineProperty(owner, name, { value, configurable: true, writable: true, enumerable: true });
  }
}

/** An error in telemetry is counted, and the caller never sees it.
 * @template {Event} E
 * @param {Observer<E>} observer
 * @param {E} event
 * @param {boolean} failed
 * @param {unknown} value */
function end(observer, event, failed, value) {
  try {
    observer.end(event, failed, value);
  } catch {
    lose();
  }
}

/** @param {any} value
 * @returns {value is PromiseLike<unknown>} */
function isThenable(value) {
  try {
    return value instanceof Promise || typeof value?.then === "function";
  } catch {
    return false;
  }
}

/** Whether it can be asked for its result twice. RPC promises are no instances of Promise, but functions.
 * @param {PromiseLike<unknown>} value */
function isPromise(value) {
  return value instanceof Promise || typeof value === "function";
}
