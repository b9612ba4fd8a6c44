"""Rules about downtimes: what one mutes, nobody is told of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from firedrill.policies.rule import Declared, Item, Rule
from firedrill.resources import DOWNTIME_SCHEDULE, MONITOR, OBSERVED_SERVICE
from firedrill.vendors.datadog.rules.tags import values

MOST_HOURS = 24
"""Longer than any deployment."""


def _one_alert(item: Item, declared: Declared) -> Iterator[str]:
    identifier = item.inputs.get("monitorIdentifier")
    if not isinstance(identifier, Mapping) or not declared.of(OBSERVED_SERVICE):
        return  # nothing says which alerts there are
    tags = [str(each) for each in identifier.get("monitorTags") or ()]
    if not tags:
        return  # one monitor, by its id
    if not values(tags, "monitor"):
        yield f"it mutes every monitor with the tags {', '.join(tags)}; none of them names one alert (monitor:...)"
    if not any({*tags} <= {str(each) for each in other.inputs.get("tags") or ()} for other in declared.of(MONITOR)):
        yield f"it mutes nothing: no monitor of the stack has all of the tags {', '.join(tags)}"


def _ends(item: Item, _: Declared) -> Iterator[str]:
    schedule = item.inputs.get("oneTimeSchedule")
    if not isinstance(schedule, Mapping):
        return  # of one that recurs the provider asks for a duration
    start, end = (_time(schedule.get(key)) for key in ("start", "end"))
    if schedule.get("end") is None:
        yield "it has no end, so it mutes for good"
    elif start and end and (end - start).total_seconds() > MOST_HOURS * 3600:
        hours = (end - start).total_seconds() / 3600
        yield f"it lasts {hours:,.0f} hours; allowed: at most {MOST_HOURS}"


def _time(text: Any) -> datetime | None:
    try:
        time = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


RULES = (
    Rule(
        "downtime-mutes-one-alert",
        "What is muted beside the alert that was meant, nobody hears of.",
        "name the alert by its tag monitor:, or by its id; a window of a deployment lists its alerts under mutes",
        (DOWNTIME_SCHEDULE,),
        _one_alert,
        whole=True,
    ),
    Rule(
        "downtime-ends",
        "A downtime that was forgotten keeps its alerts silent.",
        f"give it an end, at most {MOST_HOURS} hours after its start; alerts that nobody wants are better removed",
        (DOWNTIME_SCHEDULE,),
        _ends,
    ),
)
