r"""From grok rules to one regular expression each and the steps that turn its groups into attributes.

A rule matches the whole text. Text between references is regular expression text in which a dot matches newlines and
\w, \d, \s and \b are ASCII, as in Java. Atomic groups are written as a lookahead and a reference to what it
captured, which Python has in every version. A rule's name wins over a matcher's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from firedrill.vendors.datadog.grok.definitions import Convert, Matched, Transform
from firedrill.vendors.datadog.grok.errors import BadArguments, NotEmulated
from firedrill.vendors.datadog.grok.extraction import CompiledRule, Grok, Step
from firedrill.vendors.datadog.grok.nodes import Function, Group, Node, Reference, Rule, Text
from firedrill.vendors.datadog.grok.parser import Misplaced, mistake, parse_pattern, parse_rules
from firedrill.vendors.datadog.grok.regex import compile_regex
from firedrill.vendors.datadog.grok.registry import all_filters, all_matchers
from firedrill.vendors.errors import Unsupported

MAX_REGEX = 200_000
"""Characters; rules that refer to each other can grow without end."""


def compile_grok(match_rules: str, support_rules: str = "") -> Grok:
    """A parser that applies the first match rule that matches.

    Rules are lines of `name pattern`. A match rule may refer to the match rules above it and to every support rule; a
    support rule to every other one. Raises GrokSyntaxError with the rule's line and column, and Unsupported for a
    filter that needs Datadog's own data.
    Source: docs.datadoghq.com/logs/log_configuration/parsing
    """
    support = {rule.name: rule for rule in parse_rules(support_rules, support=True)}
    above: dict[str, Rule] = {}
    compiled = []
    for rule in parse_rules(match_rules):
        compiled.append(_Compiler({**support, **above}).compile(rule))
        above[rule.name] = rule
    for rule in support.values():
        _Compiler(support).compile(rule)
    return Grok(tuple(compiled))


class _Compiler:
    """Compiles one rule: collects the steps while it writes the regular expression."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self.rules = rules
        self.steps: dict[str, Callable[[int], Step]] = {}
        self.open: list[str] = []
        self.atoms = 0

    def compile(self, rule: Rule) -> CompiledRule:
        regex = self.rule(rule)
        # A lazy match at the very end of a whole-text match is the greedy one, which is faster.
        regex = re.sub(r"\.\*\?(\)*)$", r".*\1", regex)
        try:
            pattern = compile_regex(regex, re.DOTALL)
        except BadArguments as error:
            mistake(rule, rule.start, "a pattern that cannot be compiled", str(error))
        steps = tuple(step(pattern.groupindex[name]) for name, step in self.steps.items())
        return CompiledRule(pattern.fullmatch, steps)

    def rule(self, rule: Rule) -> str:
        self.open.append(rule.name)
        regex = self.sequence(rule.nodes, rule)
        self.open.pop()
        return regex

    def sequence(self, nodes: tuple[Node, ...], rule: Rule) -> str:
        return "".join(self.node(node, rule) for node in nodes)

    def node(self, node: Node, rule: Rule) -> str:
        match node:
            case Text(regex):
                return regex
            case Group("(?>", nodes):
                name = f"a{self.atoms}"
                self.atoms += 1
                return f"(?:(?=(?P<{name}>{self.sequence(nodes, rule)}))(?P={name}))"
            case Group(opening, nodes, at):
                return f"{self.opening(opening, at, rule)}{self.sequence(nodes, rule)})"
            case Reference():
                return self.reference(node, rule)

    def opening(self, opening: str, at: int, rule: Rule) -> str:
        if opening.endswith(">"):
            mistake(rule, rule.start + at, repr(opening), "(?:...) for a group, %{MATCHER:EXTRACT} to keep a value")
        return "(?:" if opening == "(" else opening

    def reference(self, node: Reference, rule: Rule) -> str:
        matched = self.matched(node.matcher, rule)
        if len(matched.regex) > MAX_REGEX:
            mistake(
                rule, rule.start + node.at, f"'{node.matcher.name}'", "rules that grow to a pattern of a usable size"
            )
        if node.extract is None:
            return f"(?:{matched.regex})"
        transform = self.transform(node.filter, rule) if node.filter else None
        name = f"v{len(self.steps)}"
        self.steps[name] = _step(node.extract, matched.convert, transform)
        return f"(?P<{name}>{matched.regex})"

    def matched(self, function: Function, rule: Rule) -> Matched:
        at = rule.start + function.at
        if (other := self.rules.get(function.name)) is not None:
            if function.name in self.open:
                path = " -> ".join([*self.open, function.name])
                mistake(rule, at, repr(function.name), f"a rule that does not lead back to itself ({path})")
            if function.arguments:
                mistake(rule, at, repr(function.name), "a rule without arguments")
            return Matched(self.rule(other))
        matcher = all_matchers().get(function.name)
        if matcher is None:
            mistake(
                rule,
                at,
                f"the unknown matcher {function.name!r}",
                "a documented matcher, a rule above or a support rule",
            )
        with _explained(function, "matcher", rule):
            matched = matcher.build(function.arguments)
        if function.name in ("regex", "boolean"):
            return Matched(self.quoted_regex(matched.regex, at, rule), matched.convert)
        return matched

    def quoted_regex(self, regex: str, at: int, rule: Rule) -> str:
        """A regular expression given as an argument, without capturing groups."""
        try:
            nodes = parse_pattern(regex)
        except Misplaced as error:
            mistake(rule, at, f"{error.found} in the regular expression {regex!r}", error.expected)
        if any(isinstance(node, Reference) for node in nodes):
            mistake(rule, at, f"a reference in the regular expression {regex!r}", "a regular expression without %{...}")
        return self.sequence(nodes, rule)

    def transform(self, function: Function, rule: Rule) -> Transform:
        at = rule.start + function.at
        definition = all_filters().get(function.name)
        if definition is None:
            mistake(rule, at, f"the unknown filter {function.name!r}", "a documented filter")
        arguments = [self.transform(arg, rule) if isinstance(arg, Function) else arg for arg in function.arguments]
        with _explained(function, "filter", rule):
            return definition.build(arguments)


@contextmanager
def _explained(function: Function, kind: str, rule: Rule) -> Iterator[None]:
    """Give what a matcher or a filter says about its arguments its place in the rule."""
    try:
        yield
    except BadArguments as error:
        mistake(rule, rule.start + function.at, f"the {kind} {function.name!r} with {_show(function)}", str(error))
    except NotEmulated as error:
        raise Unsupported(str(error), f"Grok rule {rule.name!r}, line {rule.line}") from None


def _show(function: Function) -> str:
    arguments = (argument.name if isinstance(argument, Function) else repr(argument) for argument in function.arguments)
    return f"({', '.join(arguments)})"


def _step(extract: str, convert: Convert | None, transform: Transform | None) -> Callable[[int], Step]:
    path = tuple(extract.split(".")) if extract else ()
    return lambda group: Step(group, path, _value(convert, transform))


def _value(convert: Convert | None, transform: Transform | None) -> Convert | None:
    if transform is None:
        return convert
    if convert is None:
        return lambda text, at_ms: transform(text)

    def both(text: str, at_ms: int) -> Any:
        value = convert(text, at_ms)
        return None if value is None else transform(value)

    return both
