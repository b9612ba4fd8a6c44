/**
 * What fails beside what an invocation answers: its record is marked, since the platform tells of it only by the text of
 * the exception, which may hold anything.
 * Bindings: none.
 */
import { BACKGROUND_ERROR } from "./contract.mjs";
import { lose } from "./line.mjs";

/** Mark the record of the invocation that runs now. */
export function mark() {
  console.error(BACKGROUND_ERROR);
}

/**
 * Mark the record of an invocation when work that it leaves to `ctx.waitUntil` fails. What has a `then` may do its work
 * whenever that is called, so it is called once.
 * @param {{ waitUntil(promise: Promise<any>): void }} ctx
 */
export function watch(ctx) {
  try {
    const waitUntil = ctx.waitUntil;
    if (typeof waitUntil !== "function") return; // a test stands in for the platform
    Object.defineProperty(ctx, "waitUntil", { value: watched(ctx, waitUntil), configurable: true, writable: true });
  } catch {
    lose();
  }
}

/** @param {object} ctx
 * @param {Function} waitUntil
 * @returns {(given: any) => void} without a name, which would take a definition for each invocation */
function watched(ctx, waitUntil) {
  return (given) => {
    const promise = Promise.resolve(given);
    promise.then(undefined, mark);
    Reflect.apply(waitUntil, ctx, [promise]);
  };
}
