"""The telemetry contract: what one line may say.

The Worker writes one JSON line per invocation (`console.debug`), Datadog holds it under `telemetry.`. Everything that
must agree on it is built from here: `worker/src/contract.mjs`, the pipeline, the metrics and `docs/metrics.md`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

SCHEMA_VERSION = 1
MAX_LINE = 256  # characters; Source: docs.datadoghq.com/logs/log_configuration/processors (string builder processor)
LEVEL = "debug"  # the console level reserved for telemetry: the pipeline selects by it
PULSE_WINDOW_S = 300  # aligned to the epoch

EMITTERS = ("object", "gateway")
CALLED_OPERATIONS = ("store", "retrieve", "delete", "clear")
OPERATIONS = (*CALLED_OPERATIONS, "alarm", "health", "unknown")
RESULTS = ("ok", "miss", "rejected", "error")
OBJECT_ERRORS = ("validation", "storage", "code")  # raised inside the object, which logs them itself
PLATFORM_ERRORS = ("unreachable", "overloaded", "timeout")  # on the way to the object: only the gateway sees them
ERROR_CATEGORIES = (*PLATFORM_ERRORS, *OBJECT_ERRORS)
OUTCOMES = ("first_try", "recovered", "exhausted", "not_retried")
TRIGGERS = ("alarm", "api")
REASONS = ("unknown_id", "exhausted", "not_retried")


@dataclass(frozen=True)
class Field:
    """One field of the line. Defaults: optional, written by the object and the gateway, without a unit.

    `values` is the closed list of an `enum`: of a required field, a value outside it is written as the last one.
    `size` is the exact length of `hex` and the greatest length of a `word` (letters, digits, `_`, `.`).
    A `flag` is 1 or absent. `cardinality` is the number of distinct values, in words where it has no bound.
    """

    wire: str
    type: Literal["enum", "flag", "hex", "integer", "word"]
    description: str
    cardinality: str
    unit: str = ""
    emitters: tuple[str, ...] = EMITTERS
    required: bool = False
    values: tuple[str, ...] = ()
    size: int = 0

    @property
    def datadog(self) -> str:
        """The attribute's name in Datadog, without the `@` of searches."""
        return f"telemetry.{self.wire}"


def _enum(
    wire: str, values: tuple[str, ...], description: str, emitters: tuple[str, ...] = EMITTERS, required: bool = False
) -> Field:
    return Field(wire, "enum", description, str(len(values)), emitters=emitters, required=required, values=values)


_OBJECT = ("object",)
_GATEWAY = ("gateway",)

# In wire order. A line that would be longer than MAX_LINE loses its optional fields from the end of this list.
FIELDS: tuple[Field, ...] = (
    Field("v", "integer", "Version of this contract.", "1", required=True),
    _enum("at", EMITTERS, "Who wrote the line.", required=True),
    _enum("op", OPERATIONS, "The operation; `unknown` for a request that no route takes.", required=True),
    _enum("result", RESULTS, "`miss`: nothing was stored there; `rejected`: the caller's mistake.", required=True),
    _enum("error", ERROR_CATEGORIES, "What failed; exactly when `result` is `error` or `rejected`.", required=True),
    _enum("trigger", TRIGGERS, "What started a clean-up of the whole object.", _OBJECT),
    _enum("reason", REASONS, "Why a tool use id could not be mapped to its tool name.", _GATEWAY),
    _enum("outcome", OUTCOMES, "How the call of the object ended, retries included.", _GATEWAY),
    Field("pulse", "flag", "First event of the instance in an aligned window of 5 minutes.", "1", emitters=_OBJECT),
    Field("status", "integer", "HTTP status of the response.", "about 8", emitters=_GATEWAY),
    Field("ms", "integer", "Time around the call of the object, retries included.", "any", "millisecond", _GATEWAY),
    Field("attempts", "integer", "Calls of the object that were made.", "RETRY_ATTEMPTS", "attempt", _GATEWAY),
    Field("removed", "integer", "Entries that a clean-up removed.", "any", "item", _OBJECT),
    Field("written", "integer", "Rows written, the alarm's included.", "any", "row", _OBJECT),
    Field("read", "integer", "Rows read.", "any", "row", _OBJECT),
    Field("keys", "integer", "Entries stored after the operation.", "any", "key", _OBJECT),
    Field("bytes", "integer", "Size of the object's database after the operation.", "any", "byte", _OBJECT),
    Field("cold", "flag", "First event since the instance was constructed.", "1", emitters=_OBJECT),
    Field("id", "hex", "Salted hash of the instance id.", "one per instance", emitters=_OBJECT, size=12),
    Field("request", "hex", "Joins the gateway's line with the object's.", "one per request", size=16),
    Field("name", "word", "Class name of the error.", "about 10", size=40),
)


def javascript_constants() -> str:
    """The text of `worker/src/contract.mjs`: the Worker's half of the contract."""
    fields = "".join(f"  {json.dumps(_javascript_field(field))},\n" for field in FIELDS)
    return (
        "// Generated from components/telemetry.py, do not edit: make gen\n\n"
        f"export const SCHEMA_VERSION = {SCHEMA_VERSION};\n"
        f"export const MAX_LINE = {MAX_LINE};\n"
        f"export const PULSE_WINDOW_MS = {PULSE_WINDOW_S * 1000};\n\n"
        '/** @typedef {{ wire: string, type: "enum" | "flag" | "hex" | "integer" | "word", required?: boolean,\n'
        " *   values?: string[], size?: number }} Field */\n\n"
        f"/** @type {{Field[]}} */\nexport const FIELDS = [\n{fields}];\n"
    )


def _javascript_field(field: Field) -> dict[str, object]:
    entry: dict[str, object] = {"wire": field.wire, "type": field.type}
    if field.required:
        entry["required"] = True
    if field.values:
        entry["values"] = field.values
    if field.size:
        entry["size"] = field.size
    return entry
