"""docs/support.md: what the emulator does, models and refuses."""

from __future__ import annotations

from collections.abc import Iterable

from firedrill.vendors.features import Feature
from tools.pages.markdown import GENERATED, contents, page, table
from tools.pages.support import (
    checked_only,
    cloudflare_analytics,
    cloudflare_logpush,
    datadog_monitors,
    grok_parser,
    local_cloud,
    log_based_metrics,
    log_indexes,
    log_intake,
    log_processing,
    log_search,
    metric_queries,
)

SECTIONS = (
    ("Cloudflare: trace events and Logpush", cloudflare_logpush.FEATURES, ("vendors/cloudflare",)),
    ("Cloudflare: analytics of Durable Objects", cloudflare_analytics.FEATURES, ("vendors/cloudflare", "drill")),
    ("Datadog: log intake", log_intake.FEATURES, ("vendors/datadog/intake",)),
    ("Datadog: log search", log_search.FEATURES, ("vendors/datadog/search", "differential")),
    (
        "Datadog: pipelines and processors",
        log_processing.FEATURES,
        ("vendors/datadog/pipelines", "vendors/datadog/processors"),
    ),
    ("Datadog: grok parser", grok_parser.FEATURES, ("vendors/datadog/grok", "differential")),
    ("Datadog: indexes", log_indexes.FEATURES, ("vendors/datadog/indexes",)),
    ("Datadog: log-based metrics", log_based_metrics.FEATURES, ("vendors/datadog/log_metrics",)),
    ("Datadog: metric queries", metric_queries.FEATURES, ("vendors/datadog/queries",)),
    ("Datadog: monitors", datadog_monitors.FEATURES, ("vendors/datadog/monitors",)),
    ("Datadog: what is only checked, and the files of other tools", checked_only.FEATURES, ("standalone",)),
    ("The local cloud that Pulumi's engine deploys to", local_cloud.FEATURES, ("cloud", "engine")),
)
"""Title, features and folders of tests of each section."""

_KNOWN = "Known differences to production"
_DIFFERENCES = (
    "workerd's clock runs while code runs; in production it stands still between I/O. Nothing is timed by the object.",
    "workerd measures no CPU time and enforces no limit of CPU, memory or storage: scenarios set what would follow.",
    "Traffic of a take is stretched over a simulated minute; how long an invocation took is the drill machine's time.",
    "A client that leaves is `ok` or `responseStreamDisconnected` in workerd; in production the Worker ends "
    "`canceled`, the object `responseStreamDisconnected`. None of them counts as an error.",
    "A call whose caller keeps its result may end `canceled` in production, with its caller's wall time: it is timed "
    "by its caller.",
    "Logpush promises neither order nor exactly one delivery; the drill delivers in order, once, or not at all.",
    "Monitors are evaluated at full minutes; Datadog does not document the phase within the minute.",
    "Percentiles are exact over the raw values; Datadog answers from sketches with a small relative error.",
    "Datadog's own integration pipelines, and settings made in an organisation's UI, are not known here.",
)
"""What holds for a whole drill and belongs to no single feature."""

_INTRODUCTION = """\
**done**: works as documented, and [a test](../tests/support) runs it through a command. **modelled**: the vendor does
not document it exactly; the note says which model is used, and results that depend on it are labelled.
**refused**: stops with its name and place, and is never ignored."""


def markdown() -> str:
    """The page: a table per part with its tests, then the known differences to production."""
    sections = contents([*(title for title, *_ in SECTIONS), _KNOWN])
    blocks = [GENERATED, "# What the emulator supports", _INTRODUCTION, sections]
    for title, features, tests in SECTIONS:
        links = ", ".join(f"[tests/{folder}](../tests/{folder})" for folder in tests)
        blocks += [f"## {title}", f"Tests: {links}", _table(features)]
    return page(*blocks, f"## {_KNOWN}", "\n".join(f"- {each}" for each in _DIFFERENCES))


def _table(features: Iterable[Feature]) -> str:
    rows = ((feature.name, feature.status, feature.note, feature.source) for feature in features)
    return table(("feature", "status", "note", "source"), rows)
