"""One Datadog organisation and the Logpush jobs that feed it: compiled from what is declared, fed, evaluated.

The drill has one per Worker, the running stack one for all Workers, the commands on files one of the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from firedrill.declared.declaration import Declared, documented_shape
from firedrill.declared.fields import lacks, withheld
from firedrill.declared.monitor_tags import MonitorTags, monitor_tags
from firedrill.vendors.cloudflare.job import Elsewhere, Job, compile_jobs, compile_uploading
from firedrill.vendors.datadog.dashboards import check_dashboard
from firedrill.vendors.datadog.geoip import GeoIp
from firedrill.vendors.datadog.indexes import Indexes, compile_indexes
from firedrill.vendors.datadog.intake import receive, within_window
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.log_metrics import LogMetrics, compile_metrics
from firedrill.vendors.datadog.modelled import modelled
from firedrill.vendors.datadog.monitors import (
    Composite,
    Downtime,
    Monitor,
    Monitoring,
    NotificationRule,
    Threshold,
    parse_downtime,
    parse_monitors,
    parse_rules,
)
from firedrill.vendors.datadog.objectives import Growing, SloQuery, compilers_with, reading
from firedrill.vendors.datadog.pipelines import Pipelines, compile_pipelines, in_order
from firedrill.vendors.datadog.queries import MonitorQuery, Point, PointStore, Record, RecordQuery, Repeated
from firedrill.vendors.errors import FiredrillError, Mistakes

MAIN_INDEX = {"name": "main", "filter": {"query": "*"}}
"""The index that an organisation has as long as none is declared: it stores every log."""


class Processed(NamedTuple):
    """What became of a log behind the intake: why it was dropped, "" for a log that is kept, else its points."""

    dropped: str
    points: Sequence[Point] = ()


@dataclass(frozen=True)
class Logging:
    """What is declared about logs, compiled; `indexes` is None where none is declared.

    `modelled` says what of it is emulated by a model, in texts to show.
    """

    pipelines: Pipelines
    metrics: LogMetrics
    indexes: Indexes | None
    modelled: Sequence[str] = ()

    def process(self, log: Log, received_ms: int) -> Processed:
        """Run the pipelines over a log that the intake has let in, changing it in place, and measure it."""
        kept, late = within_window([self.pipelines.process(log)], received_ms)
        return Processed("", list(self.metrics.points(log, received_ms))) if kept else Processed(late[0][0])


@dataclass
class Ingested:
    """What became of logs: those that are kept, why others were dropped, the points and what log monitors read.

    Of points that differ in their times alone, `repeated` has the times.
    """

    logs: list[Log] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    points: list[Point] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    repeated: list[Repeated] = field(default_factory=list)

    @property
    def number_of_points(self) -> int:
        """Of both kinds."""
        return len(self.points) + sum(len(each.arrived_ms) for each in self.repeated)

    def add_to(self, store: PointStore) -> None:
        """Put into a store what monitors read."""
        store.add_all(self.points)
        store.add_repeated(self.repeated)
        for record in self.records:
            store.add_log(record.log, record.index, record.arrived_ms)


@dataclass(frozen=True)
class Organisation:
    """Everything but the Workers, ready to run: `jobs` are those to Datadog, `tags` is by the monitors' ids.

    `uploading` is what every job uploads, those that deliver elsewhere too, whose records nothing here reads.
    """

    jobs: Sequence[Job]
    logging: Logging
    monitors: Sequence[Monitor]
    downtimes: Sequence[Downtime]
    tags: Mapping[str, MonitorTags]
    uploading: Sequence[Elsewhere] = ()
    rules: Sequence[NotificationRule] = ()
    slos: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """SLOs as the API has them, by their ids."""
    dashboards: Sequence[Mapping[str, Any]] = ()
    """Dashboards as the API has them."""

    @cached_property
    def log_queries(self) -> tuple[RecordQuery, ...]:
        """The queries of its log monitors."""
        queries = (each.condition.query for each in self.monitors if isinstance(each.condition, Threshold))
        return tuple(each for each in queries if isinstance(each, RecordQuery) and each.source.head == "logs")

    @cached_property
    def slo_alerts(self) -> tuple[tuple[Monitor, SloQuery], ...]:
        """Its monitors of SLOs, each with its query."""
        queries = ((each, each.condition.query) for each in self.monitors if isinstance(each.condition, Threshold))
        return tuple((monitor, query) for monitor, query in queries if isinstance(query, SloQuery))

    @cached_property
    def lasting(self) -> tuple[Monitor, ...]:
        """Its monitors, for a store that forgets: those of an SLO have its slices in common, and keep them."""
        kept: dict[str, Growing] = {}
        reads: dict[str, Monitor] = {}
        for monitor, query in self.slo_alerts:
            slices = kept.setdefault(query.alert.slo, Growing(query.sli, 0))
            slices.kept_s = max(slices.kept_s, query.timeframe_s)
            reads[monitor.id] = reading(monitor, query, slices)
        return tuple(reads.get(each.id, each) for each in self.monitors)

    @cached_property
    def minutely(self) -> tuple[Monitor, ...]:
        """Its monitors but those of SLOs, which look back for weeks, and what is composed of these."""
        apart = {monitor.id for monitor, _ in self.slo_alerts}
        return tuple(
            each
            for each in self.monitors
            if each.id not in apart
            and not (isinstance(each.condition, Composite) and apart.intersection(each.condition.ids))
        )

    def indexes(self) -> Indexes:
        """Its indexes, which have stored nothing so far."""
        return self.logging.indexes.copy() if self.logging.indexes else compile_indexes([MAIN_INDEX])

    def monitoring(self, ids: Collection[str] = ()) -> Monitoring:
        """Those of `minutely`, to be run bit by bit; given some `ids`, these alone and what they are composed of."""
        wanted = {*ids} | {
            part
            for each in self.monitors
            if each.id in ids and isinstance(each.condition, Composite)
            for part in each.condition.ids
        }
        chosen = [each for each in self.monitors if each.id in wanted] if ids else self.minutely
        return Monitoring(chosen, self.downtimes, self.rules)

    def ingest(
        self,
        entries: Sequence[Mapping[str, Any]],
        params: Mapping[str, str],
        received_ms: int,
        indexes: Indexes,
        size_bytes: int | None = None,
    ) -> Ingested:
        """Take in one request (see `intake.receive`)."""
        intake = receive(entries, params=params, received_ms=received_ms, size_bytes=size_bytes)
        result = Ingested(dropped=Counter(dict(intake.dropped)))
        for log in intake.logs:
            dropped, points = self.logging.process(log, received_ms)
            if dropped:
                result.dropped[dropped] += 1
                continue
            result.logs.append(log)
            result.points += points
            result.records += self.records(log, received_ms, indexes)
        return result

    def records(self, log: Log, received_ms: int, indexes: Indexes) -> list[Record]:
        """The log as an index stores it, if one does and a log monitor reads it."""
        if not self.log_queries:
            return []
        place = indexes.store(log, received_ms)
        record = Record(log, place.index, received_ms)
        return [record] if place.stored and any(query.matches(record) for query in self.log_queries) else []


def compile_organisation(declared: Declared) -> Organisation:
    """Compile what is declared. Raises FiredrillError with every problem found, one a line.

    A job to Datadog that does not select a field that something reads is one.
    """
    mistakes = Mistakes()
    with mistakes.collect():
        jobs = compile_jobs(declared.of("Logpush job"))
    with mistakes.collect():
        logging = compile_logging(declared.with_own_order())
    with mistakes.collect():
        dashboards = [each for each in declared.of("dashboard") if not _refused(each, mistakes)]
    with mistakes.collect():
        slos = {str(each["id"]): each for each in declared.of("SLO")}
        monitors = parse_monitors(declared.of("monitor"), compilers_with(slos), strict=True)
    with mistakes.collect():
        downtimes = compile_downtimes(declared)
    with mistakes.collect():
        rules = parse_rules(declared.of("notification rule"))
    mistakes.found += [FiredrillError(f"{lack}.") for lack in (*lacks(declared), *withheld(declared))]
    mistakes.raise_all()
    tags = {
        each.id: monitor_tags(each.spec or {}, each.resource)
        for each in declared.declarations
        if each.kind == "monitor"
    }
    uploading = compile_uploading(declared.of("Logpush job"))
    return Organisation(jobs, logging, monitors, downtimes, tags, uploading, rules, slos, dashboards)


def _refused(dashboard: Mapping[str, Any], mistakes: Mistakes) -> bool:
    """Whether Datadog refuses a dashboard; what is wrong with it is noted."""
    found = [FiredrillError(each.text) for each in check_dashboard(dashboard) if not each.is_warning]
    mistakes.found += found
    return bool(found)


def compile_logging(declared: Declared, geoip: GeoIp | None = None) -> Logging:
    """Compile pipelines, log-based metrics and indexes. Raises FiredrillError with every problem found, one a line.

    Pipelines and indexes run in the order of their declarations, or of the resource that orders them. `geoip` is what
    is known of IP addresses.
    """
    mistakes = Mistakes()
    with mistakes.collect():
        in_turn = ordered(declared.of("pipeline"), declared.of("pipeline order"), "pipelines", "id")
        pipelines = compile_pipelines(in_turn, geoip=geoip)
    with mistakes.collect():
        metrics = compile_metrics(declared.of("log metric"))
    with mistakes.collect():
        in_turn = ordered(declared.of("log index"), declared.of("log index order"), "indexes", "name")
        indexes = compile_indexes(in_turn) if in_turn else None
    mistakes.raise_all()
    models = modelled(declared.of("pipeline"), declared.of("log metric"), in_turn)
    return Logging(pipelines, metrics, indexes, models)


def empty_store(metrics: LogMetrics) -> PointStore:
    """A store that knows the log-based metrics and holds nothing."""
    store = PointStore()
    for name, metric in metrics.definitions.items():
        store.declare(name, metric.compute.aggregation_type, percentiles=metric.compute.include_percentiles)
    return store


def compile_downtimes(declared: Declared) -> list[Downtime]:
    """Compile downtimes. Raises FiredrillError with every problem found, one a line."""
    mistakes = Mistakes()
    downtimes = []
    for spec in declared.of("downtime"):
        with mistakes.collect(), documented_shape(f"downtime of {spec.get('scope')!r}"):
            downtimes.append(parse_downtime(spec))
    mistakes.raise_all()
    return downtimes


def ordered(
    specs: Sequence[Mapping[str, Any]], orders: Sequence[Mapping[str, Any]], what: str, key: str
) -> Sequence[Mapping[str, Any]]:
    """The specs in the order of the first of `orders`, if there is one, that lists each of them by its `key`."""
    if not orders:
        return specs
    with documented_shape(f"{what} order"):
        return in_order(specs, list(orders[0][what]), what=what, key=key)


def metrics_of(monitor: Monitor) -> Sequence[str]:
    """The names of the metrics that a monitor itself reads."""
    query = monitor.threshold_query
    return query.metrics if isinstance(query, MonitorQuery) else ()


def unfed(monitor: Monitor) -> str:
    """What a monitor reads that no Worker makes, in the plural; "" for monitors of metrics, logs and other monitors."""
    return monitor.reads if monitor.reads in ("events", "check runs") else ""
