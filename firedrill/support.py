"""docs/support.md: what the emulator does, models and refuses, generated from what each part says of itself."""

from __future__ import annotations

from collections.abc import Iterable

from firedrill.cloud import support as cloud
from firedrill.vendors.cloudflare import support as cloudflare
from firedrill.vendors.datadog import indexes, intake, log_metrics, pipelines
from firedrill.vendors.datadog.grok import support as grok
from firedrill.vendors.datadog.monitors import support as monitors
from firedrill.vendors.datadog.processors import registry as processors
from firedrill.vendors.datadog.queries import support as metrics
from firedrill.vendors.datadog.search import support as search
from firedrill.vendors.features import Feature

_PARTS = (
    ("Cloudflare: trace events and Logpush", (cloudflare.features,), ("vendors/cloudflare",)),
    ("Datadog: log intake", (intake.features,), ("vendors/datadog/intake",)),
    ("Datadog: log search", (search.features,), ("vendors/datadog/search", "differential")),
    (
        "Datadog: pipelines and processors",
        (pipelines.features, processors.features),
        ("vendors/datadog/pipelines", "vendors/datadog/processors"),
    ),
    ("Datadog: grok parser", (grok.features,), ("vendors/datadog/grok", "differential")),
    ("Datadog: indexes", (indexes.features,), ("vendors/datadog/indexes",)),
    ("Datadog: log-based metrics", (log_metrics.features,), ("vendors/datadog/log_metrics",)),
    ("Datadog: metric queries", (metrics.features,), ("vendors/datadog/queries",)),
    ("Datadog: monitors", (monitors.features,), ("vendors/datadog/monitors",)),
    ("The local cloud that Pulumi's engine deploys to", (cloud.features,), ("cloud", "engine")),
)
_DIFFERENCES = (
    "workerd's clock runs while code runs; in production it stands still between I/O. Nothing is timed by the object.",
    "workerd measures no CPU time and enforces no limit of CPU, memory or storage: scenarios set what would follow.",
    "Traffic of a take is stretched over a simulated minute; how long an invocation took is the drill machine's time.",
    "A client that disconnects is `ok` in workerd and `canceled` in production.",
    "Logpush promises neither order nor exactly one delivery; the drill delivers in order, once, or not at all.",
    "Monitors are evaluated at full minutes; Datadog does not document the phase within the minute.",
    "Percentiles are exact over the raw values; Datadog answers from sketches with a small relative error.",
    "Datadog's own integration pipelines, and settings made in an organisation's UI, are not known here.",
)
"""What holds for a whole drill and belongs to no single feature."""

_INTRODUCTION = """\
<!-- Generated from the code, do not edit: make gen -->

# What the emulator supports

**done**: as documented, with tests. **modelled**: the vendor does not document it exactly; the note says which model
stands in, and results that depend on it are labelled.
**refused**: stops with its name and place, and is never ignored.
"""


def markdown() -> str:
    """The page: a table per part with its tests, then the known differences to production."""
    sections = [
        _section(title, [feature for features in parts for feature in features()], tests)
        for title, parts, tests in _PARTS
    ]
    differences = ["## Known differences to production", "", *(f"- {each}" for each in _DIFFERENCES), ""]
    return "\n".join([_INTRODUCTION, *sections, *differences])


def _section(title: str, features: Iterable[Feature], tests: Iterable[str]) -> str:
    rows = [
        f"| {_cell(feature.name)} | {feature.status} | {_cell(feature.note)} | {_cell(feature.source)} |"
        for feature in features
    ]
    links = ", ".join(f"[tests/{folder}](../tests/{folder})" for folder in tests)
    return "\n".join(
        [
            f"## {title}\n",
            f"Tests: {links}\n",
            "| feature | status | note | source |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
