"""The telemetry contract: what one line may say.

The Worker writes one JSON line per invocation (`console.debug`), Datadog holds it under `telemetry.`. Everything that
must agree on it is built from here: `firedrill/worker/contract.mjs`, the pipeline, the metrics and `docs/metrics.md`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from firedrill.canaries import CANARY as CANARY
from firedrill.components.error_categories import ERROR_CATEGORIES as ERROR_CATEGORIES
from firedrill.vendors.datadog.rules.pipelines import MAX_BUILT

SCHEMA_VERSION = 2
MAX_LINE = MAX_BUILT  # characters
LEVEL = "debug"  # the console level reserved for telemetry: the pipeline selects by it
BACKGROUND_ERROR = "firedrill_background_error"
"""What marks a record, on the level error, of an invocation whose work failed beside what it answered: the text of the
failure may hold anything."""
PULSE_WINDOW_S = 300  # aligned to the epoch
MAX_OPERATION = 32  # characters
MAX_CLASS = 40  # characters; also of an error's name

EMITTERS = ("object", "gateway")
DELIVERED = {"alarm": ("alarm",), "hibernatable_web_socket": ("message", "close", "socket_error")}
"""Operations of an object that the platform delivers, so without a caller, by the EventType of their records."""
EVENT_OPERATIONS = tuple(operation for operations in DELIVERED.values() for operation in operations)
HANDLER_OPERATIONS = ("fetch", "scheduled", "queue", "unknown")  # where nothing tells a better name
RESULTS = ("ok", "miss", "rejected", "error")
OUTCOMES = ("first_try", "recovered", "exhausted", "not_retried", "retrying")
REPORTS = ("sent", "failed")
TRIGGERS = ("alarm", "api")
REASONS = ("unknown_id", "exhausted", "not_retried")


@dataclass(frozen=True)
class Field:
    """One field of the line. Defaults: optional, written by the object and the gateway, without a unit.

    `values` is the closed list of an `enum`. `size` is the exact length of `hex` and the greatest length of a `word`
    (letters, digits, `_`, `.`). A `flag` is 1 or absent. A required field whose value is not allowed is written as its
    `default`; `error`, as the result's of DEFAULT_CATEGORIES. `cardinality` is the number of distinct values, in words
    where it has no bound.
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
    default: str = ""

    @property
    def datadog(self) -> str:
        """The attribute's name in Datadog, without the `@` of searches."""
        return f"telemetry.{self.wire}"


def _enum(
    wire: str, values: tuple[str, ...], description: str, emitters: tuple[str, ...] = EMITTERS, default: str = ""
) -> Field:
    cardinality = str(len(values))
    return Field(wire, "enum", description, cardinality, "", emitters, default != "", values, default=default)


def _word(wire: str, size: int, description: str, cardinality: str, default: str = "") -> Field:
    return Field(wire, "word", description, cardinality, required=default != "", size=size, default=default)


def _count(wire: str, description: str, unit: str, emitters: tuple[str, ...], cardinality: str = "any") -> Field:
    return Field(wire, "integer", description, cardinality, unit, emitters)


_OBJECT = ("object",)
_GATEWAY = ("gateway",)

# In wire order. A line that would be longer than MAX_LINE loses its optional fields from the end of this list.
FIELDS: tuple[Field, ...] = (
    Field("v", "integer", "Version of this contract.", "1", required=True),
    _enum("at", EMITTERS, "Who wrote the line: the object, or the Worker that calls it.", default="gateway"),
    _word("op", MAX_OPERATION, "The operation: declared, or what the platform delivered.", "declared", "unknown"),
    _enum("result", RESULTS, "`miss`: nothing was stored there; `rejected`: the caller's doing.", default="error"),
    replace(_enum("error", ERROR_CATEGORIES, "What failed; exactly when `result` is not `ok`."), required=True),
    _word("class", MAX_CLASS, "Class of the object; none in the line of a gateway that called none.", "declared"),
    _enum("trigger", TRIGGERS, "What started a clean-up of the whole object.", _OBJECT),
    _enum("reason", REASONS, "Why a tool use id could not be mapped to its tool name.", _GATEWAY),
    _enum("outcome", OUTCOMES, "How the call of the object ended, retries included; of an alarm that was retried."),
    _enum("report", REPORTS, "Fate of the event at the reporter; only where one is configured.", _GATEWAY),
    Field("pulse", "flag", "First event of the instance in an aligned window of 5 minutes.", "1", emitters=_OBJECT),
    _count("total", "Operations that ended since the last line: of a shared line.", "operation", _OBJECT),
    _count(
        "alike",
        "Operations with the same `op`, `result` and `error` that this line tells: of a shared line.",
        "operation",
        _OBJECT,
    ),
    _count("status", "HTTP status of the response.", "", _GATEWAY, "about 8"),
    _count("ms", "Time around the call of the object, retries included.", "millisecond", _GATEWAY),
    _count("attempts", "Calls of the object that were made.", "attempt", _GATEWAY, "RETRY_ATTEMPTS"),
    _count("removed", "Entries that a clean-up removed.", "item", _OBJECT),
    _count("written", "Rows written, the alarm's included.", "row", _OBJECT),
    _count("read", "Rows read.", "row", _OBJECT),
    _count("calls", "Storage statements.", "operation", _OBJECT),
    _count("keys", "Entries stored after the operation.", "key", _OBJECT),
    _count(
        "bytes",
        "Size of the object's database after the operation; where writes are not charged, as of its latest pulse.",
        "byte",
        _OBJECT,
    ),
    _count(
        "folded",
        "Further operations, of which only the figures are in this line: they overlapped.",
        "operation",
        _OBJECT,
    ),
    Field("cold", "flag", "First event since the instance was constructed.", "1", emitters=_OBJECT),
    _count("retry", "Number of this retry of an alarm; none at its first run.", "attempt", _OBJECT, "6"),
    _count("lag", "Time from an alarm's scheduled time to its run.", "millisecond", _OBJECT),
    _count("lost", "Events whose telemetry failed in this isolate since its last line.", "event", EMITTERS),
    Field("id", "hex", "Salted hash of the instance id.", "one per instance", emitters=_OBJECT, size=12),
    Field("request", "hex", "Joins the gateway's line with the object's.", "one per request", size=16),
    _word("name", MAX_CLASS, "Class name of the error.", "about 10"),
)
