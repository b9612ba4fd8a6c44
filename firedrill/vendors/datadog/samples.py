"""What Datadog takes of a grok parser although it hardly means it: samples that no rule matches, and bare brackets.

Datadog's editor shows such samples, and its API takes them.

Source: docs.datadoghq.com/logs/log_configuration/processors/grok_parser (samples)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import chain
from typing import Any

from firedrill.vendors.datadog.findings import Findings
from firedrill.vendors.datadog.grok import TooSlow, compile_grok
from firedrill.vendors.datadog.grok.brackets import bare_brackets
from firedrill.vendors.datadog.processors.grok_parser import trimmed

_SHOWN = 60
"""Characters of a sample that a warning shows."""


def grok_warnings(pipeline: Mapping[str, Any]) -> Findings:
    """A warning for each such sample and bracket, of the enabled parsers of a pipeline that compiles."""
    found = Findings()
    for place, parser in _parsers(pipeline, ""):
        rules = parser["grok"]["match_rules"], parser["grok"].get("support_rules") or ""
        grok = compile_grok(*rules)
        for text in chain.from_iterable(map(bare_brackets, rules)):
            found.warn(place, text, "grok-parser")
        for sample in parser.get("samples") or ():
            with suppress(TooSlow):
                if grok.parse(trimmed(sample), 0) is None:
                    shown = sample if len(sample) <= _SHOWN else f"{sample[:_SHOWN]}..."
                    found.warn(place, f"no rule matches the sample {shown!r}", "grok-parser")
    return found


def _parsers(pipeline: Mapping[str, Any], before: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    place = f"{before}pipeline {pipeline.get('name', '')!r} / "
    for index, processor in enumerate(pipeline.get("processors") or (), start=1):
        if processor["type"] == "pipeline":
            yield from _parsers(processor, place)
        elif processor["type"] == "grok-parser" and processor.get("is_enabled"):
            yield f"{place}processor {index} {processor.get('name') or 'grok-parser'!r}", processor
