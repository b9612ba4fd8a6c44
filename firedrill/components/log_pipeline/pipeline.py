"""The pipeline from a trace event to the attributes that metrics and people search by."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from firedrill.components.log_pipeline import processors
from firedrill.components.log_searches import any_of
from firedrill.components.model import ObservedClass
from firedrill.components.telemetry import LEVEL, SCHEMA_VERSION

NO_CLASS = "none"
"""`invocation.class` of the gateway."""

# The client left: a WebSocket of an object ends so on either side, and so does a call whose caller kept its result.
CLIENT_GONE = "canceled OR responseStreamDisconnected"

# Outcome says nothing of what ran beside the handler: a promise given to waitUntil, a WebSocket handler of an object.
# The keys of an exception are spelt both ways at developers.cloudflare.com/workers/observability/logs/logpush
OUTCOMES = {
    "background_error": "@Outcome:ok (@Exceptions.Name:* OR @Exceptions.name:*)",
    "ok": "@Outcome:ok",
    "exception": "@Outcome:exception",
    "exceeded_cpu": "@Outcome:exceededCpu",
    "exceeded_memory": "@Outcome:exceededMemory",
    "canceled": f"@Outcome:({CLIENT_GONE})",
    "other": "@Outcome:*",
}
# A request without a response that broke off ends as a 5xx at the caller; one that the caller left has no class; one
# that ended well was upgraded to a WebSocket.
STATUS_CLASSES = {
    "1xx": "@Event.Response.Status:[100 TO 199] OR (@EventType:fetch @Outcome:ok -@Event.Response.Status:*)",
    "2xx": "@Event.Response.Status:[200 TO 299]",
    "3xx": "@Event.Response.Status:[300 TO 399]",
    "4xx": "@Event.Response.Status:[400 TO 499]",
    "5xx": "@Event.Response.Status:[500 TO 599] OR "
    f"(@EventType:fetch @Outcome:* -@Outcome:(ok OR {CLIENT_GONE}) -@Event.Response.Status:*)",
}
# An invocation that was stopped or broke off may not have come to write its line, and calls, alarms, requests and
# messages of one object that overlap write theirs into the record of the latest (docs/adr/0008): a line is missed only
# where it can be expected.
TELEMETRY = {
    "present": "@telemetry.v:*",
    "missing": "@Outcome:ok @invocation.kind:gateway @EventType:fetch",
    "not_expected": "@Outcome:*",
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
            processors.category("Kind of invocation", "invocation.kind", _kinds(classes)),
            processors.category("Class of the invocation", "invocation.class", _class_names(classes)),
            processors.category("Telemetry of the invocation", "invocation.telemetry", TELEMETRY),
            processors.category("Outcome of the invocation", "invocation.outcome", OUTCOMES),
            processors.category("Class of HTTP status", "http.status_class", STATUS_CLASSES),
            processors.category("Level", "level", _levels(classes)),
            processors.status_remapper("Status", ["level"]),
        ],
    }


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
