"""Mistakes against Datadog's rules, each against another one, and sound values at their edges."""

from __future__ import annotations

from typing import Any

from firedrill.vendors.datadog.monitors.compilers import REFUSED_TYPES
from tests.doors.stack import OTHERS, SEARCH, STACK
from tests.doors.table import BY_COMPONENT, NOT_READ, LeftOut, Own, Row

WINDOW = "a window such as last_5m, last_4h, last_1d or last_1w, from last_1m to last_730h or last_1mo"
SHIFT = "5m_ago, 1h_ago, 1d_ago, 1w_ago and so on, from 1m_ago to 730h_ago or 1mo_ago, or a window: last_5m"
HANDLE = "a Datadog notification handle such as @slack-alerts, without spaces and without punctuation at its end"
METRIC = "letters, digits, underscores and periods, a letter first, at most 200 characters"
SITES = (
    "one of datadoghq.com, us3.datadoghq.com, us5.datadoghq.com, datadoghq.eu, ap1.datadoghq.com, ap2.datadoghq.com, "
    "ddog-gov.com"
)
ONE_NUMBER = LeftOut("one number of the config makes both")
RECOMMENDED = LeftOut("a policy of its own wants a distance between alert and recovery")


def latency(**fields: Any) -> dict[str, Any]:
    """The config of the monitor that the stack's `latency` is like."""
    return {"monitors": {"do-latency": fields}}


def window(text: str) -> dict[str, str]:
    return {"query": STACK["latency"].inputs["query"].replace("last_5m", text)}


def log_metrics(prefix: str) -> object:
    from firedrill.components.log_metrics.component import LogMetrics, LogMetricsArgs
    from firedrill.components.log_metrics.definitions.metric import Metric

    metric = Metric("prod.requests", "count", "requests", "Requests.", "platform", "@Outcome")
    return LogMetrics("m", LogMetricsArgs(prefix, SEARCH, [metric]))


def destination(before: str, after: str) -> dict[str, str]:
    return {"destinationConf": STACK["job"].inputs["destinationConf"].replace(before, after)}


MISTAKES = (
    Row(
        "a window that is too long",
        "latency",
        window("last_3mo"),
        "'last_3mo'",
        WINDOW,
        config=latency(window="last_3mo"),
    ),
    Row(
        "a shift that is too long",
        "latency",
        {
            "query": "change(avg(last_5m),3mo_ago):p95:shop.prod.latency{*} by {outcome} > 500",
        },
        "'3mo_ago'",
        SHIFT,
    ),
    Row(
        "a recovery beyond the alert",
        "latency",
        {"monitorThresholds": {"criticalRecovery": "600"}},
        "600",
        "at most critical (500)",
        config=latency(recovery=600),
    ),
    Row(
        "a warning at the alert",
        "latency",
        {"monitorThresholds": {"warning": "500"}},
        "500",
        "below critical (500)",
        config=latency(warning=500),
    ),
    Row(
        "the recovery of no warning",
        "latency",
        {"monitorThresholds": {"warning": None}},
        "250",
        "only together with warning",
        config=latency(warning=None),
    ),
    Row(
        "a recovery beyond the warning",
        "latency",
        {"monitorThresholds": {"warningRecovery": "350"}},
        "350",
        "at most warning (300)",
        config=latency(warningRecovery=350),
    ),
    Row(
        "a recovery where there are no sides",
        "equal",
        {"monitorThresholds": {"criticalRecovery": "4"}},
        "4",
        "none with ==: a recovery threshold needs <, <=, > or >=",
    ),
    Row(
        "another number than the query's",
        "latency",
        {"monitorThresholds": {"critical": "450"}},
        "450",
        "500, which the query compares with",
        config=ONE_NUMBER,
        policy="monitor-threshold-in-query",
    ),
    Row(
        "a threshold that is no number",
        "latency",
        {"monitorThresholds": {"critical": "many"}},
        "'many'",
        "a number",
        config=latency(critical="many"),
        api=[
            {
                "name": "n",
                "type": "query alert",
                "query": "avg(last_5m):avg:m{*} > 5",
                "options": {"thresholds": {"critical": "many"}},
            }
        ],
        policy="monitor-threshold-in-query",
    ),
    Row(
        "a delay of more than a day",
        "latency",
        {"evaluationDelay": 90_000},
        "90000",
        "a whole number from 0 to 86400",
        config=Own({"evaluationDelay": 90_000}, "whole seconds, 60 to 86400", "logs arrive after a minute"),
    ),
    Row(
        "reminders before the alert",
        "latency",
        {"renotifyInterval": -5},
        "-5",
        "a whole number of at least 0",
        config=Own({"renotifyInterval": -5}, "whole minutes, 10 to 1440", "a reminder each minute is noise"),
    ),
    Row(
        "fewer than no reminders",
        "latency",
        {"renotifyOccurrences": -1},
        "-1",
        "a whole number of at least 1",
        config=Own({"renotifyOccurrences": -1}, "a whole number, 1 to 100", "nobody reads more than a hundred"),
    ),
    Row("a timeout of more than a day", "latency", {"timeoutH": 30}, "30", "a whole number from 0 to 24"),
    Row(
        "an unknown handling of missing data",
        "latency",
        {"onMissingData": "ignore"},
        "'ignore'",
        "one of default, show_no_data, show_and_notify_no_data, resolve",
    ),
    Row(
        "an unknown preset",
        "latency",
        {"notificationPresetName": "hide_title"},
        "'hide_title'",
        "one of show_all, hide_query, show_only_snapshot, hide_handles, hide_all, hide_query_and_handles, "
        "hide_handles_and_footer",
    ),
    Row(
        "an unknown status",
        "latency",
        {"renotifyStatuses": ["alert", "ok"]},
        "'ok'",
        "one of alert, warn, no data",
    ),
    Row(
        "two answers to missing data",
        "latency",
        {"notifyNoData": True},
        "true",
        "none beside on_missing_data",
    ),
    Row(
        "reminders without an interval",
        "latency",
        {"renotifyInterval": None},
        "",
        "minutes above 0, without which renotify_occurrences has no effect",
    ),
    Row("a switch that is no boolean", "latency", {"includeTags": "yes"}, "'yes'", "true or false"),
    Row(
        "a retention that metric monitors have not",
        "latency",
        {"groupRetentionDuration": "2h"},
        "'2h'",
        "none for metric monitors",
    ),
    Row("a retention that is too short", "logs", {"groupRetentionDuration": "30m"}, "'30m'", "1h to 72h"),
    Row(
        "missing data of a composite",
        "composite",
        {"onMissingData": "resolve"},
        "'resolve'",
        "none for composite monitors",
    ),
    Row(
        "a key that the query does not group by",
        "latency",
        {"notifyBies": ["host"]},
        "['host']",
        "['*'], or keys that the query groups by (outcome)",
    ),
    Row(
        "an unknown type",
        "latency",
        {"type": "metrics alert"},
        "'metrics alert'",
        "one of metric alert, query alert, log alert, event-v2 alert, service check, composite, "
        f"{', '.join(REFUSED_TYPES)} (did you mean 'metric alert'?)",
    ),
    Row(
        "a priority below the lowest",
        "latency",
        {"priority": "6"},
        "6",
        "a whole number from 1 to 5",
        policy="monitor-priority",
    ),
    Row("a monitor without a message's name", "latency", {"name": ""}, "", "text that is not empty"),
    Row(
        "more failed runs than are looked at",
        "checks",
        {"monitorThresholds": {"critical": "4"}},
        "4",
        "a whole number of runs from 1 to 3, as many as .last() looks at",
    ),
    Row(
        "a recovery threshold of a service check",
        "checks",
        {"monitorThresholds": {"criticalRecovery": "1"}},
        "not a known field",
        "one of ok, warning, critical, unknown",
    ),
    Row(
        "more than the whole window",
        "anomaly",
        {
            "query": OTHERS["anomaly"].inputs["query"].replace(">= 1", ">= 2"),
            "monitorThresholds": {"critical": "2"},
        },
        "2",
        "a fraction above 0 and up to 1 of the window's points",
    ),
    Row(
        "a warning at less than nothing",
        "anomaly",
        {"monitorThresholds": {"warning": "-0.5"}},
        "-0.5",
        "a fraction from 0 to 1, as in all anomaly monitors",
    ),
    Row(
        "a trigger window that is not the query's",
        "anomaly",
        {"monitorThresholdWindows": {"triggerWindow": "last_30m"}},
        "'last_30m'",
        "last_15m, the query's alert_window",
    ),
    Row(
        "a recovery window that is too short",
        "anomaly",
        {
            "query": OTHERS["anomaly"].inputs["query"].replace(">= 1", ">= 0.5"),
            "monitorThresholds": {"critical": "0.5"},
            "monitorThresholdWindows": {"recoveryWindow": "last_5m"},
        },
        "'last_5m'",
        "a window of at least 8.5 minutes (at a threshold of 0.5)",
    ),
    Row(
        "a handle that runs into punctuation",
        "latency",
        {"message": STACK["latency"].inputs["message"].replace("@pagerduty-shop", "@pagerduty-shop.")},
        "'@pagerduty-shop.'",
        HANDLE,
        config={"notifyPage": "@pagerduty-shop."},
    ),
    Row(
        "a metric's name that begins with a digit",
        "requests",
        {"name": "1shop.prod.requests"},
        "'1shop.prod.requests'",
        METRIC,
        component=lambda: log_metrics("1shop."),
        policy="metric-name-within-limits",
    ),
    Row(
        "a count of an attribute", "requests", {"compute": {"path": "@WallTimeMs"}}, "'@WallTimeMs'", "none for a count"
    ),
    Row(
        "a distribution of nothing",
        "latencies",
        {"compute": {"path": None}},
        "",
        "the attribute that a distribution measures",
    ),
    Row(
        "an unknown aggregation",
        "latencies",
        {"compute": {"aggregationType": "average"}},
        "'average'",
        "one of count, distribution",
    ),
    Row(
        "a source that Datadog's own pipeline changes",
        "job",
        destination("shop-events", "cloudflare"),
        "'cloudflare'",
        "a source other than cloudflare, since Datadog's own pipeline would run first",
        config={"logSource": "cloudflare"},
        policy="logpush-own-source",
    ),
    Row(
        "a site that Datadog has not",
        "job",
        destination("datadoghq.com", "datadoghq.org"),
        "'datadoghq.org'",
        SITES,
        config={"datadogSite": "datadoghq.org"},
    ),
    Row(
        "what the integration does not pull",
        "account",
        {"resources": ["pages"]},
        "'pages'",
        "one of web, dns, lb, worker",
        check=NOT_READ,
        api=NOT_READ,
        drill=NOT_READ,
    ),
)

EDGES = (
    Row("the window last_2d", "latency", window("last_2d"), config=latency(window="last_2d")),
    Row("the longest window", "latency", window("last_1mo"), config=latency(window="last_1mo")),
    Row(
        "a recovery equal to the alert",
        "latency",
        {"monitorThresholds": {"criticalRecovery": "500"}},
        config=latency(recovery=500),
        policy=RECOMMENDED,
    ),
    Row(
        "a delay of one day",
        "latency",
        {"evaluationDelay": 86_400},
        config={"evaluationDelay": 86_400},
        policy="monitor-evaluation-delay",
    ),
    Row("the lowest priority", "latency", {"priority": "5"}, config=BY_COMPONENT, policy="monitor-priority"),
    Row(
        "a metric's name of 200 characters",
        "requests",
        {"name": "s" * 200},
        component=lambda: log_metrics("s" * (200 - len("prod.requests"))),
        policy="metric-name-within-limits",
    ),
    Row("a retention of 72 hours", "logs", {"groupRetentionDuration": "72h"}),
    Row(
        "a recovery window as short as it may be",
        "anomaly",
        {"monitorThresholdWindows": {"recoveryWindow": "last_1m"}},
    ),
)
