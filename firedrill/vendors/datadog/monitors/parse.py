"""Compile monitors from their API JSON, reporting every problem of every monitor at once.

Source: docs.datadoghq.com/api/latest/monitors (create a monitor), docs.datadoghq.com/monitors/guide/monitor_api_options
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from firedrill.vendors.datadog.monitors.checks import ServiceCheck
from firedrill.vendors.datadog.monitors.compilers import COMPILERS, Compiler
from firedrill.vendors.datadog.monitors.composite import Composite
from firedrill.vendors.datadog.monitors.conditions import read_condition
from firedrill.vendors.datadog.monitors.monitor import Condition, Monitor
from firedrill.vendors.datadog.monitors.options import Options, read_options
from firedrill.vendors.datadog.monitors.problems import InvalidMonitors, Problem, Rule
from firedrill.vendors.datadog.monitors.templates import Template, TemplateSyntaxError, broken_handles, compile_template
from firedrill.vendors.datadog.monitors.variables import variable_problems
from firedrill.vendors.errors import Unsupported

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


def parse_monitors(
    declared: Sequence[Mapping[str, Any]], compilers: Mapping[str, Compiler] = COMPILERS
) -> list[Monitor]:
    """Compile monitors, in order.

    `compilers` turns a query into what evaluates it by the monitor's type: add one to evaluate, say, RUM alerts.
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
            problems += [Problem(monitor.name, *problem) for problem in variable_problems(monitor, keys, template)]
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
        if options.notification_preset_name == "show_only_snapshot":
            self.problem("unsupported", "notification_preset_name 'show_only_snapshot'")
        if options.scheduling_options and options.scheduling_options.get("custom_schedule"):
            self.problem("unsupported", "scheduling_options.custom_schedule")
        if options.on_missing_data is not None and (options.notify_no_data or options.no_data_timeframe is not None):
            legacy = "notify_no_data" if options.notify_no_data else "no_data_timeframe"
            self.problem("option", f"options has both on_missing_data and {legacy}; remove {legacy}")
        if options.renotify_interval is None:
            for name in ("renotify_occurrences", "renotify_statuses", "escalation_message"):
                if self.declared_options.get(name):
                    self.problem("option", f"options.{name} has no effect without renotify_interval; set the interval")
        return options

    def condition(self, options: Options) -> Condition | None:
        kind, query = self.raw.get("type"), self.raw.get("query")
        if not isinstance(query, str) or not isinstance(kind, str):
            return None
        thresholds = self.mapping("options.thresholds", self.declared_options.get("thresholds"))
        return read_condition(kind, query, options, thresholds, self.compilers, self.problem)


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
            elif part in by_id:
                yield from _part_problems(monitor.name, by_id[part])


def _part_problems(composite: str, part: Monitor) -> Iterator[Problem]:
    if isinstance(part.condition, Composite):
        text = f"query names monitor {part.id!r}, itself a composite; name the monitors that it is made of"
        yield Problem(composite, "composite", text)
    if isinstance(part.condition, ServiceCheck) and part.condition.thresholds.unknown:
        text = f"a composite of a service check that can become UNKNOWN (monitor {part.id!r})"
        yield Problem(composite, "unsupported", text)


def _group_keys(monitor: Monitor, monitors: Sequence[Monitor]) -> tuple[str, ...]:
    if not isinstance(monitor.condition, Composite):
        return monitor.group_by
    parts = [other for other in monitors if other.id in monitor.condition.ids]
    return tuple(dict.fromkeys(key for part in parts for key in part.group_by))
