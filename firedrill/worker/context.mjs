/**
 * Which invocation runs now, across every `await`, by the platform's own context of `env`: no compatibility flag is needed.
 * Bindings: none.
 */
import * as platform from "cloudflare:workers";

/** @typedef {import("./observe_worker.mjs").Invocation} Invocation */

/** By this name the `env` of a context has its invocation. */
export const INVOCATION = Symbol("invocation");

/** During the synchronous part of an invocation. @type {Invocation | undefined} */
let active;

/**
 * Run code of an invocation: what it returns and throws is returned and thrown.
 * @template T
 * @param {Invocation} invocation the trap of the `env` that `cloudflare:workers` has meanwhile
 * @param {any} env
 * @param {any} exports those that it has meanwhile; undefined leaves them as they are
 * @param {() => T} run
 * @returns {T}
 */
export function within(invocation, env, exports, run) {
  const outer = active;
  active = invocation;
  try {
    if (!platform.withEnv) return run(); // a test stands in for the platform
    const context = new Proxy(env, invocation);
    const result = exports === undefined ? platform.withEnv(context, run) : platform.withEnvAndExports(context, exports, run);
    return /** @type {T} */ (result);
  } finally {
    active = outer;
  }
}

/** The invocation that runs now.
 * @returns {Invocation | undefined} none in an object, and after a `withEnv` of the Worker's own */
export function running() {
  return active ?? /** @type {any} */ (platform.env)?.[INVOCATION];
}

/**
 * Whether it asks whatever the context has, as the `env` and `exports` of `cloudflare:workers` do, which tests hand to
 * handlers. It could not be the context's own: it would ask itself.
 * @param {object} given an `env`, or exports
 * @returns {boolean}
 */
export function asksContext(given) {
  const { withEnvAndExports } = /** @type {any} */ (platform);
  if (!withEnvAndExports) return false;
  const asked = { [INVOCATION]: undefined };
  try {
    return withEnvAndExports(asked, asked, () => INVOCATION in given);
  } catch {
    return false; // what it has may be told by the Worker's own code
  }
}
