"""Service check monitors: consecutive runs of a check in one status.

Source: docs.datadoghq.com/monitors/types/service_check (check alert)
"""

from __future__ import annotations

from firedrill.vendors.datadog.monitors.checks.condition import ServiceCheck
from firedrill.vendors.datadog.monitors.checks.query import CheckQuery, CheckSyntaxError, compile_check_query
from firedrill.vendors.datadog.monitors.checks.timeline import CheckRules, Walk, check_timelines, last_run, latest_runs
from firedrill.vendors.datadog.rules.check_thresholds import CheckThresholds, read_check_thresholds

__all__ = [
    "CheckQuery",
    "CheckRules",
    "CheckSyntaxError",
    "CheckThresholds",
    "ServiceCheck",
    "Walk",
    "check_timelines",
    "compile_check_query",
    "last_run",
    "latest_runs",
    "read_check_thresholds",
]
