"""A monitor, compiled from its API JSON, and the rules that follow from its options.

Sources: docs.datadoghq.com/monitors/configuration, docs.datadoghq.com/monitors/guide/troubleshooting-no-data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from firedrill.vendors.datadog.monitors.checks import CheckRules, ServiceCheck
from firedrill.vendors.datadog.monitors.composite import Composite
from firedrill.vendors.datadog.monitors.states import Flags, Floats, Group, Times
from firedrill.vendors.datadog.monitors.templates import Template
from firedrill.vendors.datadog.monitors.timeline import DAY_S, Missing, Rules
from firedrill.vendors.datadog.queries import RecordQuery
from firedrill.vendors.datadog.rules.options import Options, retention_s
from firedrill.vendors.datadog.rules.thresholds import Thresholds


class Values(Protocol):
    """One group's evaluations."""

    @property
    def values(self) -> Floats:
        """One value per evaluation, NaN where the query returned nothing."""

    @property
    def full(self) -> Flags:
        """Whether each evaluation's window counts as full."""

    @property
    def zero(self) -> Flags | None:
        """Where missing data may be evaluated as zero; None is everywhere."""


class Evaluation(Protocol):
    """A query's evaluations."""

    @property
    def groups(self) -> Mapping[Group, Values]:
        """By group; () when the query has no group-by."""


class Query(Protocol):
    """What a monitor needs of a compiled query: metric queries have it, other sources may."""

    @property
    def window_s(self) -> int:
        """Length of the evaluation window in seconds."""

    @property
    def comparator(self) -> str:
        """One of <, <=, >, >=, ==, !=."""

    @property
    def threshold(self) -> float:
        """The number compared with: the critical threshold."""

    @property
    def group_by(self) -> tuple[str, ...]:
        """Keys of the group-by, empty for a simple alert."""

    @property
    def counts(self) -> bool:
        """Whether missing data may be evaluated as zero, since the query counts."""

    @property
    def fills_zero(self) -> bool:
        """Whether default_zero() is part of the query."""

    @property
    def modelled(self) -> tuple[str, ...]:
        """What of the values comes from a model of the emulator's own, in texts to show."""

    def evaluate(self, store: Any, times_s: Times, *, delay_s: int = 0) -> Evaluation:
        """Evaluate at the times, each looking at the window that ends `delay_s` before."""


@dataclass(frozen=True)
class Threshold:
    """What a metric, log or event monitor alerts on: its query and its thresholds.

    `recovery` is the query over an anomaly monitor's recovery window, which its recovery thresholds are compared with.
    """

    query: Query
    thresholds: Thresholds
    recovery: Query | None = None

    @property
    def modelled(self) -> tuple[str, ...]:
        """What of the values is modelled."""
        return self.query.modelled


Condition = Threshold | ServiceCheck | Composite


@dataclass(frozen=True)
class Monitor:
    """A compiled monitor. `escalation` is rendered after the message of a re-notification."""

    id: str
    name: str
    type: str
    query: str
    condition: Condition
    title: Template
    message: Template
    escalation: Template | None
    options: Options
    tags: tuple[str, ...] = ()
    priority: int | None = None

    @property
    def group_by(self) -> tuple[str, ...]:
        """Keys of the group-by; a composite's groups come from its monitors."""
        return () if isinstance(self.condition, Composite) else self.condition.query.group_by

    @property
    def threshold_query(self) -> Query | None:
        """What is compared with thresholds; None where nothing is: service checks and composites."""
        return self.condition.query if isinstance(self.condition, Threshold) else None

    @property
    def reads(self) -> Literal["points", "logs", "events", "check runs", ""]:
        """What its query reads, "" for a composite."""
        if isinstance(self.condition, Composite):
            return ""
        if isinstance(self.condition, ServiceCheck):
            return "check runs"
        query = self.condition.query
        return query.source.head if isinstance(query, RecordQuery) else "points"

    @property
    def notifies_no_data(self) -> bool:
        """Whether the status No Data notifies anybody."""
        if self.options.on_missing_data is None:
            return self.options.notify_no_data
        return self.options.on_missing_data == "show_and_notify_no_data"

    def check_rules(self) -> CheckRules:
        """How a group of this monitor moves between states; only for a `ServiceCheck` condition.

        Without no_data_timeframe a check is missing after 24 hours.
        Source: docs.datadoghq.com/monitors/guide/monitor_api_options
        """
        minutes = self.options.no_data_timeframe
        return CheckRules(
            (DAY_S if minutes is None else minutes * 60) if self.options.notify_no_data else None,
            self.options.timeout_h * 3600,
            _new_group_delay_s(self.options, self.group_by),
        )

    def rules(self) -> Rules:
        """How a group of this monitor moves between states; only for a `Threshold` condition."""
        assert isinstance(self.condition, Threshold)
        query, thresholds = self.condition.query, self.condition.thresholds
        recovers = ANOMALY_RECOVERS if self.condition.recovery else None
        return Rules(
            query.comparator,
            thresholds.critical,
            thresholds.warning,
            thresholds.critical_recovery,
            thresholds.warning_recovery,
            missing=missing_of(self.options, query),
            missing_after_s=_missing_after_s(self.options, query.window_s),
            timeout_s=self.options.timeout_h * 3600,
            grouped=bool(query.group_by),
            retention_s=retention_s(self.options.group_retention_duration),
            new_group_delay_s=_new_group_delay_s(self.options, query.group_by),
            recovers=recovers,
        )


_SHOWN: Mapping[str, Missing] = {
    "show_no_data": Missing.NO_DATA,
    "show_and_notify_no_data": Missing.NO_DATA,
    "resolve": Missing.RESOLVE,
}


def missing_of(options: Options, query: Query) -> Missing:
    """What missing data does, from the options and the query.

    Count queries evaluate it as zero by default, others keep the last status; `default_zero()`, beside which only the
    default is available, evaluates it as zero. An earlier version of the page had it keep the last status: the current
    one decides here.
    Without `on_missing_data` the evaluation is skipped unless `notify_no_data` is set.
    Source: docs.datadoghq.com/monitors/configuration (no data)
    """
    if query.fills_zero and options.on_missing_data in (None, "default"):
        return Missing.AS_ZERO
    if options.on_missing_data is None:
        return Missing.NO_DATA if options.notify_no_data else Missing.KEEP
    if options.on_missing_data == "default":
        return Missing.AS_ZERO if query.counts else Missing.KEEP
    return _SHOWN[options.on_missing_data]


def _missing_after_s(options: Options, window_s: int) -> int:
    """Seconds from the first empty evaluation to No Data: none with on_missing_data, whose time is not configurable.

    The first empty evaluation means that a whole window has passed without data. An omitted no_data_timeframe is
    twice the window in the API's reference, and the window in the troubleshooting guide: the reference decides here.
    """
    if options.on_missing_data is not None:
        return 0
    timeframe_s = 2 * window_s if options.no_data_timeframe is None else options.no_data_timeframe * 60
    return max(0, timeframe_s - window_s)


def _new_group_delay_s(options: Options, group_by: tuple[str, ...]) -> int:
    """The delay of new groups: new_host_delay only for groups by host, overridden by a new_group_delay other than 0.

    Source: docs.datadoghq.com/monitors/configuration (default 60), registry.terraform.io DataDog/datadog monitor
    """
    if not options.new_group_delay and "host" in group_by:
        return options.new_host_delay
    return 60 if options.new_group_delay is None else options.new_group_delay


ANOMALY_RECOVERS = "<="
"""An anomaly monitor recovers at its recovery threshold too: 0 means when none of the points is anomalous.

Source: docs.datadoghq.com/monitors/types/anomaly (options)
"""
