"""Changes to what monitors look at, when they alert and how they remind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil, floor
from typing import Any

from firedrill.resources import MONITOR, Resource, of_type
from tests.drill.mutants.mutant import Change, Inputs, Mutant, added, changed, put, removed

FACTORS = (0.1, 0.5, 2.0, 10.0, 50.0)
WINDOWS = ("last_1m", "last_30m", "last_1h")
OPTIONS: Sequence[tuple[str, str, Any]] = (
    *(("evaluation delay", "evaluationDelay", value) for value in (0, 600, 1200, 3600)),
    *(
        ("missing data", "onMissingData", value)
        for value in ("default", "resolve", "show_no_data", "show_and_notify_no_data")
    ),
    ("renotify", "renotifyInterval", 0),
    ("renotify", "renotifyInterval", 1440),
    ("renotify", "renotifyOccurrences", 100),
    ("renotify", "renotifyStatuses", []),
    ("renotify", "renotifyStatuses", ["warn"]),
    ("escalation", "escalationMessage", "Still there. @slack-nobody"),
    ("priority", "priority", "5"),
    ("priority", "priority", None),
    ("renotify", "renotifyInterval", 10),
    ("renotify", "renotifyOccurrences", 1),
    ("option", "requireFullWindow", True),
    ("option", "includeTags", False),
    ("option", "newGroupDelay", 3600),
    ("option", "newHostDelay", 3600),
    ("option", "groupRetentionDuration", "1h"),
    ("option", "noDataTimeframe", 60),
    ("option", "name", "Something"),
    ("option", "timeoutH", 1),
    ("option", "notificationPresetName", "hide_all"),
    ("option", "notificationPresetName", "hide_handles"),
)
_UNUSED = {
    "newHostDelay": "no monitor is grouped by host",
    "noDataTimeframe": "it is for notifyNoData, in whose place onMissingData stands",
}
_THRESHOLD = re.compile(r"(>=|<=|>|<) (-?[\d.]+)$")
_WINDOW = re.compile(r"last_\w+")
_SPACE = re.compile(r"\b(sum|avg|max|min|p95|p99):")
_TIME = re.compile(r"^(sum|percentile)\(")


def mutants_of_monitors(resources: Sequence[Resource]) -> Iterator[Mutant]:
    """Every change, monitor by monitor."""
    for monitor in of_type(resources, MONITOR):
        yield removed(resources, monitor, "monitor removed")
        yield _namesake(resources, monitor)
        if monitor.inputs["type"] == "composite":
            yield from _composite(resources, monitor)
        else:
            yield from _thresholds(resources, monitor)
            yield from _query(resources, monitor)
        yield from _tags(resources, monitor)
        for kind, key, value in OPTIONS:
            if monitor.inputs["type"] != "composite" or kind in ("renotify", "escalation", "priority"):
                if key not in monitor.inputs and value in (0, None, []):
                    continue
                silent = kind in ("renotify", "priority") and "@" not in str(monitor.inputs["message"])
                reason = "it is a part of a composite and tells nobody" if silent else ""
                if kind == "missing data" and monitor.inputs["type"] == "slo alert":
                    reason = "an alert on an objective knows no missing data"
                if value == "resolve" and re.search(r"^sum\(.*as_count\(\) > ", str(monitor.inputs["query"])):
                    reason = "a count that is missing is 0, which is as well"
                if key == "includeTags" and " by {" not in str(monitor.inputs["query"]):
                    reason = "it has no groups whose tags a title could include"
                reason = _UNUSED.get(key, reason)
                yield from changed(resources, monitor, kind, f"{key} {value!r}", put(key, value), reason)


def _tags(resources: Sequence[Resource], monitor: Resource) -> Iterator[Mutant]:
    tags = [str(each) for each in monitor.inputs["tags"]]
    for tag in tags:
        rest = [each for each in tags if each != tag]
        yield from changed(resources, monitor, "tag", f"without {tag}", put("tags", rest))
        yield from changed(resources, monitor, "tag", f"{tag}x", put("tags", [*rest, f"{tag}x"]))


def _namesake(resources: Sequence[Resource], monitor: Resource) -> Mutant:
    """A copy under the same tags that never alerts."""
    inputs = dict(monitor.inputs, name=f"{monitor.inputs['name']} again")
    if inputs["type"] == "composite":
        first, _, _ = str(inputs["query"]).partition(" ")
        inputs["query"] = f"{first} && !{first}"
    else:
        query = str(inputs["query"])
        inputs["query"] = re.sub(r":conversation_state", ":conversation_stale", query)
    copied = replace(
        monitor, name=f"{monitor.name}-again", urn=f"{monitor.urn}-again", id=f"{monitor.id}9", inputs=inputs
    )
    return added(resources, copied, "namesake", f"{monitor.name}: a dead copy")


def _composite(resources: Sequence[Resource], monitor: Resource) -> Iterator[Mutant]:
    first, _, second = str(monitor.inputs["query"]).partition(" && ")
    guard = second.removeprefix("!")
    for query in (f"{first} && {guard}", f"{first} || !{guard}", f"!{first} && !{guard}", f"{guard} && !{first}"):
        yield from changed(resources, monitor, "composite", f"query {query}", put("query", query))


def _thresholds(resources: Sequence[Resource], monitor: Resource) -> Iterator[Mutant]:
    query = str(monitor.inputs["query"])
    comparator, text = _THRESHOLD.findall(query)[0]
    critical = float(text)
    values = [critical * factor for factor in FACTORS] if critical else [1.0, 10.0, 1000.0]
    whole = ceil if comparator == "<" else floor
    for value in values:
        same = "pct_change" not in query and ".as_count()" in query and " / " not in query
        reason = "counts are whole numbers" if same and whole(value) == whole(critical) else ""
        yield from changed(resources, monitor, "threshold", f"critical {value:g}", _critical(comparator, value), reason)
    for other in {">": (">=", "<"), "<": ("<=", ">")}.get(comparator, ("<",)):
        yield from changed(
            resources, monitor, "comparator", f"{comparator} becomes {other}", _critical(other, critical)
        )
    for key in monitor.inputs["monitorThresholds"]:
        if key != "critical":
            yield from changed(resources, monitor, "recovery and warning", f"no {key}", _without_threshold(key))
    if "criticalRecovery" in monitor.inputs["monitorThresholds"]:
        far = -critical if critical > 0 else 50
        yield from changed(
            resources, monitor, "recovery and warning", f"recovers at {far:g}", _recovers_at("criticalRecovery", far)
        )


def _query(resources: Sequence[Resource], monitor: Resource) -> Iterator[Mutant]:
    query = str(monitor.inputs["query"])

    def to(kind: str, what: str, text: str) -> Iterator[Mutant]:
        yield from changed(resources, monitor, kind, what, put("query", text))

    for window in WINDOWS:
        yield from to("window", window, _WINDOW.sub(window, query, count=1))
    if not _SPACE.search(query):
        return
    space = _SPACE.findall(query)[0]
    for other in (
        ("p50", "p75", "p90", "p99", "max", "avg")
        if space.startswith("p")
        else sorted({"sum", "avg", "max", "min"} - {space})
    ):
        yield from to("space aggregator", other, _SPACE.sub(f"{other}:", query))
    if _TIME.search(query):
        for other in ("avg", "max", "min"):
            yield from to("time aggregator", other, _TIME.sub(f"{other}(", query))
    if ".as_count()" in query:
        yield from to("function", "no as_count", query.replace(".as_count()", ""))
        same = "a change in percent of a rate is that of the count" if query.startswith("pct_change") else ""
        text = query.replace(".as_count()", ".as_rate()")
        yield from changed(resources, monitor, "function", "as_rate", put("query", text), same)
    if found := re.search(r"\.rollup\(sum, \d+\)", query):
        yield from to("function", "no rollup", query.replace(found[0], ""))
        yield from to("function", "avg of an hour", query.replace(found[0], ".rollup(avg, 3600)"))
        yield from to("function", "1d ago", query.replace("1h_ago", "1d_ago"))
    if " by {" in query:
        yield from to("group", "none", re.sub(r" by \{[^}]*\}", "", query))
        for key in re.findall(r" by \{([^}]*)\}", query)[0].split(","):
            rest = re.sub(rf"(?<=[{{,]){key},?|,{key}(?=\}})", "", query.partition(" by ")[2])
            if rest.startswith("{}"):
                continue
            yield from to("group", f"without {key}", f"{query.partition(' by ')[0]} by {rest}")
    scope = re.findall(r"\{([^}]*)\}", query)[0]
    if scope != "*":
        yield from to("scope", "all", query.replace(f"{{{scope}}}", "{*}"))
        yield from to("scope", "misspelt", query.replace(f"{{{scope}}}", f"{{{scope}x}}"))
        for part in scope.split(" AND "):
            if part != scope:
                yield from to(
                    "scope",
                    f"without {part}",
                    query.replace(
                        f"{{{scope}}}", f"{{{scope.replace(part, '').removeprefix(' AND ').removesuffix(' AND ')}}}"
                    ),
                )
    else:
        yield from to("scope", "misspelt", query.replace("{*}", "{env:none}"))
    for old, new in (
        ("status_class:5xx", "status_class:4xx"),
        (".do.errors.total{", ".do.operations.total{"),
        (".do.operations.total{", ".do.errors.total{"),
        (".do.operations.total{", ".do.operations{"),
        (".do.operations{", ".do.errors{"),
        (".do.operations.latency{", ".do.latency{"),
        (".rows_written{", ".rows_read{"),
        (".rows_read{", ".rows_written{"),
        ("outcome:exhausted", "outcome:recovered"),
        ("outcome:recovered", "outcome:exhausted"),
        ("operation:alarm", "operation:store"),
        ("kind:object", "kind:gateway"),
        ("error_category:reset", "error_category:overloaded"),
        ("telemetry:missing", "telemetry:present"),
        ("result:error", "result:ok"),
        ("(exceeded_cpu,exceeded_memory)", "(exceeded_cpu)"),
        ("(exceeded_cpu,exceeded_memory)", "(exceeded_memory)"),
    ):
        yield from to("another metric or tag", f"{old} becomes {new}", query.replace(old, new, 1))
    for old, new in (("100 * ", ""), ("5 * ", "50 * "), ("rollup(sum, 60)", "rollup(sum, 600)")):
        yield from to("function", f"{old} becomes {new}", query.replace(old, new, 1))
    if " / " in query:
        yield from to("function", "upside down", re.sub(r"\* (.*) / (.*) >", r"* \2 / \1 >", query))
    yield from to("scope", "metric misspelt", re.sub(r"(:conversation_state\.\w+\.[\w.]+)", r"\1x", query))


def _critical(comparator: str, value: float) -> Change:
    def change(inputs: Inputs) -> None:
        old = float(inputs["monitorThresholds"]["critical"])
        inputs["query"] = _THRESHOLD.sub(f"{comparator} {value:.10g}", inputs["query"])
        factor = value / old if old else 1
        inputs["monitorThresholds"] = {
            key: f"{float(given) * factor:.10g}" for key, given in inputs["monitorThresholds"].items()
        } | {"critical": f"{value:.10g}"}

    return change


def _without_threshold(key: str) -> Change:
    def change(inputs: Inputs) -> None:
        inputs["monitorThresholds"] = {
            name: value for name, value in inputs["monitorThresholds"].items() if name != key
        }

    return change


def _recovers_at(key: str, value: float) -> Change:
    def change(inputs: Inputs) -> None:
        inputs["monitorThresholds"] = {**inputs["monitorThresholds"], key: f"{value:.10g}"}

    return change
