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

/** What takes the place of `waitUntil`. @type {WeakSet<Function>} */
const watching = new WeakSet();
/** What observed invocations of Workers are given as `ctx`. @type {WeakSet<object>} */
const observed = new WeakSet();

/**
 * Mark the record of an invocation when work that it leaves to `ctx.waitUntil` fails. What has a `then` may do its work
 * whenever that is called, so it is called once.
 * @param {any} ctx
 * @param {boolean} [alike] whether all that is like `ctx` and was given here is watched at once, since changing what each
 *   invocation is given takes longer
 */
export function watch(ctx, alike = false) {
  try {
    const waitUntil = ctx.waitUntil;
    if (alike) observed.add(ctx);
    if (typeof waitUntil !== "function" || watching.has(waitUntil)) return; // no function where a test stands in for the platform
    const platform = /** @type {object} */ (Reflect.getPrototypeOf(ctx));
    const shared = alike && !Object.hasOwn(ctx, "waitUntil") && Object.hasOwn(platform, "waitUntil");
    /** @this {unknown} @param {any} given */
    const value = function (given) {
      if (shared && !observed.has(/** @type {object} */ (this))) return Reflect.apply(waitUntil, this, [given]);
      const promise = Promise.resolve(given);
      promise.then(undefined, mark);
      return Reflect.apply(waitUntil, this, [promise]);
    };
    watching.add(value);
    Object.defineProperty(shared ? platform : ctx, "waitUntil", { value, configurable: true, writable: true });
  } catch {
    lose();
  }
}
