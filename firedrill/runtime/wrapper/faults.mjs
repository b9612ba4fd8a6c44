// The drill's wrapper around a deployed bundle: it makes chosen parts fail and counts invocations; the bundle itself does not change.
// It exists only in the drill. main.mjs, written by config.py, exports what the bundle exports, wrapped by what this module exports.
export { standFor } from "./bindings.mjs";
export { control } from "./control.mjs";
export { wrapDefault, wrapNamed } from "./handlers.mjs";
export { wrapObject } from "./objects.mjs";
