"""A month's quantities and what they cost: pure arithmetic on what was measured, the traffic and the prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from firedrill.cost.measured import Measured
from firedrill.cost.traffic import MINUTES, Traffic
from firedrill.drill.record import CPU_MS
from firedrill.vendors.rules.prices import Prices

GB = 1_000_000_000
EVENT_KB = 4.84
"""Of an average event of Workers Logs. Source: developers.cloudflare.com/observability/logs/datasets"""
LOGS_DAYS = 7
"""How long Workers Logs keeps an event. Source: developers.cloudflare.com/observability/pricing"""
MONTH_DAYS = 30

Quantities = Mapping[str, float]
"""Of a month, by the items of the table of prices, each in the item's unit."""


@dataclass(frozen=True)
class Item:
    """A line of an estimate; `cost` is None where the table has no price, `source` "" where the price has none."""

    id: str
    what: str
    unit: str
    quantity: float
    included: float
    cost: float | None
    source: str


@dataclass(frozen=True)
class Estimate:
    """What a stack costs in a month, in US dollars, by prices `dated` so.

    `requests` are those of its Workers, `alerts` its monitors, `most_metrics` the custom metrics of an hour in which
    everything happens that the drill can do. `compared` has the totals of other ways, `modelled` what was not measured.
    """

    dated: str
    items: tuple[Item, ...]
    requests: float
    alerts: int
    most_metrics: int
    compared: Mapping[str, float]
    modelled: tuple[str, ...]

    @property
    def total(self) -> float:
        """The sum of what has a price."""
        return _sum(self.items)

    @property
    def unpriced(self) -> tuple[str, ...]:
        """What is used and not in the sum, as the table has no price of it."""
        return tuple(each.what for each in self.items if each.quantity and each.cost is None)

    @property
    def per_million_requests(self) -> float | None:
        """None without a request."""
        return self.total / self.requests * 1_000_000 if self.requests else None

    @property
    def per_alert(self) -> float | None:
        """None without an alert."""
        return self.total / self.alerts if self.alerts else None


def estimate(measured: Sequence[Measured], traffic: Traffic, prices: Prices) -> Estimate:
    """What all Workers of a stack cost together; free allotments count once, as if nothing else used them."""
    month = quantities(measured, traffic)
    logs, points = (_monthly(measured, traffic, name) for name in ("logs", "points"))
    indexed = month["indexed-events"]
    many = points / logs if logs else 1.0
    others = {
        "indexing every log": {**month, "indexed-events": logs},
        "a log for each value of a metric": {
            **month,
            "log-ingest": month["log-ingest"] * many,
            "indexed-events": indexed * many,
        },
    }
    if not any(each.reads_logs for each in measured):
        others = {"indexing no log": {**month, "indexed-events": 0.0}, **others}
    return Estimate(
        dated=prices.dated,
        items=_items(month, prices, traffic.hosts),
        requests=month["worker-requests"],
        alerts=sum(each.alerts for each in measured),
        most_metrics=sum(sum(each.all_metrics.values()) for each in measured),
        compared={name: _sum(_items(each, prices, traffic.hosts)) for name, each in others.items()},
        modelled=tuple(_modelled(measured, traffic, month)),
    )


def quantities(measured: Sequence[Measured], traffic: Traffic) -> Quantities:
    """A month of every item, those of all Workers together."""

    def monthly(name: str) -> float:
        return _monthly(measured, traffic, name)

    own = [(each, traffic.of(each.worker), _minutes(each, traffic)) for each in measured]
    events_gb = monthly("events") * EVENT_KB * 1000 / GB
    sent = [(each, minutes) for worker, _, minutes in own for each in worker.sent]
    archived = [(each, minutes) for each, minutes in sent if each.kind == "r2"]
    jobs = {each.job: each.batches * MINUTES for each, _ in archived}
    uploads = {job: sum(each.records * minutes for each, minutes in archived if each.job == job) for job in jobs}
    return {
        "workers-plan": 1.0,
        "worker-requests": monthly("requests"),
        "worker-cpu": sum(
            (CPU_MS if given.cpu_ms is None else given.cpu_ms) * each.requests * minutes for each, given, minutes in own
        ),
        "object-requests": monthly("object_requests"),
        "object-duration": sum(
            each.duration_gbs * minutes if given.duration_gbs is None else given.duration_gbs
            for each, given, minutes in own
        ),
        "rows-read": monthly("rows_read"),
        "rows-written": monthly("rows_written"),
        "object-storage": sum(
            each.stored_bytes / GB if given.stored_gb is None else given.stored_gb for each, given, _ in own
        ),
        "logpush": sum(each.records * minutes for each, minutes in sent),
        "workers-logs": events_gb,
        "workers-logs-storage": events_gb * LOGS_DAYS / MONTH_DAYS,
        "archive-storage": sum(each.compressed * minutes for each, minutes in archived)
        / GB
        * traffic.archive_days
        / MONTH_DAYS,
        "archive-writes": sum(min(most, uploads[job]) for job, most in jobs.items()),
        "elsewhere": sum(each.size * minutes for each, minutes in sent if each.kind not in ("r2", "datadog")) / GB,
        "datadog-hosts": traffic.hosts,
        "log-ingest": sum(each.size * minutes for each, minutes in sent if each.kind == "datadog") / GB,
        "indexed-events": sum(
            (each.logs * traffic.indexed if each.indexed is None else each.indexed) * minutes
            for each, _, minutes in own
        ),
        "custom-metrics": float(sum(sum(each.metrics.values()) for each in measured)),
    }


def _minutes(worker: Measured, traffic: Traffic) -> float:
    """How many of its healthy minutes a Worker's month is."""
    requests = traffic.of(worker.worker).requests
    return MINUTES if requests is None or not worker.requests else requests / worker.requests


def _monthly(measured: Iterable[Measured], traffic: Traffic, name: str) -> float:
    """A month of what `name` counts in the healthy minute."""
    return float(sum(getattr(each, name) * _minutes(each, traffic) for each in measured))


def _items(month: Quantities, prices: Prices, hosts: float) -> tuple[Item, ...]:
    return tuple(
        Item(
            name,
            price.what,
            price.unit,
            month[name],
            price.included + hosts * price.included_per_host,
            price.costs(month[name], hosts),
            price.source,
        )
        for name, price in prices.items.items()
    )


def _sum(items: Iterable[Item]) -> float:
    return sum(each.cost or 0.0 for each in items)


def _modelled(measured: Sequence[Measured], traffic: Traffic, month: Quantities) -> Iterable[str]:
    """What an estimate assumes, each with what makes it exact."""
    for each in measured:
        given = traffic.of(each.worker)
        if given.requests is None or not each.requests:
            yield f"the traffic of {each.worker}: the drill's minute, {each.requests} requests, all month (requests)"
        if given.cpu_ms is None:
            yield f"CPU of {each.worker}: {CPU_MS} ms an invocation, as workerd measures none (cpuMs)"
        if given.duration_gbs is None and each.objects:
            yield f"duration of {each.worker}: as fast as this machine is (durationGBs)"
        if given.stored_gb is None and each.objects:
            yield f"storage of {each.worker}: what the {each.objects} objects of the drill's minute hold (storedGB)"
    if any(each.indexed is None for each in measured) and "indexed" not in traffic.model_fields_set:
        yield "indexed events: every log, since the stack declares no index (indexed)"
    if month["workers-logs"]:
        yield f"Workers Logs: {EVENT_KB} KB an event, the vendor's average"
