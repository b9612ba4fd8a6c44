"""boolean("truePattern", "falsePattern")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from firedrill.vendors.datadog.grok.definitions import Matched, Matcher, texts
from firedrill.vendors.datadog.grok.tokens import compile_regex


def _boolean(arguments: Sequence[Any]) -> Matched:
    given = texts(arguments, 0, 2, 'a true and a false pattern, as boolean("yes", "no")')
    true, false = [*given, *("true", "false")[len(given) :]]
    is_true = compile_regex(true, re.IGNORECASE).fullmatch
    return Matched(f"(?i:(?:{true})|(?:{false}))", lambda text, _: is_true(text) is not None)


MATCHERS = (Matcher("boolean", _boolean, note="ignoring case, also for given patterns"),)
