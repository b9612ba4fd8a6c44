"""The fields of the dataset, in the vendor's order.

Source: developers.cloudflare.com/logs/logpush/logpush-job/datasets/account/workers_trace_events
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from firedrill.vendors.errors import FiredrillError, as_one

DATASET = "workers_trace_events"

FIELDS: dict[str, str] = {
    "CPUTimeMs": "int",
    "DispatchNamespace": "string",
    "Entrypoint": "string",
    "Event": "object",
    "EventTimestampMs": "int",
    "EventType": "string",
    "Exceptions": "array[object]",
    "Logs": "array[object]",
    "Outcome": "string",
    "ScriptName": "string",
    "ScriptTags": "array[string]",
    "ScriptVersion": "object",
    "WallTimeMs": "int",
}
"""Field name -> type."""


def check_fields(names: Iterable[object], place: str) -> None:
    """Raise FiredrillError for every name that the dataset does not have, with the closest that it has."""
    unknown = [name for name in names if not isinstance(name, str) or name not in FIELDS]
    if unknown:
        raise as_one([_mistake(name, place) for name in unknown])


def _mistake(name: object, place: str) -> FiredrillError:
    close = difflib.get_close_matches(str(name), FIELDS, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]!r}?" if close else f"it has {', '.join(FIELDS)}"
    return FiredrillError(f"{place}: the dataset {DATASET} has no field {name!r}; {hint}")
