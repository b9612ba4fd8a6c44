"""Compile monitors from their API JSON, reporting every problem of every monitor at once.

Source: docs.datadoghq.com/api/latest/monitors (create a monitor), docs.datadoghq.com/monitors/guide/monitor_api_options
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from firedrill.datadog.metrics import compile_query
from firedrill.datadog.monitors.composite import MOST_MONITORS, Composite, compile_composite
from firedrill.datadog.monitors.monitor import Monitor, Query, Threshold, retention_s
from firedrill.datadog.monitors.options import Options, read_options
from firedrill.datadog.monitors.templates import Template, TemplateSyntaxError, broken_handles, compile_template
from firedrill.datadog.monitors.thresholds import read_thresholds
from firedrill.datadog.monitors.variables import unknown_variables
from firedrill.errors import FiredrillError, Unsupported

Compiler = Callable[[str], Query]

METRIC_TYPES = ("metric alert", "query alert")
REFUSED_TYPES = (
    "audit alert",
    "ci-pipelines alert",
    "ci-tests alert",
    "cost alert",
    "data-quality alert",
    "database-monitoring alert",
    "error-tracking alert",
    "event alert",
    "event-v2 alert",
    "log alert",
    "network-path alert",
    "network-performance alert",
    "process alert",
    "rum alert",
    "service check",
    "slo alert",
    "synthetics alert",
    "trace-analytics alert",
)
"""Types that need other data than metric points; one is accepted when its compiler is given."""

COMPILERS: Mapping[str, Compiler] = dict.fromkeys(METRIC_TYPES, compile_query)

FIELDS = ("id", "message", "name", "options", "priority", "query", "tags", "type")
READ_ONLY = (
    "assets",
    "created",
    "created_at",
    "creator",
    "deleted",
    "draft_status",
    "matching_downtimes",
    "modified",
    "multi",
    "org_id",
    "overall_state",
    "overall_state_modified",
    "restricted_roles",
    "restriction_policy",
    "state",
)
"""Fields that the API answers with, or that only guard editing; `draft_status` must be published."""

Rule = Literal["composite", "field", "message", "option", "query", "threshold", "type", "unsupported"]


class Problem(NamedTuple):
    """What is wrong with a monitor; the text names the value, what is allowed and where."""

    monitor: str
    rule: Rule
    text: str


class InvalidMonitors(FiredrillError):
    """Monitors that the API would not take, or that cannot do what they say; `problems` holds every one."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """List the problems, one a line."""
        self.problems = tuple(problems)
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        lines = (f"  monitor {problem.monitor!r}: {problem.text}." for problem in problems)
        super().__init__("\n".join([f"{count} in the monitors:", *lines]))


def parse_monitors(
    declared: Sequence[Mapping[str, Any]], compilers: Mapping[str, Compiler] = COMPILERS
) -> list[Monitor]:
    """Compile monitors, in order.

    `compilers` turns a query into a `Query` by the monitor's type: pass another one to evaluate, say, log alerts.
    Raises InvalidMonitors with all problems, or Unsupported for the first unsupported feature if nothing is wrong.
    """
    monitors, problems = check_monitors(declared, compilers)
    if any(problem.rule != "unsupported" for problem in problems):
        raise InvalidMonitors(problems)
    if problems:
        raise Unsupported(problems[0].text, f"monitor {problems[0].monitor!r}")
    return monitors


def check_monitors(
    declared: Sequence[Mapping[str, Any]],
    compilers: Mapping[str, Compiler] = COMPILERS,
    *,
    other_ids: Collection[str] = (),
) -> tuple[list[Monitor], list[Problem]]:
    """The monitors that could be compiled, and every problem; an unsupported feature's text is its name.

    `other_ids` are those of monitors that a composite may name although they are not among the `declared`.
    """
    problems: list[Problem] = []
    monitors = [monitor for raw in declared if (monitor := _Reader(raw, compilers, problems).monitor())]
    problems += _composite_problems(monitors, {*other_ids, *(str(raw.get("id")) for raw in declared)})
    for monitor in monitors:
        keys = _group_keys(monitor, monitors)
        for template in filter(None, (monitor.title, monitor.message, monitor.escalation)):
            problems += [Problem(monitor.name, "message", text) for text in unknown_variables(monitor, keys, template)]
    return monitors, problems


class _Reader:
    """Reads one monitor and notes its problems."""

    def __init__(self, raw: Mapping[str, Any], compilers: Mapping[str, Compiler], problems: list[Problem]) -> None:
        self.raw, self.compilers, self.problems = raw, compilers, problems
        self.name = str(raw.get("name") or raw.get("id") or "(without a name)")
        self.declared_options = self.mapping("options", raw.get("options"))

    def mapping(self, field: str, value: object) -> Mapping[str, Any]:
        """The value if it is an object, else an empty one."""
        if value is not None and not isinstance(value, Mapping):
            self.problem("field", f"{field} is {value!r}; set an object")
        return value if isinstance(value, Mapping) else {}

    def problem(self, rule: Rule, text: str) -> None:
        self.problems.append(Problem(self.name, rule, text))

    def monitor(self) -> Monitor | None:
        """The monitor, or None when it has no condition to evaluate."""
        raw = self.raw
        for field in sorted(raw.keys() - {*FIELDS, *READ_ONLY}):
            self.problem("field", f"has the field {field!r}; allowed are {', '.join(FIELDS)}")
        for field in ("name", "type", "query"):
            if not isinstance(raw.get(field), str) or not raw[field]:
                self.problem("field", f"{field} is {raw.get(field)!r}; set a text")
        if raw.get("draft_status") not in (None, "published"):
            self.problem("unsupported", f"draft_status {raw['draft_status']!r}")
        options = self.options()
        priority, tags = raw.get("priority"), raw.get("tags") or []
        if priority is not None and priority not in (1, 2, 3, 4, 5):
            self.problem("field", f"priority is {priority!r}; allowed are 1 to 5, or none")
        if not isinstance(tags, list | tuple) or not all(isinstance(tag, str) for tag in tags):
            self.problem("field", f"tags is {tags!r}; allowed is a list of texts")
            tags = []
        title, message = self.template("name", raw.get("name")), self.template("message", raw.get("message"))
        escalation = self.template("options.escalation_message", options.escalation_message)
        condition = self.condition(options)
        if condition is None:
            return None
        return Monitor(
            str(raw.get("id", self.name)),
            self.name,
            raw["type"],
            raw["query"],
            condition,
            title,
            message,
            escalation if options.escalation_message else None,
            options,
            tuple(tags),
            priority,
        )

    def template(self, field: str, text: object) -> Template:
        if text is not None and not isinstance(text, str):
            self.problem("message", f"{field} is {text!r}; set a text")
        try:
            template = compile_template(text if isinstance(text, str) else "")
        except TemplateSyntaxError as error:
            self.problem("message", f"{field}: {str(error).rstrip('.')}")
            return compile_template("")
        for handle in broken_handles(template.outline()):
            self.problem("message", f"{field} has {handle!r}, which notifies nobody; put a space after the handle")
        return template

    def options(self) -> Options:
        options, problems = read_options(self.declared_options)
        for text, unsupported in problems:
            self.problem("unsupported" if unsupported else "option", unsupported or text)
        if options.notification_preset_name in ("hide_handles", "hide_all"):
            self.problem("unsupported", f"notification_preset_name {options.notification_preset_name!r}")
        if options.on_missing_data is not None and (options.notify_no_data or options.no_data_timeframe is not None):
            legacy = "notify_no_data" if options.notify_no_data else "no_data_timeframe"
            self.problem("option", f"options has both on_missing_data and {legacy}; remove {legacy}")
        if options.renotify_interval is None:
            for name in ("renotify_occurrences", "renotify_statuses", "escalation_message"):
                if self.declared_options.get(name):
                    self.problem("option", f"options.{name} has no effect without renotify_interval; set the interval")
        return options

    def condition(self, options: Options) -> Threshold | Composite | None:
        kind, query = self.raw.get("type"), self.raw.get("query")
        if not isinstance(query, str) or not isinstance(kind, str):
            return None
        if kind != "composite" and kind not in self.compilers:
            if kind in REFUSED_TYPES:
                self.problem("unsupported", f"monitor type {kind!r}")
            else:
                self.problem("type", f"type is {kind!r}; allowed are {', '.join(self.compilers)} and composite")
            return None
        try:
            if kind == "composite":
                return self.composite(options, query)
            return self.threshold(options, kind, self.compilers[kind](query))
        except Unsupported as error:
            self.problem("unsupported", error.feature)
        except FiredrillError as error:
            self.problem("query", str(error).rstrip("."))
        return None

    def composite(self, options: Options, query: str) -> Composite:
        composite = compile_composite(query)
        if len(composite.ids) > MOST_MONITORS:
            self.problem("composite", f"query names {len(composite.ids)} monitors; a composite has at most 10")
        if options.on_missing_data is not None:
            self.problem("option", "options.on_missing_data does not apply to composite monitors; use notify_no_data")
        return composite

    def threshold(self, options: Options, kind: str, query: Query) -> Threshold:
        raw = self.mapping("options.thresholds", self.declared_options.get("thresholds"))
        thresholds, problems = read_thresholds(raw, query.comparator, query.threshold)
        for text in problems:
            self.problem("threshold", text)
        retention = options.group_retention_duration
        if retention is not None and kind in METRIC_TYPES:
            self.problem("option", f"options.group_retention_duration is {retention!r}; metric monitors do not have it")
        elif not 3600 <= retention_s(retention) <= 72 * 3600:
            self.problem("option", f"options.group_retention_duration is {retention!r}; allowed are '1h' to '72h'")
        keys = query.group_by
        if options.notify_by and not (options.notify_by == ("*",) or set(options.notify_by) <= set(keys)):
            self.problem(
                "option",
                f"options.notify_by is {list(options.notify_by)!r}; allowed are ['*'] and keys that the query groups "
                f"by: {', '.join(keys) or 'none'}",
            )
        return Threshold(query, thresholds)


def _composite_problems(monitors: Sequence[Monitor], known_ids: Collection[str]) -> Iterator[Problem]:
    by_id = {monitor.id: monitor for monitor in monitors}
    for monitor in monitors:
        if by_id[monitor.id] is not monitor:
            yield Problem(monitor.name, "field", f"id is {monitor.id!r}, as is another monitor's; give each its own")
        if not isinstance(monitor.condition, Composite):
            continue
        for part in monitor.condition.ids:
            if part not in known_ids:
                yield Problem(monitor.name, "composite", f"query names monitor {part!r}, which is not declared")
            elif part in by_id and isinstance(by_id[part].condition, Composite):
                text = f"query names monitor {part!r}, itself a composite; name the monitors that it is made of"
                yield Problem(monitor.name, "composite", text)


def _group_keys(monitor: Monitor, monitors: Sequence[Monitor]) -> tuple[str, ...]:
    if not isinstance(monitor.condition, Composite):
        return monitor.group_by
    parts = [other for other in monitors if other.id in monitor.condition.ids]
    return tuple(dict.fromkeys(key for part in parts for key in part.group_by))
