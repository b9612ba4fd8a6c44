"""The pipeline from a trace event to the attributes that metrics and people search by."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from firedrill.components.log_pipeline import processors
from firedrill.components.log_searches import any_of, watched
from firedrill.components.model import ObservedClass
from firedrill.components.telemetry import BACKGROUND_ERROR, LEVEL, SCHEMA_VERSION

NO_CLASS = "none"
"""`invocation.class` of the gateway."""

# The client left: a WebSocket of an object ends so on either side, and so does a call whose caller kept its result.
CLIENT_GONE = "canceled OR responseStreamDisconnected"

# Outcome says nothing of what ran beside the handler: a promise given to waitUntil, a WebSocket handler of an object.
# The record's Exceptions would, but with texts that may hold anything: the Worker marks such records.
OUTCOMES = {
    "background_error": f"@Outcome:ok @Logs.Message:{BACKGROUND_ERROR}",
    "ok": "@Outcome:ok",
    "exception": "@Outcome:exception",
    "exceeded_cpu": "@Outcome:exceededCpu",
    "exceeded_memory": "@Outcome:exceededMemory",
    "canceled": f"@Outcome:({CLIENT_GONE})",
    "other": "@Outcome:*",
}
# By the line, since the record has the status only beside the URL. A request without a line that broke off ends as a
# 5xx at the caller; one that the caller left has no class; of one that ended well nobody knows it, and yet it counts.
STATUS_CLASSES = {
    "1xx": "@telemetry.status:[100 TO 199]",
    "2xx": "@telemetry.status:[200 TO 299]",
    "3xx": "@telemetry.status:[300 TO 399]",
    "4xx": "@telemetry.status:[400 TO 499]",
    "5xx": "@telemetry.status:[500 TO 599] OR "
    f"(@EventType:fetch @Outcome:* -@Outcome:(ok OR {CLIENT_GONE}) -@telemetry.status:*)",
    "unknown": "@EventType:fetch @Outcome:ok",
}
# An invocation that was stopped or broke off may not have come to write its line, and calls, alarms, requests and
# messages of one object that overlap write theirs into the record of the latest (docs/adr/0008): a line is missed only
# where it can be expected.
TELEMETRY = {
    "present": "@telemetry.v:*",
    "missing": "@Outcome:ok @invocation.kind:gateway @EventType:fetch",
    "not_expected": "@Outcome:*",
}

# Cloudflare marks where it cut the console lines of a record. A line that is too long for the string builder, which no
# line of this contract is, begins as a line does and is not read. Each ? is a character that searches give a meaning.
CUTS = {
    "record": "@Logs.Message:*Logpush??messages?truncated*",
    "line": "@firedrill.message:??v??* -@telemetry.v:*",
}

# The line tells the outcome of an alarm that failed or was retried; one that went well at once leaves it out.
FIRST_RUN = {"first_try": "@telemetry.at:object @telemetry.op:alarm -@telemetry.outcome:*"}


def pipeline_inputs(name: str, scope: str, classes: Sequence[ObservedClass]) -> dict[str, Any]:
    """Inputs of `LogsCustomPipeline`: `scope` matches the service's logs, `classes` are the observed ones.

    The order matters: a category may search what an earlier one wrote, and the status is a matter of all of them.
    """
    return {
        "name": name,
        "is_enabled": True,
        "filters": [{"query": scope}],
        "processors": [
            processors.date_remapper("Date of the event, not of its arrival", ["EventTimestampMs"]),
            processors.array_select(
                "Telemetry line", "Logs", "firedrill.message", where=f"Level:{LEVEL}", value="Message"
            ),
            processors.string_builder("Telemetry line as text", "%{firedrill.message}", "firedrill.line"),
            processors.grok(
                "Telemetry fields", "firedrill.line", {"telemetry": "%{data:telemetry:json}"}, [_sample(classes)]
            ),
            processors.message_remapper("Telemetry line as message", ["firedrill.line"]),
            processors.category("Outcome of an alarm's first run", "telemetry.outcome", FIRST_RUN),
            processors.copy("Time of the operation as its caller measured it", "telemetry.ms", "operation.ms"),
            processors.copy("Time of an operation without a caller", "WallTimeMs", "operation.ms"),
            *_COUNTS,
            *([_BUCKETS] if watched(classes, "hot-object") else []),
            processors.category("Kind of invocation", "invocation.kind", _kinds(classes)),
            processors.category("Class of the invocation", "invocation.class", _class_names(classes)),
            processors.category("Telemetry of the invocation", "invocation.telemetry", TELEMETRY),
            processors.category("What was cut for its size", "invocation.cut", CUTS),
            processors.category("Outcome of the invocation", "invocation.outcome", OUTCOMES),
            processors.category("Class of HTTP status", "http.status_class", STATUS_CLASSES),
            processors.category("Level", "level", _levels(classes)),
            processors.status_remapper("Status", ["level"]),
        ],
    }


# A line that is not shared tells one operation and counts none; of a shared one that an older Worker wrote, all that is
# known is how many there were.
_COUNTS = (
    processors.arithmetic("Operations of a line that does not count them", "telemetry.folded + 1", "operation.total"),
    processors.copy("Operations of a shared line", "telemetry.total", "operation.total", over=True),
    processors.arithmetic(
        "Operations alike of a line that does not count them", "telemetry.v * 0 + 1", "operation.alike"
    ),
    processors.copy("Operations alike of a shared line", "telemetry.alike", "operation.alike", over=True),
)

_BUCKETS = processors.grok(
    "Bucket of the instance", "telemetry.id", {"bucket": '%{regex("[0-9a-f]"):instance.bucket}.*'}, ["0123456789ab"]
)


def _kinds(classes: Sequence[ObservedClass]) -> dict[str, str]:
    objects = any_of("@Entrypoint", [observed.name for observed in classes])
    return {"object": objects, "gateway": f"-{objects}"}


def _class_names(classes: Sequence[ObservedClass]) -> dict[str, str]:
    """Of the record, not of the line in it: overlapping calls may have written that of another class."""
    return {observed.name: f"@Entrypoint:{observed.name}" for observed in classes} | {NO_CLASS: "@invocation.kind:*"}


def _levels(classes: Sequence[ObservedClass]) -> dict[str, str]:
    """A miss and rejected input are warnings, but errors of a class that counts them so."""
    counted = [
        f"(@telemetry.class:{observed.name} {any_of('@telemetry.result', observed.errors)})"
        for observed in classes
        if set(observed.errors) - {"error"}
    ]
    broken = "@invocation.outcome:* -@invocation.outcome:(ok OR canceled)"
    return {
        "error": " OR ".join(("@telemetry.result:error", "@http.status_class:5xx", f"({broken})", *counted)),
        "warn": "@telemetry.result:(miss OR rejected) OR @http.status_class:4xx OR @invocation.telemetry:missing "
        "OR @telemetry.lost:* OR @telemetry.report:failed",
        "info": "@Outcome:*",
    }


def _sample(classes: Sequence[ObservedClass]) -> str:
    first = classes[0]
    line = {"v": SCHEMA_VERSION, "at": "object", "op": first.operations[0], "result": "ok", "class": first.name}
    return json.dumps(line, separators=(",", ":"))
