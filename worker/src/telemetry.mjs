/**
 * The telemetry line: one per invocation, at most MAX_LINE characters whatever it is made from, on the console level
 * that is reserved for it. What it may say is defined in components/telemetry.py.
 * Bindings: none.
 */
import { FIELDS, MAX_LINE, SCHEMA_VERSION } from "./contract.mjs";

/** @typedef {import("./contract.mjs").Field} Field */

/** Write the line of one invocation. Never throws: telemetry must not change what the caller gets.
 * @param {Record<string, unknown>} event by wire name */
export function emit(event) {
  try {
    console.debug(line(event));
  } catch {
    // The pipeline counts invocations without a line.
  }
}

/**
 * The line for an event: known fields in wire order, values checked. Optional fields that do not fit are left out,
 * from the first one that does not.
 * @param {Record<string, unknown>} event
 * @returns {string}
 */
export function line(event) {
  /** @type {Record<string, unknown>} */
  const known = { ...event, v: SCHEMA_VERSION };
  let text = "";
  for (const field of FIELDS) {
    const value = checked(field, known[field.wire]);
    if (value === undefined || (field.wire === "error" && known.result === "ok")) continue;
    const part = `${text === "" ? "{" : ","}"${field.wire}":${JSON.stringify(value)}`;
    if (text.length + part.length >= MAX_LINE) break;
    text += part;
  }
  return `${text}}`;
}

/** The salted hash by which telemetry names an instance; none without a salt, since ids are not written in clear.
 * @param {unknown} salt
 * @param {string} instance
 * @returns {Promise<string | undefined>} 12 hex digits */
export async function hashedId(salt, instance) {
  if (typeof salt !== "string" || salt === "") return undefined;
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(salt), algorithm, false, ["sign"]);
  return hex(new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(instance)), 0, 6));
}

/** @param {unknown} value
 * @returns {boolean} whether it has the form of a request id */
export function isRequestId(value) {
  return typeof value === "string" && /^[0-9a-f]{16}$/.test(value);
}

/** @returns {string} a random request id */
export function newRequestId() {
  return hex(crypto.getRandomValues(new Uint8Array(8)));
}

/** @param {Uint8Array} bytes */
function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The value to write, or undefined for none.
 * @param {Field} field
 * @param {unknown} value */
function checked({ type, default: otherwise, values = [], size = 0 }, value) {
  switch (type) {
    case "enum":
      return typeof value === "string" && values.includes(value) ? value : otherwise;
    case "flag":
      return value === true || value === 1 ? 1 : undefined;
    case "integer":
      return Number.isSafeInteger(value) && Number(value) >= 0 ? value : undefined;
    case "hex":
      return typeof value === "string" && value.length === size && /^[0-9a-f]+$/.test(value) ? value : undefined;
    case "word":
      return (typeof value === "string" && value.replace(/[^\w.]/g, "").slice(0, size)) || otherwise;
  }
}
