"""Samples of grok parsers that no rule of theirs matches: Datadog's editor shows them, and its API takes them.

Source: docs.datadoghq.com/logs/log_configuration/processors/grok_parser (samples)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from firedrill.vendors.datadog.findings import Findings
from firedrill.vendors.datadog.grok import TooSlow, compile_grok

_SHOWN = 60
"""Characters of a sample that a warning shows."""


def unmatched_samples(pipeline: Mapping[str, Any]) -> Findings:
    """A warning for each sample that no rule matches, of the enabled parsers of a pipeline that compiles."""
    found = Findings()
    for place, parser in _parsers(pipeline, ""):
        grok = compile_grok(parser["grok"]["match_rules"], parser["grok"].get("support_rules") or "")
        for sample in parser.get("samples") or ():
            with suppress(TooSlow):
                if grok.parse(sample.strip(), 0) is None:
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
