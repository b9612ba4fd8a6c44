r"""From grok rules to one regular expression each and the steps that turn its groups into attributes.

A rule matches the whole text. Text between references is a regular expression of Java's in which a dot matches newlines
and \w, \d, \s and \b are ASCII; a named group gives an attribute of its name. A rule's name wins over a matcher's,
except inside that rule and above it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from firedrill.vendors.datadog.grok.brackets import bare_bracket
from firedrill.vendors.datadog.grok.definitions import Convert, Matched, Transform
from firedrill.vendors.datadog.grok.errors import BadArguments, NotEmulated
from firedrill.vendors.datadog.grok.extraction import CompiledRule, Grok, Step
from firedrill.vendors.datadog.grok.nodes import Back, Flags, Function, Group, Node, Or, Reference, Rule, Text
from firedrill.vendors.datadog.grok.parser import Misplaced, mistake, parse_pattern, parse_rule, parse_rules
from firedrill.vendors.datadog.grok.regex import compile_fullmatch
from firedrill.vendors.datadog.grok.registry import all_filters, all_matchers
from firedrill.vendors.errors import Unsupported
from firedrill.vendors.rules.suggestions import hint

MAX_REGEX = 200_000
"""Characters; rules that refer to each other can grow without end."""


@lru_cache(maxsize=128)
def compile_grok(match_rules: str, support_rules: str = "") -> Grok:
    """A parser that applies the first match rule that matches.

    Rules are lines of `name pattern` and may refer to each other, also to those below. A support rule that no match
    rule needs may be wrong, as in pipelines that Datadog publishes. Raises GrokSyntaxError with the rule's line and
    column, and Unsupported for a part that the emulator does not have.
    Source: docs.datadoghq.com/logs/log_configuration/parsing
    """
    rules = {rule.name: rule for rule in parse_rules(support_rules)}
    matching = parse_rules(match_rules)
    rules |= {rule.name: rule for rule in matching if rule.name not in all_matchers()}
    compiled = []
    for rule in matching:
        compiled.append(_Compiler(rules).compile(rule))
        rules[rule.name] = rule
    return Grok(tuple(compiled))


class _Compiler:
    """Compiles one rule: collects the steps while it writes the regular expression."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self.rules = rules
        self.steps: dict[str, Callable[[int], Step]] = {}
        self.named: dict[str, str] = {}
        self.open: list[str] = []
        self.is_java = False

    def compile(self, rule: Rule) -> CompiledRule:
        regex = self.rule(rule)
        # A lazy match at the very end of a whole-text match is the greedy one, which is faster.
        regex = re.sub(r"\.\*\?(\)*)$", r".*\1", regex)
        try:
            match, groups = compile_fullmatch(regex, is_java=self.is_java)
        except BadArguments as error:
            if (bracket := bare_bracket(rule)) is not None:
                mistake(rule, bracket, "'['", r"\[ for a bracket: a bare one begins a character class")
            mistake(rule, rule.start, "a pattern that cannot be compiled", str(error))
        steps = [step(groups[name]) for name, step in self.steps.items()]
        return CompiledRule.of(match, [_beside(step, steps) for step in steps])

    def rule(self, rule: Rule) -> str:
        self.open.append(rule.name)
        regex = self.sequence(parse_rule(rule), rule)
        # a published rule (integrations-core, symantec-endpoint-protection.yaml) repeats nothing
        if regex.startswith(("?", "*", "+")):
            regex = f"(?:){regex}"
        self.open.pop()
        return regex

    def sequence(self, nodes: tuple[Node, ...], rule: Rule) -> str:
        parts, opening, closing = [], "", ""
        for node in nodes:
            if isinstance(node, Flags):  # Java's hold to the end of the group, also for the choices after it
                opening, closing = f"{opening}(?{node.letters}:", _end(node.letters) + closing
                parts.append(f"(?{node.letters}:")
            else:
                parts.append(f"{closing}|{opening}" if isinstance(node, Or) else self.node(node, rule))
        return "".join(parts) + closing

    def node(self, node: Text | Group | Back | Reference, rule: Rule) -> str:
        match node:
            case Text(regex, is_java):
                self.is_java |= is_java
                return regex
            case Group(opening, nodes):
                flags = opening if opening.startswith("(?") and opening.endswith(":") else ""
                return f"{self.opening(opening)}{self.sequence(nodes, rule)}{_end(flags)}"
            case Back(name, at):
                if name not in self.named:
                    mistake(rule, rule.start + at, rf"'\k<{name}>'", "the name of a group before it")
                return f"(?P={self.named[name]})"
            case Reference():
                return self.reference(node, rule)

    def opening(self, opening: str) -> str:
        if opening == "(":
            return "(?:"
        if not opening.endswith(">") or opening == "(?>":
            return opening
        name = opening[:-1].split("<")[1]
        return f"(?P<{self.step(name, name, None, None)}>"

    def step(self, name: str, extract: str, convert: Convert | None, transform: Transform | None) -> str:
        """The group of a new step, which a reference back finds by its `name`."""
        group = self.named[name] = f"v{len(self.steps)}"
        self.steps[group] = _step(extract, convert, transform)
        return group

    def reference(self, node: Reference, rule: Rule) -> str:
        matched = self.matched(node.matcher, rule)
        if len(matched.regex) > MAX_REGEX:
            mistake(
                rule, rule.start + node.at, f"'{node.matcher.name}'", "rules that grow to a pattern of a usable size"
            )
        if node.extract is None:
            return f"(?:{matched.regex})"
        transform = self.transform(node.filter, rule) if node.filter else None
        group = self.step(node.extract, node.extract, matched.convert, transform)
        return f"(?P<{group}>{matched.regex})"

    def matched(self, function: Function, rule: Rule) -> Matched:
        at = rule.start + function.at
        matcher = all_matchers().get(function.name)
        if (other := self.rules.get(function.name)) is not None and not (matcher and function.name in self.open):
            if function.name in self.open:
                path = " -> ".join([*self.open, function.name])
                mistake(rule, at, repr(function.name), f"a rule that does not lead back to itself ({path})")
            if function.arguments:
                mistake(rule, at, repr(function.name), "a rule without arguments")
            return Matched(self.rule(other))
        if matcher is None:
            mistake(
                rule,
                at,
                f"the unknown matcher {function.name!r}{hint(function.name, [*all_matchers(), *self.rules])}",
                "a documented matcher or the name of a rule",
            )
        with _explained(function, "matcher", rule):
            matched = matcher.build(function.arguments)
        if function.name in ("regex", "boolean"):
            return Matched(self.quoted_regex(matched.regex, at, rule), matched.convert)
        return matched

    def quoted_regex(self, regex: str, at: int, rule: Rule) -> str:
        """A regular expression given as an argument."""
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


def _end(flags: str) -> str:
    """The end of a group under the flags: among comments, it has to be on a line of its own."""
    return "\n)" if "x" in flags.partition("-")[0] else ")"


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
    *parents, last = extract.split(".")
    name, value = last if extract else None, _value(convert, transform)
    return lambda group: Step(group, tuple(parents), name, value)


def _beside(step: Step, steps: Sequence[Step]) -> Step:
    """The step, knowing what the other steps of its rule write."""
    paths = [each.path for each in steps]
    merges = any(step.path in each.above() for each in steps)
    is_alone = not merges and "" not in paths and paths.count(step.path) == 1 and step.above().isdisjoint(paths)
    return step._replace(merges=merges, is_alone=is_alone)


def _value(convert: Convert | None, transform: Transform | None) -> Convert | None:
    if transform is None:
        return convert
    if convert is None:
        return lambda text, at_ms: transform(text)

    def both(text: str, at_ms: int) -> Any:
        value = convert(text, at_ms)
        return None if value is None else transform(value)

    return both
