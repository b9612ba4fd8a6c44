"""docs/support.md: what the emulator does, models and refuses, generated from what each part says of itself."""

from __future__ import annotations

from collections.abc import Iterable

from firedrill.cloudflare import support as cloudflare
from firedrill.datadog import indexes, intake, log_metrics, pipelines
from firedrill.datadog.grok import support as grok
from firedrill.datadog.metrics import support as metrics
from firedrill.datadog.monitors import support as monitors
from firedrill.datadog.processors import registry as processors
from firedrill.datadog.search import support as search
from firedrill.features import Feature

_PARTS = (
    ("Cloudflare: trace events and Logpush", (cloudflare.features,)),
    ("Datadog: log intake", (intake.features,)),
    ("Datadog: log search", (search.features,)),
    ("Datadog: pipelines and processors", (pipelines.features, processors.features)),
    ("Datadog: grok parser", (grok.features,)),
    ("Datadog: indexes", (indexes.features,)),
    ("Datadog: log-based metrics", (log_metrics.features,)),
    ("Datadog: metric queries", (metrics.features,)),
    ("Datadog: monitors", (monitors.features,)),
)
_INTRODUCTION = """\
<!-- Generated from the code, do not edit: make gen -->

# What the emulator supports

**done**: as documented, with tests. **modelled**: the vendor does not document it exactly; the note says which model
stands in, and results that depend on it are labelled.
**refused**: stops with its name and place, and is never ignored.
"""


def markdown() -> str:
    """The page: a table per part, and how many features have which status."""
    sections = [_section(title, [feature for features in parts for feature in features()]) for title, parts in _PARTS]
    return "\n".join([_INTRODUCTION, *sections])


def _section(title: str, features: Iterable[Feature]) -> str:
    rows = [
        f"| {_cell(feature.name)} | {feature.status} | {_cell(feature.note)} | {_cell(feature.source)} |"
        for feature in features
    ]
    return "\n".join([f"## {title}\n", "| feature | status | note | source |", "| --- | --- | --- | --- |", *rows, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
