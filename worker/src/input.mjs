/**
 * What callers may send: limits, and checks that raise InputError. The gateway and the object use the same ones.
 * Bindings: none.
 */
import { InputError } from "firedrill/errors";

export const MAX_ID_LENGTH = 128;
export const MAX_NAME_LENGTH = 256;
export const MAX_ENTRIES = 100;
export const MAX_BODY_BYTES = 65_536;

/** @typedef {{ tool_use_id: string, tool_name: string }} Entry */

/** @param {unknown} value
 * @param {string} field its name in the message
 * @returns {string} */
export function identifier(value, field) {
  if (typeof value !== "string" || value.length > MAX_ID_LENGTH || !/^[\w.:-]+$/.test(value)) {
    throw new InputError(`${field} must be 1 to ${MAX_ID_LENGTH} letters, digits or any of _ . : -`);
  }
  return value;
}

/** @param {unknown} value
 * @returns {string} */
export function toolName(value) {
  if (typeof value !== "string" || value.length > MAX_NAME_LENGTH || !/^[^\p{C}]+$/u.test(value)) {
    throw new InputError(`tool_name must be 1 to ${MAX_NAME_LENGTH} characters without control characters`);
  }
  return value;
}

/** @param {unknown} value one entry or several
 * @returns {Entry[]} */
export function entries(value) {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0 || list.length > MAX_ENTRIES) {
    throw new InputError(`1 to ${MAX_ENTRIES} entries can be stored at once`);
  }
  // Not `map`, which leaves the holes of a list as they are.
  return Array.from(list, (entry) => {
    if (typeof entry !== "object" || entry === null) {
      throw new InputError("each entry must be an object with tool_use_id and tool_name");
    }
    return { tool_use_id: identifier(entry.tool_use_id, "tool_use_id"), tool_name: toolName(entry.tool_name) };
  });
}

/** A number from a text binding.
 * @param {unknown} value
 * @param {number} otherwise what holds when it is missing or not a positive integer
 * @returns {number} */
export function positiveInteger(value, otherwise) {
  const number = Number(value);
  return Number.isSafeInteger(number) && number > 0 ? number : otherwise;
}
