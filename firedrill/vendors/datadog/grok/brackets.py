r"""Brackets that were meant as such: a bare one begins a character class, in which `%{...}` is no reference.

Source: docs.datadoghq.com/logs/guide/log-parsing-best-practice (special characters are escaped)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from firedrill.vendors.datadog.grok.nodes import Rule
from firedrill.vendors.datadog.grok.parser import parse_rules

_BRACKET = re.compile(r"(?<!\\)\[[^\]\\]*%\{\s*[A-Za-z0-9_]")
"""A class with a reference in it."""


def bare_bracket(rule: Rule) -> int | None:
    """The offset, in the rule's line, of the first bracket whose class has a reference in it."""
    found = _BRACKET.search(rule.pattern)
    return rule.start + found.start() if found else None


def bare_brackets(rules: str) -> Iterator[str]:
    """What is wrong with each rule that has such a bracket."""
    for rule in parse_rules(rules):
        if (at := bare_bracket(rule)) is not None:
            yield (
                f"Grok rule {rule.text!r}, column {at + 1}: the '[' begins a character class, in which %{{...}} is no "
                r"reference; write \[ for a bracket"
            )
