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

/** How many fields a line begins with that say what it is about: the next lines about the same begin alike. */
const WORDS = FIELDS.findIndex(({ values, word }) => !values && !word);

/** With what the last lines began, and the words that this was made from. @type {{ words: unknown[], text: string }[]} */
const beginnings = [];
const KEPT = 16;

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
  return `${appended(beginning(event), event, WORDS, PARTS.length)}}`;
}

/** All words fit.
 * @param {Record<string, unknown>} event */
function beginning(event) {
  const known = beginnings.find(({ words }) => words.every((word, number) => word === event[PARTS[number].wire]));
  if (known !== undefined) return known.text;
  const words = PARTS.slice(0, WORDS).map(({ wire }) => event[wire]);
  const text = appended(`{"v":${SCHEMA_VERSION}`, event, 0, WORDS);
  if (beginnings.unshift({ words, text }) > KEPT) beginnings.pop();
  return text;
}

/** @param {string} text what the line has so far
 * @param {Record<string, unknown>} event
 * @param {number} first of the fields to append
 * @param {number} end
 * @returns {string} */
function appended(text, event, first, end) {
  let result = "";
  for (let number = first; number < end; number += 1) {
    const { wire, start, check, otherwise } = PARTS[number];
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
  return text;
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
