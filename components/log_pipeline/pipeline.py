"""The pipeline from a trace event to the attributes that metrics and people search by."""

from __future__ import annotations

from typing import Any

from components.log_pipeline import processors
from components.telemetry import LEVEL

STATUS_LEVELS = {
    "error": "@telemetry.result:error OR @http.status_class:5xx OR (@Outcome:* -@Outcome:(ok OR canceled))",
    "warn": "@telemetry.result:(miss OR rejected) OR @http.status_class:4xx OR @invocation.telemetry:missing",
    "info": "@Outcome:*",
}
OUTCOMES = {
    "ok": "@Outcome:ok",
    "exception": "@Outcome:exception",
    "exceeded_cpu": "@Outcome:exceededCpu",
    "exceeded_memory": "@Outcome:exceededMemory",
    "canceled": "@Outcome:canceled",
    "other": "@Outcome:*",
}
# An invocation that was stopped or broke off may not have come to write its line, and calls of one object that overlap
# write theirs into the record of the latest (docs/adr/0008): a line is missed only where it can be expected.
TELEMETRY = {
    "present": "@telemetry.v:*",
    "missing": "@Outcome:ok @EventType:(fetch OR alarm)",
    "not_expected": "@Outcome:*",
}
# A request without a response that broke off ends as a 5xx at the caller; one that the caller left has no class.
STATUS_CLASSES = {
    "2xx": "@Event.Response.Status:[200 TO 299]",
    "3xx": "@Event.Response.Status:[300 TO 399]",
    "4xx": "@Event.Response.Status:[400 TO 499]",
    "5xx": "@Event.Response.Status:[500 TO 599] OR "
    "(@EventType:fetch @Outcome:* -@Outcome:(ok OR canceled) -@Event.Response.Status:*)",
}
SAMPLE = '{"v":1,"at":"object","op":"store","result":"ok","keys":3}'


def pipeline_inputs(name: str, scope: str, class_name: str) -> dict[str, Any]:
    """Inputs of `LogsCustomPipeline`: `scope` matches the service's logs, `class_name` is the observed class.

    The order matters: the status is a matter of everything before it.
    """
    kinds = {"object": f"@Entrypoint:{class_name}", "gateway": f"-@Entrypoint:{class_name}"}
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
                "Telemetry fields", "firedrill.line", {"telemetry": "%{data:telemetry:json}"}, samples=[SAMPLE]
            ),
            processors.message_remapper("Telemetry line as message", ["firedrill.line"]),
            processors.category("Kind of invocation", "invocation.kind", kinds),
            processors.category("Telemetry of the invocation", "invocation.telemetry", TELEMETRY),
            processors.category("Outcome of the invocation", "invocation.outcome", OUTCOMES),
            processors.category("Class of HTTP status", "http.status_class", STATUS_CLASSES),
            processors.category("Level", "level", STATUS_LEVELS),
            processors.status_remapper("Status", ["level"]),
        ],
    }
