/**
 * @typedef {import("./invocation.mjs").Event} Event
 * @typedef {import("./observe_object.mjs").ObjectOptions} ObjectOptions
 * @typedef {import("./observe_worker.mjs").WorkerOptions} WorkerOptions
 */
/**
 * Add a storage call, and the rows that it cost, to the event of an invocation.
 * @param {Event} event
 * @param {number} [read]
 * @param {number} [written]
 */
export function charge(event: Event, read?: number, written?: number): void;
/**
 * The rows of a cursor, charged to the event of an invocation.
 * @template T
 * @param {Event} event
 * @param {{ toArray(): T[], readonly rowsRead: number, readonly rowsWritten: number }} cursor of `ctx.storage.sql.exec`
 * @returns {T[]}
 */
export function rows<T>(event: Event, cursor: {
    toArray(): T[];
    readonly rowsRead: number;
    readonly rowsWritten: number;
}): T[];
export { isCanary } from "./ids.mjs";
export { current } from "./invocation.mjs";
export { observeObject } from "./observe_object.mjs";
export { observeWorker } from "./observe_worker.mjs";
export type Event = import("./invocation.mjs").Event;
export type ObjectOptions = import("./observe_object.mjs").ObjectOptions;
export type WorkerOptions = import("./observe_worker.mjs").WorkerOptions;
export { observedObject, observedWorker } from "./decorators.mjs";
