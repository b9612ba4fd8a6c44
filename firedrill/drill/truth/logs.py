"""What logs should have become, for people who read them: their status, and the telemetry line as their message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from firedrill.drill.truth.fact import Fact, fact
from firedrill.drill.truth.known import Known
from firedrill.drill.truth.lines import lines_of
from firedrill.drill.truth.platform import outcome_of, telemetry_of
from firedrill.runtime.take import Take
from firedrill.vendors.cloudflare.trace_items import event_type

LOGS = "logs"
"""The key of such facts: no metric, what logs are."""
_FINE = ("ok", "canceled")


def log_fact(item: Mapping[str, Any], status: str, message: str) -> Fact:
    """The log of a trace item: its status, and whether its message is the item's telemetry line, if it has one."""
    text, _ = _line(item)
    shown = "any" if not text else "line" if message == text else "other"
    return fact(LOGS, event=event_type(item), status=status, message=shown)


def of_logs(known: Known, take: Take) -> Iterator[Fact]:
    """The facts of the logs of a take."""
    for invocation in take.invocations:
        text, _ = _line(invocation.item)
        yield log_fact(invocation.item, _status(known, invocation.item), text)


def _line(item: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The first telemetry line on its level, as text and as data."""
    return next(lines_of(item), ("", {}))


def _status(known: Known, item: Mapping[str, Any]) -> str:
    """An error is what failed, or ended otherwise than well; a warning what a caller did wrong, or what is missing."""
    _, line = _line(item)
    declared = known.classes.get(str(line.get("class")))
    result, status, outcome = line.get("result"), line.get("status", 0), outcome_of(item)
    counted = declared.errors if declared else ()
    if result == "error" or result in counted or status >= 500 or outcome not in _FINE:
        return "error"
    missing = telemetry_of(item, of_an_object=item.get("entrypoint") in known.classes) == "missing"
    if result in ("miss", "rejected") or status >= 400 or missing or "lost" in line or line.get("report") == "failed":
        return "warn"
    return "info"
