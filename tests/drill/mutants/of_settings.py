"""Changes to what a Worker is given, to objectives and to dashboards."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from typing import Any

from firedrill.resources import (
    DASHBOARD_JSON,
    SERVICE_LEVEL_OBJECTIVE,
    WORKERS_CRON_TRIGGER,
    WORKERS_SCRIPT,
    Resource,
    of_type,
)
from tests.drill.mutants.mutant import Change, Inputs, Mutant, changed, put, removed

DEFAULT_INACTIVITY_MS = "300000"


def mutants_of_settings(resources: Sequence[Resource]) -> Iterator[Mutant]:
    """Every change: bindings and settings of Workers, schedules, objectives, widgets."""
    for script in of_type(resources, WORKERS_SCRIPT):
        yield from _script(resources, script)
    for trigger in of_type(resources, WORKERS_CRON_TRIGGER):
        yield removed(resources, trigger, "schedule")
        for cron in ("0 * * * *", "*/15 * * * *"):
            yield from changed(resources, trigger, "schedule", cron, put("schedules", [{"cron": cron}]))
    for objective in of_type(resources, SERVICE_LEVEL_OBJECTIVE):
        yield from _objective(resources, objective)
    for dashboard in of_type(resources, DASHBOARD_JSON):
        yield from _dashboard(resources, dashboard)


def _script(resources: Sequence[Resource], script: Resource) -> Iterator[Mutant]:
    for number, binding in enumerate(script.inputs.get("bindings", ())):
        name = binding["name"]
        yield from changed(resources, script, "binding", f"without {name}", _binding(number, None))
        misspelt = _binding(number, {"name": f"{name}X"})
        reason = "what it says is the Worker's default" if binding.get("text") == DEFAULT_INACTIVITY_MS else ""
        yield from changed(resources, script, "binding", f"{name} misspelt", misspelt, reason)
        if "text" in binding and binding["type"] == "plain_text":
            other = f"{binding['text']}0"
            yield from changed(resources, script, "binding", f"{name} {other}", _binding(number, {"text": other}))
        if "json" in binding:
            for old, new in (("workers.dev", "workers.example"), ("GET", "POST"), ("/conversations/", "/talks/")):
                other = binding["json"].replace(old, new)
                yield from changed(resources, script, "binding", f"{name} {new}", _binding(number, {"json": other}))
        if "className" in binding:
            yield from changed(resources, script, "binding", f"{name} of none", _binding(number, {"className": "None"}))
    for key, value in (
        ("compatibilityDate", "2024-01-01"),
        ("observability", {"enabled": False}),
        ("migrations", None),
        ("scriptName", f"{script.inputs['scriptName']}-2"),
        ("mainModule", "none.mjs"),
    ):
        reason = "the only module is called what it says" if key == "mainModule" else ""
        yield from changed(resources, script, "setting", f"{key} {value}", put(key, value), reason)


def _objective(resources: Sequence[Resource], objective: Resource) -> Iterator[Mutant]:
    yield removed(resources, objective, "objective")
    target = objective.inputs["targetThreshold"]
    for value in (90.0, 95.0, 99.99):
        for both in (True, False):
            if value != target:
                what = f"target {value}" if both else f"target {value} of its timeframe"
                yield from changed(resources, objective, "objective", what, _target(value, both=both))
    for days in ("7d", "90d"):
        yield from changed(resources, objective, "objective", f"of {days}", _timeframe(days))
    text = json.dumps(objective.inputs)
    for old, new in (
        (" - sum:", " + sum:"),
        ("status_class:5xx", "status_class:4xx"),
        ("do.errors", "do.mapping_failures"),
        ("p95:", "p50:"),
        ('"comparator": "<"', '"comparator": ">"'),
        ('"threshold": 400', '"threshold": 4000'),
        ('"threshold": 1000', '"threshold": 10'),
        ('"queryIntervalSeconds": 300', '"queryIntervalSeconds": 60'),
        ("kind:gateway", "kind:object"),
    ):
        other = json.loads(text.replace(old, new))
        yield from changed(resources, objective, "objective", f"{old} becomes {new}", _all(other))


def _dashboard(resources: Sequence[Resource], dashboard: Resource) -> Iterator[Mutant]:
    yield removed(resources, dashboard, "dashboard")
    text = str(dashboard.inputs["dashboard"])
    queries = sorted(each for each in _texts(json.loads(text), "query") if each.count(":") > 1)
    for query in queries:
        for old, new in (("{", "x{"), ("sum:", "avg:"), ("{", "{env:none,")):
            other = text.replace(json.dumps(query), json.dumps(query.replace(old, new, 1)), 1)
            yield from changed(resources, dashboard, "widget", f"{query}: {new}", put("dashboard", other))


def _texts(tree: Any, key: str) -> Iterator[str]:
    for name, value in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        if name == key and isinstance(value, str):
            yield value
        yield from _texts(value, key)


def _binding(number: int, change: Inputs | None) -> Change:
    def edit(inputs: Inputs) -> None:
        if change is None:
            inputs["bindings"].pop(number)
        else:
            inputs["bindings"][number].update(change)

    return edit


def _target(value: float, *, both: bool) -> Change:
    def edit(inputs: Inputs) -> None:
        inputs["thresholds"][0]["target"] = value
        if both:
            inputs["targetThreshold"] = value

    return edit


def _timeframe(days: str) -> Change:
    def edit(inputs: Inputs) -> None:
        inputs["timeframe"] = inputs["thresholds"][0]["timeframe"] = days

    return edit


def _all(other: Inputs) -> Change:
    return lambda inputs: inputs.update(copy.deepcopy(other))
