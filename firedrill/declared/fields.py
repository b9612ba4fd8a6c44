"""The fields of Logpush's records that something reads, computed from what is declared, and those that a job lacks."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from firedrill.declared.declaration import Declared, Json, kind_of
from firedrill.resources import (
    DASHBOARD,
    DASHBOARD_JSON,
    LOGS_METRIC,
    LOGS_PIPELINE,
    MONITOR,
    MONITOR_JSON,
    SERVICE_LEVEL_OBJECTIVE,
)
from firedrill.vendors.cloudflare.filter import compile_filter
from firedrill.vendors.cloudflare.probes import records
from firedrill.vendors.cloudflare.rules.destinations.address import address, delivers_to_datadog
from firedrill.vendors.cloudflare.rules.fields import FIELDS
from firedrill.vendors.cloudflare.rules.filters import compared, filter_breaches
from firedrill.vendors.cloudflare.rules.jobs import carries_workers
from firedrill.vendors.datadog.readers import Reader, readers
from firedrill.vendors.datadog.search.pins import pinned

READING = (DASHBOARD, DASHBOARD_JSON, LOGS_METRIC, LOGS_PIPELINE, MONITOR, MONITOR_JSON, SERVICE_LEVEL_OBJECTIVE)
"""Types of resources that read what is in logs, or what is made of them."""

METRIC = kind_of(LOGS_METRIC)

MOST_NAMED = 3
"""Readers of one kind that a message names."""


@dataclass(frozen=True)
class Lack:
    """A field that a job does not select although something reads it; as text what is wrong and what to do."""

    job: str
    field: str
    readers: tuple[Reader, ...]

    def __str__(self) -> str:
        return f"Logpush job {self.job!r}: output_options.field_names lacks {self.field}, which {self.who}; select it"

    @property
    def who(self) -> str:
        """Who reads it, by name: "the metric 'a' reads"."""
        by_kind: dict[str, list[str]] = {}
        for kind, name in self.readers:
            by_kind.setdefault(kind, []).append(name)
        told = [_told(kind, names) for kind, names in by_kind.items()]
        listed = " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)
        return f"{listed} {'reads' if len(self.readers) == 1 else 'read'}"


@dataclass(frozen=True)
class Withheld(Lack):
    """A field by which a job's filter keeps records back although something reads it."""

    def __str__(self) -> str:
        return (
            f"Logpush job {self.job!r}: filter keeps records back by {self.field}, which {self.who}; filter on "
            "ScriptName alone, and give what is to have fewer records a job of its own"
        )


def read_fields(
    declared: Declared, conf: str, leaving_out: Callable[[Json], bool] = lambda _: False
) -> dict[str, list[Reader]]:
    """The fields that are read of the records that a job with this destination_conf delivers to Datadog, by whom.

    Log-based metrics (API JSON) for which `leaving_out` is true read nothing, nor does what is made of them.
    """
    parts = address(conf)
    reserved = {"source": parts.get("ddsource"), "service": parts.get("service")}
    specs: dict[str, list[Json]] = {kind_of(token): [] for token in READING}
    for each in declared.declarations:
        if each.kind in specs and each.spec and not (each.kind == METRIC and leaving_out(each.spec)):
            specs[each.kind].append(each.spec)
    found = readers(specs, {name: value for name, value in reserved.items() if value})
    return {name: found[name] for name in FIELDS if name in found}


def lacks(declared: Declared) -> Iterator[Lack]:
    """What the jobs to Datadog do not select and something that is declared beside them reads."""
    for job_name, job, conf in _jobs_to_datadog(declared):
        selected = (job.get("output_options") or {}).get("field_names") or ()
        for name, found in read_fields(declared, conf).items():
            if name not in selected:
                yield Lack(job_name, name, tuple(found))


def withheld(declared: Declared) -> Iterator[Withheld]:
    """By what the jobs to Datadog keep records of Workers back that something declared beside them reads."""
    for job_name, job, conf in _jobs_to_datadog(declared):
        text = str(job.get("filter") or "")
        if any(filter_breaches(text)):
            continue  # told by the door itself
        by = compared(text)
        workers = sorted(by.pop("ScriptName", set())) or ["worker"]
        accepts = compile_filter(text, "")
        passing, kept_back = list[Json](), list[Json]()
        for record in records(workers):
            (passing if accepts(record) else kept_back).append(record)
        for name in by if kept_back else ():
            gone = {str(each[name]) for each in kept_back} - {str(each[name]) for each in passing}
            found = read_fields(declared, conf, partial(_asks_for_others, name, gone)).get(name, ())
            counting = tuple(reader for reader in found if reader.kind not in ("pipeline", "processor"))
            if counting:
                yield Withheld(job_name, name, counting)


def _asks_for_others(name: str, gone: Container[str], metric: Json) -> bool:
    """Whether the search of a log-based metric asks for values of a field, and for none of those that are gone."""
    values = pinned(str((metric.get("filter") or {}).get("query", "*"))).get(f"@{name}", ())
    return bool(values) and not any(value in gone for value in values)


def _jobs_to_datadog(declared: Declared) -> Iterator[tuple[str, Json, str]]:
    """The jobs that deliver records of Workers to Datadog: name, API JSON and destination_conf of each."""
    for each in declared.declarations:
        job = each.spec or {}
        conf = str(job.get("destination_conf") or "")
        if each.kind == "Logpush job" and carries_workers(job) and delivers_to_datadog(conf):
            yield each.name, job, conf


def _told(kind: str, names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"the {kind}{'s' if len(names) > 1 else ''} {', '.join(map(repr, names[:MOST_NAMED]))}{more}"
