/**
 * Telemetry of Durable Objects and of the Workers that call them, for any Worker: import from here.
 * Bindings: see observe_object.mjs.
 */
export { isCanary } from "./ids.mjs";
export { current } from "./invocation.mjs";
export { observeObject } from "./observe_object.mjs";
export { observeWorker } from "./observe_worker.mjs";
export { observedObject, observedWorker } from "./decorators.mjs";

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
export function charge(event, read = 0, written = 0) {
  event.calls = (event.calls ?? 0) + 1;
  event.read = (event.read ?? 0) + read;
  event.written = (event.written ?? 0) + written;
}

/**
 * The rows of a cursor, charged to the event of an invocation.
 * @template T
 * @param {Event} event
 * @param {{ toArray(): T[], readonly rowsRead: number, readonly rowsWritten: number }} cursor of `ctx.storage.sql.exec`
 * @returns {T[]}
 */
export function rows(event, cursor) {
  const list = cursor.toArray();
  charge(event, cursor.rowsRead, cursor.rowsWritten);
  return list;
}
