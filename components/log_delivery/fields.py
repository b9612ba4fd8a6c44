"""The fields of Logpush's dataset of Worker invocations.

Source: developers.cloudflare.com/logs/logpush/logpush-job/datasets/account/workers_trace_events
"""

from __future__ import annotations

from enum import Enum

DATASET = "workers_trace_events"


class TraceEventField(str, Enum):
    """A field that a job may select; Cloudflare refuses any other name."""

    CPU_TIME_MS = "CPUTimeMs"
    DISPATCH_NAMESPACE = "DispatchNamespace"
    ENTRYPOINT = "Entrypoint"
    EVENT = "Event"
    EVENT_TIMESTAMP_MS = "EventTimestampMs"
    EVENT_TYPE = "EventType"
    EXCEPTIONS = "Exceptions"
    LOGS = "Logs"
    OUTCOME = "Outcome"
    SCRIPT_NAME = "ScriptName"
    SCRIPT_TAGS = "ScriptTags"
    SCRIPT_VERSION = "ScriptVersion"
    WALL_TIME_MS = "WallTimeMs"


OBSERVED_FIELDS = (
    TraceEventField.CPU_TIME_MS,
    TraceEventField.ENTRYPOINT,
    TraceEventField.EVENT,
    TraceEventField.EVENT_TIMESTAMP_MS,
    TraceEventField.EVENT_TYPE,
    TraceEventField.EXCEPTIONS,
    TraceEventField.LOGS,
    TraceEventField.OUTCOME,
    TraceEventField.SCRIPT_NAME,
    TraceEventField.SCRIPT_VERSION,
    TraceEventField.WALL_TIME_MS,
)
