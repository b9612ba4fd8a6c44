"""docs/monitors.md: every monitor with its query, window and thresholds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from firedrill.components.config import declared_keys
from firedrill.components.monitor_settings import MonitorSettings
from firedrill.components.monitors.profiles import PROFILES
from firedrill.components.monitors.queries import Composite, number
from firedrill.components.monitors.table import CONFIGURABLE_MONITORS, MONITORS, MonitorSpec
from tools.pages.markdown import page, table
from tools.pages.shipped import FROM_COMPONENTS, METRIC_PREFIX, PROJECT, monitor_settings

_TOLD = {"page": "`notifyPage`", "chat": "`notifyChat`", None: "nobody, part of a composite"}


def markdown(project: Path = PROJECT) -> str:
    """The page of the monitors, with the windows and thresholds that `project` has for its first Worker and class."""
    defaults = monitor_settings(project)
    off = {name for name, given in declared_keys()["monitors"].default.items() if given is False}
    rows = (
        (
            f"[{spec.id}](runbooks/{spec.id}.md)",
            _watched(spec, off),
            spec.title,
            f"`{_query(spec, defaults)}`",
            _thresholds(defaults[spec.id]) if spec.has_settings else "those of its parts",
            spec.on_missing_data if spec.has_settings else "as its parts",
            f"P{spec.priority}",
            _TOLD[spec.notify],
        )
        for spec in MONITORS
    )
    return page(
        "# Monitors",
        FROM_COMPONENTS,
        "Windows and thresholds are the defaults. `firedrill:monitors` in a stack's file changes them\n"
        "for all Workers, `monitors` of a Worker or of a class for that one; each names only what differs, and\n"
        "`false` declares no monitor. Who asks for one that is off gives it a window and thresholds. A\n"
        "composite goes with any of its parts, and a part with its last composite. `reporter-failing` needs a\n"
        "`reporter`, `heartbeat` a `heartbeat`.",
        "`firedrill:switchedOff` leaves a monitor out for a while, whoever asks for it, with a reason and the date\n"
        "after which the policy `monitor-off-asked-again` tells of it:\n"
        '`do-errors: { reason: being rewritten, until: "2027-03-31" }`.',
        "`firedrill:profile` says which of them a stack has that names none:",
        table(
            ("profile", "has"),
            [(f"`{name}`", f"{each.summary}{_without(each.monitors)}") for name, each in PROFILES.items()],
        ),
        f"Names of metrics start with `{METRIC_PREFIX}`, left out here; `<class>` is the class in lower case. The\n"
        "runbooks show queries of the shipped Worker in prod.",
        table(("monitor", "of", "title", "query", "thresholds", "missing data", "priority", "tells"), rows),
    )


def _without(has: Collection[str]) -> str:
    """What a profile leaves out of what has settings."""
    missing = [f"`{id_}`" for id_ in CONFIGURABLE_MONITORS if id_ not in has]
    return f"; without {', '.join(missing)}" if missing else ""


def _query(spec: MonitorSpec, defaults: Mapping[str, MonitorSettings]) -> str:
    if isinstance(spec.query, Composite):
        return spec.query.condition.replace("{", "").replace("}", "")
    scope = "class:<class>" if spec.scope == "class" else ""
    return spec.query.text("", defaults[spec.id].window, defaults[spec.id].critical, scope)


def _watched(spec: MonitorSpec, off: Collection[str]) -> str:
    if spec.scope == "worker":
        return "Workers that ask for it" if spec.id in off else "the Worker"
    return "classes that ask for it" if spec.id in off else "each class"


def _thresholds(settings: MonitorSettings) -> str:
    values = settings.model_dump(by_alias=True, exclude={"window"}, exclude_none=True)
    return ", ".join(f"{name} {number(value)}" for name, value in values.items())
