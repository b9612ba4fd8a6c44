/**
 * The `env` of an observed Worker: the same object for the same `env`, and so are its members, whichever request asks.
 * Bindings: those of the Durable Objects that `observeWorker` is told of.
 */
import { asksContext } from "./context.mjs";
import { fixed } from "./methods.mjs";
import { Namespace } from "./stubs.mjs";

/** Names of bindings, or of exported classes, whose objects are called. @type {Set<PropertyKey>} */
export const names = new Set();

/** @type {WeakMap<object, any>} */
const environments = new WeakMap();

/** @type {WeakMap<object, any>} */
const namespaces = new WeakMap();

/** The object, its namespaces observed; `env`, or `ctx.exports`.
 * @template {object} T
 * @param {T} env
 * @returns {T} */
export function environment(env) {
  const known = environments.get(env);
  if (known !== undefined) return known;
  const asks = asksContext(env);
  const observed = new Proxy(asks ? copied(env) : env, { get: memberOf });
  if (!asks) environments.set(env, observed);
  return observed;
}

/** What it has in the context of now.
 * @param {any} env */
function copied(env) {
  return Object.fromEntries(Reflect.ownKeys(env).map((name) => [name, env[name]]));
}

/** @param {any} env
 * @param {PropertyKey} name */
function memberOf(env, name) {
  const binding = env[name];
  if (!names.has(name) || Object(binding) !== binding) return binding;
  const known = namespaces.get(binding);
  if (known !== undefined) return known;
  if (fixed(env, name)) return binding;
  const observed = new Proxy(binding, new Namespace(name));
  for (const either of [binding, observed]) namespaces.set(either, observed);
  return observed;
}
