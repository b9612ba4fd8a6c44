"""The fields of Logpush's dataset of Worker invocations.

Source: developers.cloudflare.com/logs/logpush/logpush-job/datasets/account/workers_trace_events
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from enum import StrEnum

from components.problems import DeclarationError

DATASET = "workers_trace_events"


class TraceEventField(StrEnum):
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


def field_names(fields: Sequence[TraceEventField | str]) -> list[str]:
    """The names that a job selects; raises DeclarationError for one that the dataset does not have."""
    known = [field.value for field in TraceEventField]
    for name in fields:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            raise DeclarationError(f"Logpush's {DATASET} has no field {name!r}; {hint}Its fields: {', '.join(known)}.")
    return [TraceEventField(name).value for name in fields]
