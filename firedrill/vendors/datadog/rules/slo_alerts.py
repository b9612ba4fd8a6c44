"""Queries of monitors on service level objectives: error budgets and burn rates.

Sources: docs.datadoghq.com/service_level_objectives/error_budget, docs.datadoghq.com/service_level_objectives/burn_rate
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from firedrill.vendors.rules.breach import Breach, shown
from firedrill.vendors.rules.suggestions import hint

TIMEFRAMES = ("7d", "30d", "90d")
LONGEST_S, SHORTEST_S = 48 * 3600, 3600
"""Of a long window."""

_CALL = r'\w+\(\s*"[^"]*"\s*\)'
_QUERY = re.compile(rf"\s*({_CALL})((?:\s*\.\s*{_CALL})*)\s*(>=?)\s*([0-9]+(?:\.[0-9]+)?)\s*")
_PARTS = re.compile(r'(\w+)\(\s*"([^"]*)"\s*\)')
_WINDOW = re.compile(r"([0-9]+)([mhd])")
_SECONDS = {"m": 60, "h": 3600, "d": 86400}
_METHODS = {"error_budget": ("over",), "burn_rate": ("over", "long_window", "short_window")}
_FORM = (
    'error_budget("<SLO id>").over("7d") > 75, or '
    'burn_rate("<SLO id>").over("7d").long_window("1h").short_window("5m") > 16.8'
)


class SloAlert(NamedTuple):
    """A query that can be read; `long_s` and `short_s` are 0 for an error budget."""

    function: str
    slo: str
    timeframe: str
    threshold: float
    long_s: int = 0
    short_s: int = 0
    comparator: str = ">"


def read_alert(text: str) -> SloAlert | None:
    """What a query without breaches asks of which SLO."""
    match = _QUERY.fullmatch(text)
    if match is None or any(query_breaches(text)):
        return None
    ((function, slo),), windows = _PARTS.findall(match[1]), dict(_PARTS.findall(match[2]))
    long_s, short_s = (_seconds(windows.get(name, "")) for name in ("long_window", "short_window"))
    return SloAlert(function, slo, windows["over"], float(match[4]), long_s, short_s, match[3])


def days(timeframe: str) -> int:
    """Days of a timeframe such as 30d."""
    return int(timeframe.removesuffix("d"))


def fastest(target: float) -> float:
    """The burn rate with everything failing, 1 / (1 - target), of a target in percent."""
    return 100 / (100 - target)


def target_breaches(alert: SloAlert, targets: Mapping[str, float]) -> Iterator[Breach]:
    """What is wrong with a query beside the `targets` of its SLO, in percent by timeframe, as far as they are known.

    A threshold above the fastest burn rate is never reached.
    """
    if not targets:
        return
    if alert.timeframe not in targets:
        named = ", ".join(targets) or "none"
        yield Breach("query.over", shown(alert.timeframe), f"a timeframe for which the SLO has a target ({named})")
    elif alert.function == "burn_rate" and (most := fastest(targets[alert.timeframe])) < alert.threshold:
        target = f"{targets[alert.timeframe]:g} %"
        allowed = f"at most {most:.6g}, which a target of {target} burns when everything fails; more is never reached"
        yield Breach("query", f"a burn rate above {alert.threshold:g}", allowed)


def advice(alert: SloAlert) -> Iterator[str]:
    """What Datadog takes and hardly anyone means."""
    if alert.long_s and alert.threshold * alert.long_s > days(alert.timeframe) * _SECONDS["d"]:
        yield f"a burn rate above {alert.threshold:g} spends more than a budget of {alert.timeframe} in its long window"


def query_breaches(text: str) -> Iterator[Breach]:
    """What is wrong with the query of a monitor of type `slo alert`."""
    match = _QUERY.fullmatch(text)
    if match is None:
        yield Breach("query", shown(text), _FORM)
        return
    ((function, slo),) = _PARTS.findall(match[1])
    if function not in _METHODS:
        yield Breach("query", f"the function {function!r}{hint(function, _METHODS)}", " or ".join(_METHODS))
        return
    needed, given = _METHODS[function], _PARTS.findall(match[2])
    names = [name for name, _ in given]
    if sorted(names) != sorted(needed):
        told = ", ".join(f".{name}()" for name in names) or "no method"
        allowed = ", ".join(f".{name}()" for name in needed)
        yield Breach("query", told, f"{allowed}, each once, after {function}()")
        return
    windows = dict(given)
    if not slo.strip():
        yield Breach("query", '""', f"the id of an SLO in {function}()")
    if windows["over"] not in TIMEFRAMES:
        yield Breach("query.over", shown(windows["over"]), f"one of {', '.join(TIMEFRAMES)}")
    if not float(match[4]):
        yield Breach("query", f"the threshold {match[4]}", "a number above 0")
    if function == "burn_rate":
        yield from _window_breaches(windows["long_window"], windows["short_window"])


def _window_breaches(long: str, short: str) -> Iterator[Breach]:
    long_s, short_s = _seconds(long), _seconds(short)
    if not SHORTEST_S <= long_s <= LONGEST_S:
        yield Breach("query.long_window", shown(long), "from 1h to 48h")
    if not short_s:
        yield Breach("query.short_window", shown(short), "a time such as 5m or 1h")
    elif long_s and short_s >= long_s:
        yield Breach("query.short_window", shown(short), f"shorter than the long window ({shown(long)})")


def _seconds(window: str) -> int:
    """0 for what is no window."""
    match = _WINDOW.fullmatch(window)
    return int(match[1]) * _SECONDS[match[2]] if match else 0
