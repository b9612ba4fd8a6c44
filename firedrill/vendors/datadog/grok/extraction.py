"""Applying compiled grok rules to text.

What the text does not contain is left out: a group that did not take part or matched nothing, a value that its filter
could not make, null and empty objects and arrays inside a filter's result. An attribute that is extracted twice becomes
an array of both values, in the order of the references; only objects go to the root, merged there, as an object is with
what other references write below its name; `{"a.b": 1}` is `{"a": {"b": 1}}`.
Source: docs.datadoghq.com/logs/log_configuration/parsing; repeated and dotted names as in vectordotdev/vrl, whose grok
Datadog's engineers checked against their parser; merged objects, and the white space that extracted texts keep, as in
the results that Datadog publishes with its pipelines (integrations-core, calico_tests.yaml and consul_tests.yaml).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from firedrill.vendors.datadog.grok.definitions import Convert
from firedrill.vendors.datadog.grok.objects import Attributes, put, tidy
from firedrill.vendors.datadog.grok.regex import Match


class Step(NamedTuple):
    """One reference with an extract: the group it reads, where the value goes (None is the root), how it is made.

    `merges`: other references write below its path. `is_alone`: none writes at its path, above or below it.
    """

    group: int
    parents: tuple[str, ...]
    name: str | None
    value: Convert | None
    merges: bool = False
    is_alone: bool = False

    @property
    def path(self) -> str:
        """The dotted path of what it extracts; "" for the root."""
        return ".".join([*self.parents, self.name or ""])

    def above(self) -> set[str]:
        """The dotted paths of the objects on the way."""
        return {".".join(self.parents[:end]) for end in range(1, len(self.parents) + 1)}


Write = Callable[[Sequence[str | None], int], Attributes]
"""The attributes in a rule's groups, at a time (ms)."""


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """One rule: `match` matches a whole text, `write` turns its groups into attributes."""

    match: Match
    steps: tuple[Step, ...]
    write: Write

    @classmethod
    def of(cls, match: Match, steps: Sequence[Step]) -> CompiledRule:
        """A rule of these steps."""
        is_plain = all(step.is_alone and step.name is not None for step in steps)
        return cls(match, tuple(steps), _program(steps) if is_plain else partial(_extract, steps))


@dataclass(frozen=True, slots=True)
class Grok:
    """A grok parser: rules in the order they are tried."""

    rules: tuple[CompiledRule, ...]

    def parse(self, text: str, at_ms: int = 0) -> Attributes | None:
        """The attributes that the first matching rule extracts; None when no rule matches.

        `at_ms` is the time (ms since the epoch) to which a date written without a year is closest. Raises TooSlow when
        a rule does not finish.
        """
        for rule in self.rules:
            if match := rule.match(text):
                return rule.write(match.groups(), at_ms)
        return None


def _program(steps: Sequence[Step]) -> Write:
    """As `_extract` for steps that write where no other does, as most do: a program in Python without their loop."""
    paths = dict.fromkeys(step.parents[:depth] for step in steps for depth in range(1, len(step.parents) + 1))
    objects = {(): "result", **{path: f"object{number}" for number, path in enumerate(paths)}}
    constants: dict[str, Any] = {"tidy": tidy}
    lines = ["def write(groups, at_ms):", *(f" {objects[path]} = None" for path in paths), " result = {}"]
    for number, step in enumerate(steps):
        indent = "  "
        lines += [f" value = groups[{step.group - 1}]", " if value:"]
        if step.value is not None:
            constants[f"convert{number}"] = step.value
            lines += [
                f"  value = convert{number}(value, at_ms)",
                "  if value.__class__ is dict: value = tidy(value)",
                "  if value is not None and (value or value.__class__ is not list):",
            ]
            indent = "   "
        for depth, parent in enumerate(step.parents, start=1):
            above, inner = objects[step.parents[: depth - 1]], objects[step.parents[:depth]]
            lines.append(f"{indent}if {inner} is None: {inner} = {above}[{parent!r}] = {{}}")
        lines.append(f"{indent}{objects[step.parents]}[{step.name!r}] = value")
    lines.append(" return result")
    exec("\n".join(lines), constants)  # noqa: S102 - texts of a rule are in the lines as literals only
    write: Write = constants["write"]
    return write


def _extract(steps: Sequence[Step], groups: Sequence[str | None], at_ms: int) -> Attributes:
    result: Attributes = {}
    for group, parents, name, convert, merges, is_alone in steps:
        text = groups[group - 1]
        if not text:
            continue
        value: Any = text
        if convert is not None:
            value = convert(text, at_ms)
            if value.__class__ is dict:
                value = tidy(value)
            if value is None or value == []:
                continue
        if name is None:
            if value.__class__ is dict:
                result.update(value)
        elif is_alone:
            target = result
            for parent in parents:
                target = target.setdefault(parent, {})
            target[name] = value
        else:
            put(result, parents, name, value, merges=merges)
    return result
