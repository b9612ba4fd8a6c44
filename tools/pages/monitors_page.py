"""docs/monitors.md: every monitor with its query, window and thresholds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from firedrill.components.config import declared_keys
from firedrill.components.monitor_settings import MonitorSettings
from firedrill.components.monitors.profiles import PROFILES
from firedrill.components.monitors.queries import Composite, number
from firedrill.components.monitors.table import MONITORS, MonitorSpec
from tools.pages.markdown import page, table
from tools.pages.shipped import FROM_COMPONENTS, METRIC_PREFIX, PROJECT, monitor_settings

_TOLD = {"page": "`notifyPage`", "chat": "`notifyChat`", None: "nobody, part of a composite"}

_COLUMNS = ("monitor", "of", "title", "query", "thresholds", "missing data", "priority", "tells", "in, besides `busy`")


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
            ", ".join(f"`{name}`" for name in PROFILES if name != "busy" and _is_in(spec, name)),
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
        "`reporter`, `heartbeat` a `heartbeat`, and `collector-silent` and what is billed a collector\n"
        "([platformMetrics](platform-metrics.md)).",
        "`firedrill:switchedOff` leaves a monitor out for a while, whoever asks for it, with a reason and the date\n"
        "after which the policy `monitor-off-asked-again` tells of it:\n"
        '`do-errors: { reason: being rewritten, until: "2027-03-31" }`.',
        "`firedrill:profile` says which of them a stack has that names none:",
        table(("profile", "has", "alerts", "of which page", "otherwise than below"), map(_of_profile, PROFILES)),
        "These are the most that it can have, where everything is asked for, observed and reported; those of\n"
        "[objectives](slos.md) come on top. Where data is missing, `default` takes a count for 0 and lets anything\n"
        "else keep its state.",
        f"Names of metrics start with `{METRIC_PREFIX}`, left out here; `<class>` is the class in lower case. The\n"
        "runbooks show queries of the shipped Worker in prod.",
        table(_COLUMNS, rows),
    )


def _of_profile(name: str) -> tuple[str, ...]:
    """A profile with how many alerts it has at most, how many of these wake somebody, and what it sets itself."""
    profile = PROFILES[name]
    told = [spec for spec in MONITORS if spec.notify and _is_in(spec, name)]
    own = (
        f"`{id_}`: {', '.join(f'{key} {value}' for key, value in fields.items())}"
        for id_, fields in profile.settings.items()
    )
    paging = sum(spec.notify == "page" for spec in told)
    return f"`{name}`", profile.summary, f"{len(told)}", f"{paging}", "; ".join(own)


def _is_in(spec: MonitorSpec, profile: str) -> bool:
    """Whether a profile has a monitor, of a composite all parts."""
    parts = spec.query.parts if isinstance(spec.query, Composite) else (spec.id,)
    return {*parts} <= {*PROFILES[profile].monitors}


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
