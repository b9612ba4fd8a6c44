"""A monitor's options: names, defaults, allowed values.

Sources: docs.datadoghq.com/monitors/guide/monitor_api_options, docs.datadoghq.com/api/latest/monitors.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from firedrill.vendors.datadog.rules.numbers import as_number
from firedrill.vendors.rules.breach import Breach, shown
from firedrill.vendors.rules.models import Model, read_partly

Status = Literal["alert", "warn", "no data"]
STATUSES: tuple[Status, ...] = get_args(Status)
"""The statuses that renotify_statuses may name."""

MAX_EVALUATION_DELAY_S = 86_400

HidesHandles = Literal["hide_handles", "hide_all", "hide_query_and_handles", "hide_handles_and_footer"]
HIDES_HANDLES: tuple[HidesHandles, ...] = get_args(HidesHandles)
"""Presets that take the @-mentions out of the message.

Source: docs.datadoghq.com/monitors/notify (toggle additional content)
"""

WITHOUT_EFFECT = (
    "aggregation",
    "avalanche_window",
    "enable_logs_sample",
    "enable_samples",
    "is_data_sparse",
    "locked",
    "notify_audit",
    "queryConfig",
    "restricted_roles",
    "restriction_query",
)
"""Options about editing and extra content, and what an editor leaves in exports: they decide nothing."""

UNSUPPORTED = (
    "device_ids",
    "groupby_simple_monitor",
    "ignore_tag_keys",
    "min_failure_duration",
    "min_location_failed",
    "silenced",
    "synthetics_check_id",
)
"""Options that the emulator does not evaluate when they hold anything; empty they change nothing."""

_UNITS_S = {"m": 60, "h": 3600, "d": 86_400}
_LISTED = Field(strict=False)  # a list in JSON

Whole = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]


class ThresholdWindows(Model):
    """Those of an anomaly monitor, which needs both."""

    trigger_window: str = ""
    recovery_window: str = ""


class Scheduling(Model):
    """When a cumulative window starts, and when the monitor is evaluated at all."""

    evaluation_window: dict[str, Any] | None = None
    custom_schedule: dict[str, Any] | None = None


class Options(Model):
    """The options that decide anything here, with the API's defaults; None is left unset.

    `require_full_window` defaults to false in the API, to true in the Terraform and Pulumi providers.
    Without `on_missing_data` the legacy pair `notify_no_data` and `no_data_timeframe` (minutes) decides.
    `evaluation_delay`, `new_group_delay` and `new_host_delay` are seconds, `renotify_interval` minutes, 0 for never.
    `thresholds` and `variables`, the queries of a formula, are as the API has them.
    """

    require_full_window: bool = False
    on_missing_data: Literal["default", "show_no_data", "show_and_notify_no_data", "resolve"] | None = None
    notify_no_data: bool = False
    no_data_timeframe: Positive | None = None
    evaluation_delay: Annotated[int, Field(ge=0, le=MAX_EVALUATION_DELAY_S)] = 0
    new_group_delay: Whole | None = None
    new_host_delay: Whole = 300
    group_retention_duration: str | None = None
    timeout_h: Annotated[int, Field(ge=0, le=24)] = 0
    renotify_interval: Whole = 0
    renotify_occurrences: Positive | None = None
    renotify_statuses: Annotated[tuple[Status, ...], _LISTED] = ("alert", "no data")
    escalation_message: str = ""
    include_tags: bool = True
    notify_by: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], _LISTED] = ()
    notification_preset_name: Literal["show_all", "hide_query", "show_only_snapshot", HidesHandles] = "show_all"
    threshold_windows: ThresholdWindows | None = None
    variables: Annotated[tuple[dict[str, Any], ...], _LISTED] = ()
    scheduling_options: Scheduling = Scheduling()
    thresholds: Annotated[dict[str, Any], Field(default_factory=dict)]

    @property
    def evaluation_window(self) -> Mapping[str, Any] | None:
        """When a cumulative window starts, None when the monitor has none."""
        return self.scheduling_options.evaluation_window


_NUMBERS = (
    "evaluation_delay",
    "new_group_delay",
    "new_host_delay",
    "no_data_timeframe",
    "renotify_interval",
    "renotify_occurrences",
    "timeout_h",
)


def read_options(raw: Mapping[str, Any]) -> tuple[Options, list[Breach], list[str]]:
    """The options, everything that is wrong with them, and what of them the emulator does not know.

    A wrong option has its default in the result.
    """
    given = {
        name: as_number(value) if name in _NUMBERS else value
        for name, value in raw.items()
        if value is not None and name not in WITHOUT_EFFECT
    }
    if given.get("renotify_occurrences") == 0:  # what exports have for no limit
        del given["renotify_occurrences"]
    unsupported = [f"option {name!r}" for name in given if name in UNSUPPORTED and given[name]]
    options, faults = read_partly(Options, {name: value for name, value in given.items() if name not in UNSUPPORTED})
    if options.notification_preset_name == "show_only_snapshot":
        unsupported.append("notification_preset_name 'show_only_snapshot'")
    if options.scheduling_options.custom_schedule:
        unsupported.append("scheduling_options.custom_schedule")
    breaches = [fault.breach._replace(field=f"options.{fault.place}") for fault in faults]
    wrong = {str(fault.path[0]) for fault in faults}
    return options, [*breaches, *_combination_breaches(options, wrong)], unsupported


def _combination_breaches(options: Options, wrong: Collection[str]) -> Iterator[Breach]:
    """Options that exclude each other, or that do nothing without another, which is not `wrong` itself."""
    given = options.model_fields_set
    if options.on_missing_data is not None:
        for name in ("notify_no_data", "no_data_timeframe"):
            if getattr(options, name):
                yield Breach(f"options.{name}", shown(getattr(options, name)), "none beside on_missing_data")
    if not options.renotify_interval and "renotify_interval" not in wrong:
        for name in ("renotify_occurrences", "renotify_statuses"):
            if name in given and getattr(options, name):
                yield Breach("options.renotify_interval", "", f"minutes above 0, without which {name} has no effect")


def idle(options: Options) -> Iterator[str]:
    """What Datadog takes although it has no effect, as advice."""
    if options.escalation_message and not options.renotify_interval:
        yield "options.escalation_message is never sent without a renotify_interval; set one, or remove the message"


def default_zero_breaches(options: Options) -> list[Breach]:
    """on_missing_data of a query with default_zero().

    Source: docs.datadoghq.com/monitors/configuration (no data)
    """
    value = options.on_missing_data
    if value in (None, "default"):
        return []
    allowed = "default, since with default_zero() the other missing-data behaviors are unavailable"
    return [Breach("options.on_missing_data", shown(value), allowed)]


def retention_s(duration: str | None) -> int:
    """A group_retention_duration such as "60m", "1h" or "2d" in seconds, -1 when it is none; 24 hours by default."""
    match = re.fullmatch(r"([0-9]+)([mhd])", "1d" if duration is None else duration)
    return int(match[1]) * _UNITS_S[match[2]] if match else -1


def retention_breaches(duration: str | None, unavailable: str = "") -> list[Breach]:
    """What is wrong with a group_retention_duration; `unavailable` names the monitors that cannot have one.

    Source: docs.datadoghq.com/monitors/configuration (group retention time)
    """
    if duration is None or (not unavailable and 3600 <= retention_s(duration) <= 72 * 3600):
        return []
    allowed = f"none for {unavailable}" if unavailable else "1h to 72h"
    return [Breach("options.group_retention_duration", shown(duration), allowed)]


def missing_data_breaches(options: Options, unavailable: str) -> list[Breach]:
    """on_missing_data of monitors that cannot have it, named by `unavailable`.

    Source: docs.datadoghq.com/api/latest/monitors (OnMissingDataOption)
    """
    value = options.on_missing_data
    allowed = f"none for {unavailable}"
    return [Breach("options.on_missing_data", shown(value), allowed, "use notify_no_data")] if value else []


def notify_by_breaches(options: Options, keys: tuple[str, ...]) -> list[Breach]:
    """Whether the groups that notify together are told by keys that the query groups by.

    Source: docs.datadoghq.com/monitors/configuration (notification grouping)
    """
    given = options.notify_by
    if not given or given == ("*",) or set(given) <= set(keys):
        return []
    allowed = f"['*'], or keys that the query groups by ({', '.join(keys) or 'none'})"
    return [Breach("options.notify_by", shown(list(given)), allowed)]
