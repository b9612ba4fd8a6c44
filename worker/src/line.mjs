/**
 * The telemetry line: one per invocation, at most MAX_LINE characters whatever it is made from, on the console level
 * that is reserved for it. What it may say is defined in components/telemetry.py.
 * Bindings: none.
 */
import { DEFAULT_CATEGORIES, FIELDS, MAX_LINE, SCHEMA_VERSION } from "./contract.mjs";

/** @typedef {import("./contract.mjs").Field} Field */

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
  let result;
  for (const field of FIELDS) {
    let value = checked(field, event[field.wire]);
    if (field.wire === "result") result = String(value);
    if (field.wire === "error") {
      if (result === "ok") continue;
      value ??= DEFAULT_CATEGORIES[/** @type {string} */ (result)];
    }
    if (value === undefined) continue;
    const part = typeof value === "number" ? `,"${field.wire}":${value}` : `,"${field.wire}":"${value}"`;
    if (text.length + part.length >= MAX_LINE) break;
    text += part;
  }
  return `${text}}`;
}

/** The value to write, which needs no escaping, or undefined for none.
 * @param {Field} field
 * @param {unknown} value
 * @returns {string | number | undefined} */
function checked({ values, word, hex, flag, default: otherwise }, value) {
  if (typeof value === "string") {
    if (values) return values.includes(value) ? value : otherwise;
    if (word) return value.replace(/[^\w.]/g, "").slice(0, word) || otherwise;
    return value.length === hex && /^[0-9a-f]+$/.test(value) ? value : undefined;
  }
  if (flag) return value === true || value === 1 ? 1 : undefined;
  const counted = !values && !word && !hex && typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
  return counted ? value : otherwise;
}
