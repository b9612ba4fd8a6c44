// Generated from components/telemetry.py and components/error_categories.py, do not edit: make gen

export const SCHEMA_VERSION = 2;
export const MAX_LINE = 256;
export const PULSE_WINDOW_MS = 300000;

/** @typedef {{ wire: string, type: "enum" | "flag" | "hex" | "integer" | "word", default?: string,
 *   values?: string[], size?: number }} Field */

/** @type {Field[]} */
export const FIELDS = [
  {"wire": "at", "type": "enum", "default": "gateway", "values": ["object", "gateway"]},
  {"wire": "op", "type": "word", "default": "unknown", "size": 32},
  {"wire": "result", "type": "enum", "default": "error", "values": ["ok", "miss", "rejected", "error"]},
  {"wire": "error", "type": "enum", "values": ["not_found", "validation", "disconnected", "overloaded", "limits", "storage", "reset", "timeout", "unreachable", "code"]},
  {"wire": "class", "type": "word", "size": 40},
  {"wire": "trigger", "type": "enum", "values": ["alarm", "api"]},
  {"wire": "reason", "type": "enum", "values": ["unknown_id", "exhausted", "not_retried"]},
  {"wire": "outcome", "type": "enum", "values": ["first_try", "recovered", "exhausted", "not_retried", "retrying"]},
  {"wire": "report", "type": "enum", "values": ["sent", "failed"]},
  {"wire": "pulse", "type": "flag"},
  {"wire": "status", "type": "integer"},
  {"wire": "ms", "type": "integer"},
  {"wire": "attempts", "type": "integer"},
  {"wire": "removed", "type": "integer"},
  {"wire": "written", "type": "integer"},
  {"wire": "read", "type": "integer"},
  {"wire": "calls", "type": "integer"},
  {"wire": "keys", "type": "integer"},
  {"wire": "bytes", "type": "integer"},
  {"wire": "cold", "type": "flag"},
  {"wire": "retry", "type": "integer"},
  {"wire": "lag", "type": "integer"},
  {"wire": "lost", "type": "integer"},
  {"wire": "id", "type": "hex", "size": 12},
  {"wire": "request", "type": "hex", "size": 16},
  {"wire": "name", "type": "word", "size": 40},
];

export const REJECTED = "InputError";

/** @type {Record<string, string>} */
export const DEFAULT_CATEGORIES = {"miss": "not_found", "rejected": "validation", "error": "code"};

/** @type {Record<string, { result: "miss" | "rejected" | "error", retryable: boolean }>} */
export const CATEGORIES = {
  not_found: {"result": "miss", "retryable": false},
  validation: {"result": "rejected", "retryable": false},
  disconnected: {"result": "rejected", "retryable": false},
  overloaded: {"result": "error", "retryable": false},
  limits: {"result": "error", "retryable": false},
  storage: {"result": "error", "retryable": false},
  reset: {"result": "error", "retryable": true},
  timeout: {"result": "error", "retryable": true},
  unreachable: {"result": "error", "retryable": true},
  code: {"result": "error", "retryable": false},
};

/** @typedef {{ category: string, property?: string, name?: string, message?: RegExp, way?: boolean }} Rule */

/** @type {Rule[]} */
export const RULES = [
  {"category": "overloaded", "property": "overloaded"},
  {"category": "timeout", "name": "TimeoutError"},
  {"category": "disconnected", "name": "AbortError"},
  {"category": "overloaded", "message": /is overloaded|too much load|too many concurrent storage operations/i},
  {"category": "limits", "message": /exceeded (its )?(CPU|memory)|memory limit|SQLITE_NOMEM/i},
  {"category": "storage", "message": /SQLITE_|storage/i},
  {"category": "reset", "property": "durableObjectReset"},
  {"category": "reset", "message": /was reset|object reset|instance is no longer active/i},
  {"category": "timeout", "message": /time-?out|timed out/i},
  {"category": "disconnected", "message": /client (has )?disconnected|after close\(\)/i},
  {"category": "unreachable", "property": "retryable"},
  {"category": "unreachable", "message": /network connection lost/i},
  {"category": "unreachable", "way": true},
  {"category": "code"},
];
