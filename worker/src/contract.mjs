// Generated from components/telemetry.py, do not edit: make gen

export const SCHEMA_VERSION = 1;
export const MAX_LINE = 256;
export const PULSE_WINDOW_MS = 300000;

/** @typedef {{ wire: string, type: "enum" | "flag" | "hex" | "integer" | "word", required?: boolean,
 *   values?: string[], size?: number }} Field */

/** @type {Field[]} */
export const FIELDS = [
  {"wire": "v", "type": "integer", "required": true},
  {"wire": "at", "type": "enum", "required": true, "values": ["object", "gateway"]},
  {"wire": "op", "type": "enum", "required": true, "values": ["store", "retrieve", "delete", "clear", "alarm", "health", "unknown"]},
  {"wire": "result", "type": "enum", "required": true, "values": ["ok", "miss", "rejected", "error"]},
  {"wire": "error", "type": "enum", "required": true, "values": ["unreachable", "overloaded", "timeout", "validation", "storage", "code"]},
  {"wire": "trigger", "type": "enum", "values": ["alarm", "api"]},
  {"wire": "reason", "type": "enum", "values": ["unknown_id", "exhausted", "not_retried"]},
  {"wire": "outcome", "type": "enum", "values": ["first_try", "recovered", "exhausted", "not_retried"]},
  {"wire": "pulse", "type": "flag"},
  {"wire": "status", "type": "integer"},
  {"wire": "ms", "type": "integer"},
  {"wire": "attempts", "type": "integer"},
  {"wire": "removed", "type": "integer"},
  {"wire": "written", "type": "integer"},
  {"wire": "read", "type": "integer"},
  {"wire": "keys", "type": "integer"},
  {"wire": "bytes", "type": "integer"},
  {"wire": "cold", "type": "flag"},
  {"wire": "id", "type": "hex", "size": 12},
  {"wire": "request", "type": "hex", "size": 16},
  {"wire": "name", "type": "word", "size": 40},
];
