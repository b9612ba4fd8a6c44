"""The alerts on an objective: its error budget burns fast, or slowly, or much of it is spent.

Source: docs.datadoghq.com/service_level_objectives/burn_rate (recommended windows and thresholds),
docs.datadoghq.com/service_level_objectives/error_budget
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from firedrill.components.monitors.inputs import MonitorsArgs
from firedrill.components.monitors.messages import block
from firedrill.components.monitors.queries import number
from firedrill.components.names import runbook_url
from firedrill.components.slos.objectives import DeclaredObjective
from firedrill.vendors.datadog.rules.monitors import SLO_ALERT
from firedrill.vendors.datadog.rules.slo_alerts import days, fastest

Pace = Literal["fast-burn", "medium-burn", "slow-burn", "budget"]
DAY_H = 24


@dataclass(frozen=True)
class Window:
    """A pair of windows and the share of the budget, in percent, whose spending in the long one is worth an alert."""

    long_h: int
    short_m: int
    spends: Mapping[str, int]

    def rate(self, timeframe: str) -> float:
        """The burn rate that spends so much: the timeframe's hours times the share, over the long window's hours."""
        return round(days(timeframe) * DAY_H * self.spends[timeframe] / 100 / self.long_h, 4)


FAST = Window(1, 5, {"7d": 10, "30d": 2, "90d": 1})
MEDIUM = Window(6, 30, {"7d": 20, "30d": 5, "90d": 3})
SLOW = Window(24, 120, {"7d": 40, "30d": 10, "90d": 5})
SPENT, WARNED = 75, 50
"""Percent of an error budget."""

WINDOWS: Mapping[Pace, Window] = {"fast-burn": FAST, "medium-burn": MEDIUM, "slow-burn": SLOW}
_TITLES: Mapping[Pace, str] = {
    "fast-burn": "error budget burns fast",
    "medium-burn": "error budget burns for hours",
    "slow-burn": "error budget burns",
    "budget": "error budget spent",
}
_PRIORITIES: Mapping[Pace, int] = {"fast-burn": 2, "medium-burn": 3, "slow-burn": 3, "budget": 3}
PACES: tuple[Pace, ...] = ("fast-burn", "medium-burn", "slow-burn", "budget")


@dataclass(frozen=True)
class SloAlert:
    """One alert on an objective."""

    declared: DeclaredObjective
    pace: Pace

    @property
    def id(self) -> str:
        """What it watches for, which its runbook and its danger are called as well: `do-availability-fast-burn`."""
        return f"{self.declared.objective.id}-{self.pace}"

    @property
    def key(self) -> str:
        """The id, after the class's tag if it is about one."""
        return f"{self.declared.key}-{self.pace}"

    @property
    def pages(self) -> bool:
        """Whether it wakes somebody."""
        return self.pace == "fast-burn" and self.declared.settings.tell == "page"

    @property
    def priority(self) -> int:
        """Its priority, of one that wakes somebody the highest."""
        return 1 if self.pages else _PRIORITIES[self.pace]

    @property
    def critical(self) -> float:
        """The burn rate, or the percentage of the budget, above which it alerts."""
        window = WINDOWS.get(self.pace)
        return window.rate(self.declared.settings.timeframe) if window else SPENT

    @property
    def most(self) -> float:
        """The burn rate when everything fails."""
        return fastest(self.declared.settings.target)

    def query(self, slo_id: str) -> str:
        """The query, given Datadog's id of the objective."""
        over = f'("{slo_id}").over("{self.declared.settings.timeframe}")'
        window = WINDOWS.get(self.pace)
        if window is None:
            return f"error_budget{over} > {SPENT}"
        windows = f'.long_window("{window.long_h}h").short_window("{window.short_m}m")'
        return f"burn_rate{over}{windows} > {number(self.critical)}"


def alerts_of(declared: DeclaredObjective) -> list[SloAlert]:
    """The alerts on an objective."""
    return [SloAlert(declared, pace) for pace in PACES]


def alert_inputs(alert: SloAlert, args: MonitorsArgs) -> dict[str, Any]:
    """Inputs of `Monitor`, but for the query: that needs the id of the objective."""
    declared = alert.declared
    thresholds = {"critical": number(alert.critical)}
    if alert.pace == "budget":
        thresholds["warning"] = number(WARNED)
    return {
        "name": f"{declared.title}: {declared.objective.title} {_TITLES[alert.pace]}",
        "type": SLO_ALERT,
        "message": _message(alert, args),
        "tags": declared.service.tagged(declared.observed, f"monitor:{alert.id}"),
        "priority": str(alert.priority),
        "include_tags": True,
        "require_full_window": False,
        "monitor_thresholds": thresholds,
        **args.renotify,
    }


def _message(alert: SloAlert, args: MonitorsArgs) -> str:
    told = args.handles.page if alert.pages else args.handles.chat
    blocks = [block("is_alert", _finding(alert, "{{threshold}}"), told)]
    if alert.pace == "budget":
        blocks.append(block("is_warning", _finding(alert, "{{warn_threshold}}"), args.handles.chat))
    blocks.append(block("is_recovery", _recovered(alert), told))
    return "\n".join([*blocks, f"Runbook: {runbook_url(args.docs_url, alert.id)}"])


def _budget(alert: SloAlert) -> str:
    """Whose budget: `the error budget of ChatRoom's availability (99.9% of operations in 30d)`."""
    declared, settings = alert.declared, alert.declared.settings
    whose = f"{declared.observed.name}'s" if declared.observed else "the Worker's"
    of = f"{settings.target:g}% of {declared.objective.of} in {settings.timeframe}"
    return f"error budget of {whose} {declared.objective.title} ({of})"


def _finding(alert: SloAlert, threshold: str) -> str:
    window = WINDOWS.get(alert.pace)
    if window is None:
        return f"{{{{value}}}}% of the {_budget(alert)} are spent, more than {threshold}%."
    return (
        f"The {_budget(alert)} burns {{{{value}}}} times as fast as allowed, over {window.long_h} h and over "
        f"{window.short_m} min, above {threshold}."
    )


def _recovered(alert: SloAlert) -> str:
    if alert.pace == "budget":
        return f"{{{{value}}}}% of the {_budget(alert)} are spent, no longer more than {{{{threshold}}}}%."
    return f"The {_budget(alert)} burns {{{{value}}}} times as fast as allowed, no longer above {{{{threshold}}}}."
