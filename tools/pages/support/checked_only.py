"""What of Datadog's other resources, and of other tools' files, `firedrill check` reads."""

from __future__ import annotations

from firedrill.vendors.features import Feature

_DOCS = "docs.datadoghq.com"
_SLO = f"{_DOCS}/service_level_objectives"

FEATURES = (
    Feature("SLO: targets, warnings and timeframes", "done", f"{_DOCS}/api/latest/service-level-objectives"),
    Feature("SLO: metric, time-slice and count queries, formulas", "done", f"{_SLO}/metric"),
    Feature("SLO: monitors that are declared beside it", "done", f"{_SLO}/monitor"),
    Feature("SLO: its status and history in files", "refused", _SLO, "its alerts are evaluated by the drill"),
    Feature("dashboard: layout, template variables, types of widgets", "done", f"{_DOCS}/api/latest/dashboards"),
    Feature("dashboard: metric queries, old and new, and formulas", "done", f"{_DOCS}/dashboards/querying"),
    Feature(
        "dashboard: searches of logs, events, RUM, spans, audit and CI",
        "done",
        f"{_DOCS}/logs/explorer/search_syntax",
    ),
    Feature(
        "dashboard: queries of other products, unknown widgets",
        "refused",
        f"{_DOCS}/dashboards/widgets",
        "counted or named in a warning",
    ),
    Feature(
        "monitor notification rule",
        "done",
        f"{_DOCS}/monitors/notify/notification_rules",
        "the drill and monitor evaluate it too: see the monitors",
    ),
    Feature("log archive, archive order", "done", f"{_DOCS}/logs/log_configuration/archives"),
    Feature("restriction query", "done", f"{_DOCS}/api/latest/logs-restriction-queries"),
    Feature(
        "terraform show -json: plan and state, format 1.x",
        "done",
        "developer.hashicorp.com/terraform/internals/json-format",
        "what is known only after the apply is named",
    ),
    Feature("pulumi stack export", "done", "pulumi.com/docs/iac/cli/commands/pulumi_stack_export", "version 3 or 4"),
    Feature("pulumi preview --json", "done", "pulumi.com/docs/iac/cli/commands/pulumi_preview"),
)
