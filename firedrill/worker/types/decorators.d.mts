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
export function observedObject(options?: import("./observe_object.mjs").ObjectOptions): <C extends new (...args: any[]) => any>(Class: C, context?: {
    name?: string | undefined;
}) => C;
/**
 * observeWorker as a decorator of a class: `@observedWorker({ ROOMS: "Room" }) export class Admin extends
 * WorkerEntrypoint<Env>`. What `env` has no namespace of makes the type of the class one that TypeScript refuses.
 * @template {Record<string, string>} O
 * @param {O} objects class by binding
 * @param {import("./observe_worker.mjs").WorkerOptions} [options]
 * @returns {<W extends new (...args: any[]) => any>(Class: W, context?: object) =>
 *   O extends ClassesOf<W> ? W : { "not in env": Exclude<keyof O, keyof ClassesOf<W>> }}
 */
export function observedWorker<O extends Record<string, string>>(objects: O, options?: import("./observe_worker.mjs").WorkerOptions): <W extends new (...args: any[]) => any>(Class: W, context?: object) => O extends ClassesOf<W> ? W : {
    "not in env": Exclude<keyof O, keyof ClassesOf<W>>;
};
export type ClassesOf<W> = import("./observe_worker.mjs").Classes<import("./observe_worker.mjs").EnvOf<W>>;
