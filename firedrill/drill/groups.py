"""Which groups of a monitor a scenario owes an alert: those whose records show the danger at its size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.simulated_time import RecordedTake, as_platform_says
from firedrill.scenarios.dangers import BY_ID
from firedrill.scenarios.kind import as_counted
from firedrill.scenarios.marks import line_of, of_heartbeat
from firedrill.scenarios.scenario import Scenario
from firedrill.vendors.datadog.monitors import Monitor
from firedrill.vendors.datadog.queries import MonitorQuery
from firedrill.vendors.datadog.rules.tags import normalised

OUTCOMES = {"exceededCpu": "exceeded_cpu", "exceededMemory": "exceeded_memory"}


def owed_groups(
    worker: CompiledWorker, scenario: Scenario, takes: Mapping[str, RecordedTake]
) -> dict[str, frozenset[str]]:
    """By monitor the groups that must alert in a scenario, of those that tell a danger which records can show."""
    if worker.promises is None or len(scenario.fault) != 1 or scenario.about:
        return {}
    (phase,) = scenario.fault
    records = takes[phase.take.name].records
    if phase.platform:
        records = as_platform_says(records, phase.platform)
    found = {}
    for danger in worker.promises.dangers:
        mark = BY_ID[danger.id].mark
        for monitor in worker.organisation.monitors:
            watch = worker.watches[monitor.id]
            tells = watch.id in BY_ID[danger.id].told_by and watch.class_name in ("", danger.class_name)
            if not (mark and tells and watch.name in scenario.fires and (keys := _grouped(monitor))):
                continue
            shows = as_counted(mark, worker.classes.get(danger.class_name))
            shown = [each for each in records if shows(each, danger.class_name) and not of_heartbeat(each, "")]
            counted = Counter(_group(record, keys) for record in shown)
            found[watch.name] = frozenset(group for group, count in counted.items() if group and count >= danger.size)
    return found


def _grouped(monitor: Monitor) -> tuple[str, ...]:
    query = monitor.threshold_query
    return query.group_by if isinstance(query, MonitorQuery) else ()


def _group(record: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    """The group of a record as a monitor's change names it, "" where the record does not say."""
    line, entrypoint = line_of(record), record["Entrypoint"]
    values = {
        "operation": line.get("op"),
        "error_category": line.get("error"),
        "trigger": line.get("trigger"),
        "kind": "object" if entrypoint else "gateway",
        "class": entrypoint or "none",
        "outcome": OUTCOMES.get(record["Outcome"]),
    }
    if not all(values.get(key) for key in keys):
        return ""
    return ",".join(normalised(f"{key}:{values[key]}") for key in keys)
