"""Compile monitors from their API JSON, reporting every problem of every monitor at once.

Source: docs.datadoghq.com/api/latest/monitors (create a monitor), docs.datadoghq.com/monitors/guide/monitor_api_options
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from firedrill.vendors.datadog.monitors.checks import ServiceCheck
from firedrill.vendors.datadog.monitors.compilers import COMPILERS, REFUSED_TYPES, Compiler
from firedrill.vendors.datadog.monitors.composite import Composite
from firedrill.vendors.datadog.monitors.conditions import read_condition
from firedrill.vendors.datadog.monitors.monitor import Monitor
from firedrill.vendors.datadog.monitors.problems import UNSUPPORTED, InvalidMonitors, Note, Problem, Rule
from firedrill.vendors.datadog.monitors.templates import Template, TemplateSyntaxError, broken_handles, compile_template
from firedrill.vendors.datadog.monitors.variables import variable_problems
from firedrill.vendors.datadog.rules.handles import handle_breaches
from firedrill.vendors.datadog.rules.monitors import read_fields
from firedrill.vendors.datadog.rules.options import idle, read_options
from firedrill.vendors.errors import Unsupported


def parse_monitors(
    declared: Sequence[Mapping[str, Any]], compilers: Mapping[str, Compiler] = COMPILERS, *, strict: bool = False
) -> list[Monitor]:
    """Compile monitors, in order; `strict` takes warnings for mistakes.

    `compilers` turns a query into what evaluates it by the monitor's type: add one to evaluate, say, RUM alerts.
    Raises InvalidMonitors with all problems, or Unsupported for the first unsupported feature if nothing is wrong.
    """
    monitors, problems = check_monitors(declared, compilers)
    if not strict:
        problems = [problem for problem in problems if problem.rule != "warning"]
    if any(problem.rule not in UNSUPPORTED for problem in problems):
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
    """The monitors that could be compiled, and every problem, warnings included.

    `other_ids` are those of monitors that a composite may name although they are not among the `declared`.
    """
    problems: list[Problem] = []
    monitors = [monitor for raw in declared if (monitor := _monitor(raw, compilers, problems))]
    problems += _composite_problems(monitors, {*other_ids, *(str(raw.get("id")) for raw in declared)})
    for monitor in monitors:
        keys = _group_keys(monitor, monitors)
        for template in filter(None, (monitor.title, monitor.message, monitor.escalation)):
            problems += [
                Problem(monitor.name, *each, monitor.id) for each in variable_problems(monitor, keys, template)
            ]
    return monitors, problems


def _monitor(raw: Mapping[str, Any], compilers: Mapping[str, Compiler], problems: list[Problem]) -> Monitor | None:
    """One monitor, or None when it has no condition to evaluate; what is wrong with it goes to `problems`."""
    name = str(raw.get("name") or raw.get("id") or "(without a name)")

    def note(rule: Rule, text: object) -> None:
        problems.append(Problem(name, rule, str(text), str(raw.get("id", name))))

    fields, breaches = read_fields(raw)
    for breach in breaches:
        note("field", breach)
    if raw.get("draft_status") not in (None, "published"):
        note("unsupported", f"draft_status {raw['draft_status']!r}")
    options, breaches, unsupported = read_options(fields.options)
    for breach in breaches:
        note("option", breach)
    for feature in unsupported if fields.type not in REFUSED_TYPES else ():
        note("unsupported", feature)
    for advice in idle(options):
        note("warning", advice)
    title, message = _template("name", fields.name, note), _template("message", fields.message, note)
    escalation = _template("options.escalation_message", options.escalation_message, note)
    condition = None
    if fields.type and fields.query:
        condition = read_condition(fields.type, fields.query, options, compilers, note)
    if condition is None:
        return None
    return Monitor(
        str(raw.get("id", name)),
        name,
        fields.type,
        fields.query,
        condition,
        title,
        message,
        escalation if options.escalation_message else None,
        options,
        fields.tags,
        fields.priority,
    )


def _template(field: str, text: str, note: Note) -> Template:
    try:
        template = compile_template(text)
    except TemplateSyntaxError as error:
        note("message", f"{field}: {str(error).rstrip('.')}")
        return compile_template("")
    for handle in broken_handles(template.outline()):
        for breach in handle_breaches(f"a handle in {field}", handle):
            note("message", breach._replace(change="put a space after it"))
    return template


def _composite_problems(monitors: Sequence[Monitor], known_ids: Collection[str]) -> Iterator[Problem]:
    by_id = {monitor.id: monitor for monitor in monitors}
    for monitor in monitors:
        if by_id[monitor.id] is not monitor:
            text = f"id is {monitor.id!r}, as is another monitor's; give each its own"
            yield Problem(monitor.name, "field", text, monitor.id)
        if not isinstance(monitor.condition, Composite):
            continue
        for part in monitor.condition.ids:
            if part not in known_ids:
                text = f"query names monitor {part!r}, which is not declared"
                yield Problem(monitor.name, "part", text, monitor.id)
            elif part in by_id:
                yield from _part_problems(monitor, by_id[part])


def _part_problems(composite: Monitor, part: Monitor) -> Iterator[Problem]:
    if isinstance(part.condition, Composite):
        text = f"query names monitor {part.id!r}, which is a composite too; name the monitors that it combines"
        yield Problem(composite.name, "composite", text, composite.id)
    if isinstance(part.condition, ServiceCheck) and part.condition.thresholds.unknown:
        text = f"a composite of a service check that can become UNKNOWN (monitor {part.id!r})"
        yield Problem(composite.name, "unsupported", text, composite.id)


def _group_keys(monitor: Monitor, monitors: Sequence[Monitor]) -> tuple[str, ...]:
    if not isinstance(monitor.condition, Composite):
        return monitor.group_by
    parts = [other for other in monitors if other.id in monitor.condition.ids]
    return tuple(dict.fromkeys(key for part in parts for key in part.group_by))
