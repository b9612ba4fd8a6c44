"""Monitors: compiled from their API JSON and run over simulated time, with the notifications they send.

Sources: docs.datadoghq.com/monitors and the pages that the modules name.
"""

from __future__ import annotations

from firedrill.datadog.monitors.checks import CheckQuery, ServiceCheck
from firedrill.datadog.monitors.compilers import COMPILERS
from firedrill.datadog.monitors.composite import Composite, CompositeSyntaxError, compile_composite
from firedrill.datadog.monitors.downtimes import Downtime, DowntimeScopeError, InvalidDowntime, parse_downtime
from firedrill.datadog.monitors.monitor import Monitor, Query, Threshold
from firedrill.datadog.monitors.notifications import Notification
from firedrill.datadog.monitors.options import Options
from firedrill.datadog.monitors.parse import check_monitors, parse_monitors
from firedrill.datadog.monitors.problems import InvalidMonitors, Problem
from firedrill.datadog.monitors.run import Monitoring, Run, run
from firedrill.datadog.monitors.states import GroupTimeline, Outcome, State, Transition
from firedrill.datadog.monitors.templates import Template, TemplateSyntaxError, compile_template
from firedrill.datadog.monitors.thresholds import Thresholds

__all__ = [
    "COMPILERS",
    "CheckQuery",
    "Composite",
    "CompositeSyntaxError",
    "Downtime",
    "DowntimeScopeError",
    "GroupTimeline",
    "InvalidDowntime",
    "InvalidMonitors",
    "Monitor",
    "Monitoring",
    "Notification",
    "Options",
    "Outcome",
    "Problem",
    "Query",
    "Run",
    "ServiceCheck",
    "State",
    "Template",
    "TemplateSyntaxError",
    "Threshold",
    "Thresholds",
    "Transition",
    "check_monitors",
    "compile_composite",
    "compile_template",
    "parse_downtime",
    "parse_monitors",
    "run",
]
