// Generated from components/telemetry.py, do not edit: make gen

export const SCHEMA_VERSION = 2;
export const MAX_LINE = 256;
export const PULSE_WINDOW_MS = 300000;

/** @typedef {{ wire: string, type: "enum" | "flag" | "hex" | "integer" | "word", default?: string,
 *   values?: string[], size?: number }} Field */

/** @type {Field[]} */
export const FIELDS = [
  {"wire": "v", "type": "integer"},
  {"wire": "at", "type": "enum", "default": "gateway", "values": ["object", "gateway"]},
  {"wire": "op", "type": "word", "default": "unknown", "size": 32},
  {"wire": "result", "type": "enum", "default": "error", "values": ["ok", "miss", "rejected", "error"]},
  {"wire": "error", "type": "enum", "default": "code", "values": ["not_found", "validation", "storage", "code", "unreachable", "overloaded", "timeout", "reset", "limits", "disconnected"]},
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
