// Generated from firedrill/components (telemetry.py, error_categories.py), do not edit: make gen

export const SCHEMA_VERSION = 2;
export const MAX_LINE = 256;
export const PULSE_WINDOW_MS = 300000;
export const BACKGROUND_ERROR = "firedrill_background_error";
export const CANARY = "f12ed211";

/** One of `values`, a word or hexadecimal digits of this size, a flag, or else an integer.
 * @typedef {{ wire: string, values?: string[], word?: number, hex?: number, flag?: true, default?: string }} Field */

/** @type {Field[]} */
export const FIELDS = [
  { wire: "at", values: ["object", "gateway"], default: "gateway" },
  { wire: "op", word: 32, default: "unknown" },
  { wire: "result", values: ["ok", "miss", "rejected", "error"], default: "error" },
  { wire: "error", values: ["not_found", "validation", "disconnected", "overloaded", "limits", "storage", "reset", "timeout", "unreachable", "code"] },
  { wire: "class", word: 40 },
  { wire: "trigger", values: ["alarm", "api"] },
  { wire: "reason", values: ["unknown_id", "exhausted", "not_retried"] },
  { wire: "outcome", values: ["first_try", "recovered", "exhausted", "not_retried", "retrying"] },
  { wire: "report", values: ["sent", "failed"] },
  { wire: "pulse", flag: true },
  { wire: "total" },
  { wire: "alike" },
  { wire: "status" },
  { wire: "ms" },
  { wire: "attempts" },
  { wire: "removed" },
  { wire: "written" },
  { wire: "read" },
  { wire: "calls" },
  { wire: "keys" },
  { wire: "bytes" },
  { wire: "folded" },
  { wire: "cold", flag: true },
  { wire: "retry" },
  { wire: "lag" },
  { wire: "lost" },
  { wire: "id", hex: 12 },
  { wire: "request", hex: 16 },
  { wire: "name", word: 40 },
];

export const REJECTED = "InputError";

/** @type {Record<string, string>} */
export const DEFAULT_CATEGORIES = { miss: "not_found", rejected: "validation", error: "code" };

/** @type {Record<string, { result: "miss" | "rejected" | "error", retryable: boolean }>} */
export const CATEGORIES = {
  not_found: { result: "miss", retryable: false },
  validation: { result: "rejected", retryable: false },
  disconnected: { result: "rejected", retryable: false },
  overloaded: { result: "error", retryable: false },
  limits: { result: "error", retryable: false },
  storage: { result: "error", retryable: false },
  reset: { result: "error", retryable: true },
  timeout: { result: "error", retryable: true },
  unreachable: { result: "error", retryable: true },
  code: { result: "error", retryable: false },
};

/** @typedef {{ category: string, property?: string, name?: string, message?: RegExp, way?: boolean }} Rule */

/** @type {Rule[]} */
export const RULES = [
  { category: "overloaded", property: "overloaded" },
  { category: "timeout", name: "TimeoutError" },
  { category: "disconnected", name: "AbortError" },
  { category: "overloaded", message: /is overloaded|too much load|too many concurrent storage operations/i },
  { category: "limits", message: /exceeded (its )?(CPU|memory)|memory limit|SQLITE_NOMEM/i },
  { category: "storage", message: /SQLITE_|storage/i },
  { category: "reset", property: "durableObjectReset" },
  { category: "reset", message: /was reset|object reset|instance is no longer active/i },
  { category: "timeout", message: /time-?out|timed out/i },
  { category: "disconnected", message: /client (has )?disconnected|after close\(\)/i },
  { category: "unreachable", property: "retryable" },
  { category: "unreachable", message: /network connection lost/i },
  { category: "code", name: "TypeError" },
  { category: "code", name: "DataCloneError" },
  { category: "unreachable", way: true },
  { category: "code" },
];
