"""docs/metrics.md: every log-based metric with its tags and monitors, and every field of the telemetry line."""

from __future__ import annotations

from pathlib import Path

from firedrill.components.log_metrics.definitions import metrics
from firedrill.components.monitors.queries import metrics_of
from firedrill.components.monitors.table import MONITORS
from firedrill.components.names import metric_prefix
from firedrill.components.telemetry import FIELDS, MAX_LINE
from tools.pages.markdown import page, table
from tools.pages.shipped import FROM_COMPONENTS, METRIC_PREFIX, PROJECT, first_worker, observed_classes


def markdown(project: Path = PROJECT) -> str:
    """The page of the log-based metrics of the Worker that `project` declares first, and of the telemetry fields."""
    key, worker = first_worker(project)
    prefix = metric_prefix(key, "prod")
    every = metrics(observed_classes(worker), reporter=True, heartbeat=True, buckets=True, mix=True)
    used_by = {metric.key: [spec for spec in MONITORS if metric.key in metrics_of(spec.query)] for metric in every}
    metric_rows = (
        (
            f"`{metric.key}`",
            metric.type + (" with percentiles" if metric.percentiles else ""),
            metric.unit,
            ", ".join(f"`{tag.name}` ({tag.cardinality})" for tag in metric.tags),
            f"`{metric.source}`",
            metric.emitter,
            ", ".join(f"[{spec.id}](runbooks/{spec.id}.md)" for spec in used_by[metric.key]),
            metric.description + (" Modelled in the drill." if "CPUTimeMs" in metric.source else ""),
            f"`{metric.example(prefix)}`",
        )
        for metric in every
    )
    head = ("metric", "type", "unit", "tags (values)", "source", "emitted by", "monitors", "what it is", "example")
    field_rows = (
        (
            f"`{field.wire}`",
            ", ".join(f"`{value}`" for value in field.values) or field.type,
            field.unit,
            field.cardinality,
            ", ".join(field.emitters),
            field.description,
            ", ".join(f"`{metric.key}`" for metric in every if field.wire in metric.fields),
        )
        for field in FIELDS
    )
    return page(
        "# Metrics",
        FROM_COMPONENTS,
        "Every metric is made from the logs of one Worker in one environment; its name starts with\n"
        f"`{METRIC_PREFIX}`, dashes written as underscores. Numbers of values and examples are those of\n"
        f"`{key}` in Pulumi.yaml. `reporter.events` is made where a reporter is configured,\n"
        "`heartbeat.requests` where a heartbeat is sent, the two `by_bucket` where a class has the monitor\n"
        "[hot-object](runbooks/hot-object.md), `do.operations.by_operation` where one has\n"
        "[operations-mix](runbooks/operations-mix.md). [The dashboard](dashboard.md) and [objectives](slos.md) read\n"
        "the counts. Not from logs, and so not here, are `reported.*`, which [the reporter](reporter.md)\n"
        "sends of itself, and `platform.*`, which [Cloudflare measures](platform-metrics.md).",
        table(head, metric_rows),
        "## What is counted",
        "The log search of each metric, narrowed to the logs of the Worker. An operation that is not declared makes\n"
        "no series. Which line counts an operation, and which results are errors, is config of its class.",
        table(("metric", "logs"), ((f"`{metric.key}`", f"`{metric.filter}`") for metric in every)),
        "## Telemetry fields",
        f"One line of JSON per invocation, at most {MAX_LINE} characters: optional fields go first, from the end of\n"
        "this table. Datadog has them under `@telemetry.`.",
        table(("field", "values", "unit", "cardinality", "written by", "what it is", "metrics"), field_rows),
    )
