"""A program without an ObservedService, by Worker: what the drill of each of its Workers has to look at."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from firedrill.declared.declaration import Declaration, Declared
from firedrill.declared.ownership import workers_named
from firedrill.vendors.cloudflare.filter import compile_filter
from firedrill.vendors.cloudflare.probes import records
from firedrill.vendors.cloudflare.rules.destinations.check import kind_of
from firedrill.vendors.cloudflare.rules.filters import filter_breaches


def hand_written(declared: Declared) -> list[Declared]:
    """What is declared for each WorkersScript: all but other scripts, others' monitors, and jobs without its records.

    A monitor that names no Worker belongs to all. A Worker without any monitor is left out where another one has some.
    With one WorkersScript, or none, everything is its own; of several jobs to Datadog, those that send its records.
    """
    scripts = [each for each in declared.declarations if each.kind == "WorkersScript"]
    monitors = {each.id: each for each in declared.declarations if each.kind == "monitor"}
    named = {id_: _named(each, monitors, [script.name for script in scripts]) for id_, each in monitors.items()}
    shared = not all(named.values())
    watched = [each for each in scripts if shared or any(each.name in names for names in named.values())]
    return [_part(declared, script, named) for script in watched or scripts] or [declared]


def _part(declared: Declared, script: Declaration, named: Mapping[str, Sequence[str]]) -> Declared:
    several = sum(each.kind == "Logpush job" and _to_datadog(each) for each in declared.declarations) > 1
    monitors = {id_ for id_, names in named.items() if not names or script.name in names}
    monitors |= {part for each in declared.declarations if each.id in monitors for part in _parts(each)}

    def is_own(each: Declaration) -> bool:
        if each.kind == "WorkersScript":
            return each is script
        if each.kind == "Logpush job":
            return not (several and _to_datadog(each)) or _carries(each, script.name)
        return each.kind != "monitor" or each.id in monitors

    return replace(declared, declarations=tuple(filter(is_own, declared.declarations)))


def _named(monitor: Declaration, monitors: Mapping[str, Declaration], scripts: Sequence[str]) -> list[str]:
    """The Workers that a monitor is about; a composite is about those of its parts."""
    own = workers_named(*_said(monitor), scripts)
    if own:
        return own
    parts = [monitors[part] for part in _parts(monitor) if part in monitors and part != monitor.id]
    return sorted({name for part in parts for name in workers_named(*_said(part), scripts)})


def _said(monitor: Declaration) -> tuple[Sequence[str], str]:
    spec = monitor.spec or {}
    return spec.get("tags") or (), str(spec.get("query"))


def _parts(monitor: Declaration) -> list[str]:
    """The ids of the monitors that a composite combines."""
    spec = monitor.spec or {}
    return re.findall(r"\d+", str(spec.get("query"))) if spec.get("type") == "composite" else []


def _to_datadog(job: Declaration) -> bool:
    return job.spec is not None and kind_of(str(job.spec.get("destination_conf"))) == "datadog"


def _carries(job: Declaration, script: str) -> bool:
    """Whether a job sends any record of a Worker; one whose filter is wrong is kept, to be refused."""
    text = str((job.spec or {}).get("filter") or "")
    if not text or any(filter_breaches(text)):
        return True
    accepts = compile_filter(text, "")
    return any(accepts(record) for record in records([script]))
