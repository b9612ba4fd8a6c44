"""Monitors: compiled from their API JSON and run over simulated time, with the notifications they send.

Sources: docs.datadoghq.com/monitors and the pages that the modules name.
"""

from __future__ import annotations

from firedrill.vendors.datadog.monitors.checks import CheckQuery, ServiceCheck
from firedrill.vendors.datadog.monitors.compilers import COMPILERS
from firedrill.vendors.datadog.monitors.composite import Composite, CompositeSyntaxError, compile_composite
from firedrill.vendors.datadog.monitors.downtimes import Downtime, DowntimeScopeError, InvalidDowntime, parse_downtime
from firedrill.vendors.datadog.monitors.modelled import modelled
from firedrill.vendors.datadog.monitors.monitor import Monitor, Query, Threshold
from firedrill.vendors.datadog.monitors.notifications import Notification
from firedrill.vendors.datadog.monitors.parse import check_monitors, parse_monitors
from firedrill.vendors.datadog.monitors.problems import InvalidMonitors, Problem
from firedrill.vendors.datadog.monitors.routing import Delivered, NotificationRule, deliveries, parse_rules
from firedrill.vendors.datadog.monitors.run import Monitoring, Run, run
from firedrill.vendors.datadog.monitors.states import GroupTimeline, Outcome, State, Transition
from firedrill.vendors.datadog.monitors.templates import Template, TemplateSyntaxError, compile_template
from firedrill.vendors.datadog.rules.options import Options
from firedrill.vendors.datadog.rules.thresholds import Thresholds

__all__ = [
    "COMPILERS",
    "CheckQuery",
    "Composite",
    "CompositeSyntaxError",
    "Delivered",
    "Downtime",
    "DowntimeScopeError",
    "GroupTimeline",
    "InvalidDowntime",
    "InvalidMonitors",
    "Monitor",
    "Monitoring",
    "Notification",
    "NotificationRule",
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
    "deliveries",
    "modelled",
    "parse_downtime",
    "parse_monitors",
    "parse_rules",
    "run",
]
