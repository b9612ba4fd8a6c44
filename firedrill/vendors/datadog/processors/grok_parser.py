"""Grok parser: adds what the first matching rule extracts from the message or another text.

What is extracted replaces what was there under the same path (undocumented); objects are merged. The text is matched
without the white space around it and at the ends of its lines, as in the results that Datadog publishes with its
pipelines. A date without a year takes the one that brings it closest to the log's official date.
Source: docs.datadoghq.com/logs/log_configuration/processors/grok_parser; samples have at most 5,000 characters, and
there are at most 10 of them, as the page has it and as a published pipeline has (the API reference speaks of 5).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from firedrill.vendors.datadog.grok import TooSlow, compile_grok
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.paths import merge, source
from firedrill.vendors.datadog.processors.base import DONE, PAGES, Applied, Context, Flow, Kind, Options, Run, flow
from firedrill.vendors.datadog.spec import Model, at
from firedrill.vendors.features import Feature


class GrokRules(Model):
    """Rules, one a line."""

    match_rules: str
    support_rules: str = ""


class GrokParser(Options):
    """`source` is the attribute to parse; `samples` only document the rules."""

    source: str = "message"
    samples: Annotated[Sequence[Annotated[str, Field(max_length=5000)]], Field(max_length=10)] = ()
    grok: GrokRules


_LINE_END = re.compile(r"[ \t]+(?=\n)")


def trimmed(text: str) -> str:
    """The text without the white space around it and at the ends of its lines."""
    text = text.strip()
    return _LINE_END.sub("", text) if "\n" in text else text


def _compile(options: GrokParser, context: Context) -> Run:
    with at(context.place):
        grok = compile_grok(options.grok.match_rules, options.grok.support_rules)
    parse, get = grok.parse, source(options.source)
    absent, no_text = f"{options.source} is absent", f"{options.source} is not a string"

    def run(log: Log, applied: Applied) -> str:
        text = get(log)
        if text.__class__ is not str:
            return absent if text is None else no_text
        try:
            found = parse(trimmed(text), log.timestamp)
        except TooSlow as error:
            return str(error)
        if found is None:
            return "no rule matches"
        merge(log.attributes, found)
        return DONE

    return run


def _flow(options: GrokParser) -> Flow:
    rules = compile_grok(options.grok.match_rules, options.grok.support_rules).rules
    return flow([options.source], *(step.path for rule in rules for step in rule.steps))


KINDS = (Kind(GrokParser, _compile, _flow, Feature("grok-parser", "done", PAGES + "grok_parser")),)
