"""A monitor's options: names, defaults, allowed values.

Sources: docs.datadoghq.com/monitors/guide/monitor_api_options, docs.datadoghq.com/api/latest/monitors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

STATUSES = ("alert", "warn", "no data")
"""The statuses that renotify_statuses may name."""


@dataclass(frozen=True)
class Options:
    """The options that decide anything here, with the API's defaults; None is left unset.

    `require_full_window` defaults to false in the API, to true in the Terraform and Pulumi providers.
    Without `on_missing_data` the legacy pair `notify_no_data` and `no_data_timeframe` (minutes) decides.
    `evaluation_delay`, `new_group_delay` and `new_host_delay` are seconds, `renotify_interval` minutes.
    `threshold_windows` are those of anomaly monitors, `variables` the queries of a formula, as the API has them.
    """

    require_full_window: bool = False
    on_missing_data: str | None = None
    notify_no_data: bool = False
    no_data_timeframe: int | None = None
    evaluation_delay: int = 0
    new_group_delay: int | None = None
    new_host_delay: int = 300
    group_retention_duration: str | None = None
    timeout_h: int = 0
    renotify_interval: int | None = None
    renotify_occurrences: int | None = None
    renotify_statuses: tuple[str, ...] = ("alert", "no data")
    escalation_message: str = ""
    include_tags: bool = True
    notify_by: tuple[str, ...] = ()
    notification_preset_name: str = "show_all"
    threshold_windows: Mapping[str, Any] | None = None
    variables: tuple[Mapping[str, Any], ...] = ()
    scheduling_options: Mapping[str, Any] | None = None

    @property
    def evaluation_window(self) -> Mapping[str, Any] | None:
        """When a cumulative window starts, None when the monitor has none."""
        return (self.scheduling_options or {}).get("evaluation_window")


class _Rule(NamedTuple):
    allowed: str
    holds: Callable[[Any], bool]


def _whole(least: int, most: int | None = None) -> _Rule:
    words = f"a whole number of at least {least}" if most is None else f"a whole number from {least} to {most}"
    return _Rule(words, lambda value: type(value) is int and value >= least and (most is None or value <= most))


def _one_of(*names: str) -> _Rule:
    return _Rule(f"one of {', '.join(names)}", lambda value: value in names)


def _texts(allowed: str, holds: Callable[[str], bool]) -> _Rule:
    return _Rule(
        allowed,
        lambda value: isinstance(value, list | tuple) and all(isinstance(item, str) and holds(item) for item in value),
    )


def _is_scheduling(value: Any) -> bool:
    known = isinstance(value, Mapping) and value.keys() <= {"custom_schedule", "evaluation_window"}
    return known and all(part is None or isinstance(part, Mapping) for part in value.values())


_FLAG = _Rule("true or false", lambda value: isinstance(value, bool))
_TEXT = _Rule("a text", lambda value: isinstance(value, str))

HIDES_HANDLES = ("hide_handles", "hide_all", "hide_query_and_handles", "hide_handles_and_footer")
"""Presets that take the @-mentions out of the message.

Source: docs.datadoghq.com/monitors/notify (toggle additional content)
"""

RULES: Mapping[str, _Rule] = {
    "require_full_window": _FLAG,
    "on_missing_data": _one_of("default", "show_no_data", "show_and_notify_no_data", "resolve"),
    "notify_no_data": _FLAG,
    "no_data_timeframe": _whole(1),
    "evaluation_delay": _whole(0, 86_400),
    "new_group_delay": _whole(0),
    "new_host_delay": _whole(0),
    "group_retention_duration": _TEXT,
    "timeout_h": _whole(0, 24),
    "renotify_interval": _whole(0),
    "renotify_occurrences": _whole(1),
    "renotify_statuses": _texts(f"a list of {', '.join(STATUSES)}", lambda item: item in STATUSES),
    "escalation_message": _TEXT,
    "include_tags": _FLAG,
    "notify_by": _texts("a list of group-by keys, or ['*']", bool),
    "notification_preset_name": _one_of("show_all", "hide_query", "show_only_snapshot", *HIDES_HANDLES),
    "threshold_windows": _Rule(
        "an object with trigger_window and recovery_window",
        lambda value: isinstance(value, Mapping) and value.keys() <= {"trigger_window", "recovery_window"},
    ),
    "variables": _Rule(
        "a list of queries",
        lambda value: isinstance(value, list | tuple) and all(isinstance(item, Mapping) for item in value),
    ),
    "scheduling_options": _Rule("an object with evaluation_window or custom_schedule, objects too", _is_scheduling),
}
"""What each option of `Options` may hold; null always leaves it unset."""

WITHOUT_EFFECT = ("enable_logs_sample", "locked", "notify_audit", "restricted_roles")
"""Options about editing and extra content, which decide no state and no notification."""

UNSUPPORTED = (
    "aggregation",
    "device_ids",
    "enable_samples",
    "groupby_simple_monitor",
    "ignore_tag_keys",
    "min_failure_duration",
    "min_location_failed",
    "silenced",
    "synthetics_check_id",
)
"""Options that are refused by name when they hold anything; empty they change nothing."""


class OptionProblem(NamedTuple):
    """What is wrong with an option; `unsupported` when only the emulator lacks it."""

    text: str
    unsupported: str = ""


def read_options(raw: Mapping[str, Any]) -> tuple[Options, list[OptionProblem]]:
    """The options and every problem with them; a wrong option has its default in the result."""
    problems = list(_problems(raw))
    wrong = {name for name, value in raw.items() if name in RULES and not RULES[name].holds(value)}
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in raw.items()
        if name in RULES and name not in wrong and value is not None
    }
    if not values.get("renotify_interval"):
        values.pop("renotify_interval", None)
    return Options(**values), problems


def _problems(raw: Mapping[str, Any]) -> Iterator[OptionProblem]:
    known = (*RULES, *WITHOUT_EFFECT, "thresholds")
    for name, value in raw.items():
        if name in UNSUPPORTED:
            if value:
                yield OptionProblem("", f"option {name!r}")
        elif name not in known:
            yield OptionProblem(f"options has {name!r}; allowed are {', '.join(sorted(RULES))} and thresholds")
        elif name in RULES and value is not None and not RULES[name].holds(value):
            yield OptionProblem(f"options.{name} is {value!r}; allowed is {RULES[name].allowed}")
