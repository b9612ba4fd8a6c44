/**
 * The wrappers as decorators of classes, for TypeScript: a decorated class stays a type, too.
 * Bindings: none.
 */
import { observeObject } from "./observe_object.mjs";
import { observeWorker } from "./observe_worker.mjs";

/**
 * @template W
 * @typedef {import("./observe_worker.mjs").Classes<import("./observe_worker.mjs").EnvOf<W>>} ClassesOf
 */

/**
 * observeObject as a decorator, the first of several: `@observedObject() export class Room extends DurableObject<Env>`.
 * The class is known by its name in the source, whatever a minifier makes of it; with `experimentalDecorators`, by the
 * name that is left.
 * @param {import("./observe_object.mjs").ObjectOptions} [options]
 * @returns {<C extends new (...args: any[]) => any>(Class: C, context?: { name?: string | undefined }) => C}
 */
export function observedObject(options) {
  return (Class, context) => observeObject(Class, { className: context?.name, ...options });
}

/**
 * observeWorker as a decorator of a class: `@observedWorker({ ROOMS: "Room" }) export class Admin extends
 * WorkerEntrypoint<Env>`. What `env` has no namespace of makes the type of the class one that TypeScript refuses.
 * @template {Record<string, string>} O
 * @param {O} objects class by binding
 * @param {import("./observe_worker.mjs").WorkerOptions} [options]
 * @returns {<W extends new (...args: any[]) => any>(Class: W, context?: object) =>
 *   O extends ClassesOf<W> ? W : { "not in env": Exclude<keyof O, keyof ClassesOf<W>> }}
 */
export function observedWorker(objects, options) {
  return (Class) => observeWorker(/** @type {any} */ (Class), objects, options);
}
