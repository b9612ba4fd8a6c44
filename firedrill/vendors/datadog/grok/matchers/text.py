"""notSpace, word, data, greedyData, regex."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from firedrill.vendors.datadog.grok.definitions import Matched, Matcher, constant, texts


def _regex(arguments: Sequence[Any]) -> Matched:
    return Matched(texts(arguments, 1, 1, 'a regular expression, as regex("[a-z]*")')[0])


MATCHERS = (
    constant("notSpace", r"\S+"),
    constant("word", r"\b\w+\b"),
    # The page calls it equivalent to `.*`; the results published with Datadog's nginx pipeline need the shortest match.
    constant("data", r".*?", note="as short as the rest of the rule allows"),
    constant("greedyData", r".*", note="not on the page, but in pipelines that Datadog ships"),
    Matcher("regex", _regex, note="Java's; no reference back to a group by its number"),
)
