/**
 * The telemetry line: one per invocation, at most MAX_LINE characters whatever it is made from, on the console level
 * that is reserved for it. What it may say is defined in firedrill/components/telemetry.py.
 * Bindings: none.
 */
import { DEFAULT_CATEGORIES, FIELDS, MAX_LINE, SCHEMA_VERSION } from "./contract.mjs";

/** @typedef {import("./contract.mjs").Field} Field */

/** How to write each field, in wire order. All of one shape and made once: this runs for every line. */
const PARTS = FIELDS.map((field) => ({
  wire: field.wire,
  start: `,"${field.wire}":`,
  check: checkOf(field),
  otherwise: field.default,
}));

/** Events of this isolate whose telemetry failed since the last line. */
let lost = 0;

/** Note that an event has no line. */
export function lose() {
  lost += 1;
}

/** Write the line of one invocation. Never throws.
 * @param {Record<string, unknown>} event by wire name */
export function write(event) {
  try {
    if (lost > 0) event.lost = lost;
    console.debug(line(event));
    lost = 0;
  } catch {
    lose();
  }
}

/**
 * The line for an event: known fields in wire order, values checked. Optional fields that do not fit are left out,
 * from the first one that does not.
 * @param {Record<string, unknown>} event
 * @returns {string}
 */
export function line(event) {
  let text = `{"v":${SCHEMA_VERSION}`;
  let result = "";
  for (const { wire, start, check, otherwise } of PARTS) {
    const given = event[wire];
    let value = given === undefined ? otherwise : (check(given) ?? otherwise);
    if (wire === "result") result = String(value);
    if (wire === "error") {
      if (result === "ok") continue;
      value ??= DEFAULT_CATEGORIES[result];
    }
    if (value === undefined) continue;
    const part = typeof value === "number" ? start + value : `${start}"${value}"`;
    if (text.length + part.length >= MAX_LINE) break;
    text += part;
  }
  return `${text}}`;
}

/** What gives the value to write, which needs no escaping, or undefined for none.
 * @param {Field} field
 * @returns {(value: any) => string | number | undefined} */
function checkOf({ values, word, hex, flag }) {
  if (flag) return (value) => (value === true || value === 1 ? 1 : undefined);
  if (values) return (value) => (values.includes(value) ? value : undefined);
  if (word) return (value) => (typeof value === "string" && value.replace(/[^\w.]/g, "").slice(0, word)) || undefined;
  if (hex) {
    const digits = new RegExp(`^[0-9a-f]{${hex}}$`);
    return (value) => (typeof value === "string" && digits.test(value) ? value : undefined);
  }
  return (value) => (Number.isSafeInteger(value) && value >= 0 ? value : undefined);
}
