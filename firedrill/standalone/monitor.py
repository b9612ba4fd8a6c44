"""`firedrill monitor`: monitors run once a minute over what the files hold, with and without the downtimes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from firedrill.declared.declaration import Declared, Json
from firedrill.organisation import compile_downtimes
from firedrill.standalone.recording import Files, Recording, record
from firedrill.vendors.datadog.modelled import UNDOCUMENTED
from firedrill.vendors.datadog.monitors import (
    Composite,
    Downtime,
    Monitor,
    Notification,
    Run,
    Threshold,
    check_monitors,
    compile_composite,
    parse_monitors,
    parse_rules,
    run,
)
from firedrill.vendors.datadog.monitors.compilers import Compiler
from firedrill.vendors.datadog.monitors.downtimes import modelled_of
from firedrill.vendors.datadog.monitors.problems import UNSUPPORTED
from firedrill.vendors.datadog.monitors.states import Times
from firedrill.vendors.datadog.objectives import compilers_with
from firedrill.vendors.datadog.queries.store import PointStore
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.suggestions import hint

MINUTE_MS = 60_000
MOST_MINUTES = 366 * 24 * 60


@dataclass(frozen=True)
class Muted:
    """A notification that downtimes keep back, and their scopes."""

    notification: Notification
    downtimes: tuple[str, ...]


@dataclass(frozen=True)
class Watched:
    """Monitors run over a recording of `files`; what is shown begins at the place `first` in the run's times."""

    monitors: Sequence[Monitor]
    files: Files
    recording: Recording
    ran: Run
    kept_back: Sequence[Muted]
    first: int
    left_out: Sequence[str] = ()
    """Monitors that cannot be evaluated here, each with the reason as a sentence."""

    @property
    def times_s(self) -> Times:
        """The times that are shown."""
        return self.ran.times_s[self.first :]

    @property
    def notifications(self) -> list[Notification]:
        """The notifications that are shown."""
        return [sent for sent in self.ran.notifications if sent.step >= self.first]

    @property
    def muted(self) -> list[Muted]:
        """The muted notifications that are shown."""
        return [muted for muted in self.kept_back if muted.notification.step >= self.first]


@dataclass(frozen=True)
class Span:
    """When to show states: by default from the end of the files' first minute to the end of their last one.

    `minutes` says how long instead of `to_ms`. Evaluation always begins with the files, as states have a history.
    """

    from_ms: int | None = None
    to_ms: int | None = None
    minutes: int | None = None


def watch(declared: Declared, files: Files, span: Span = Span(), names: Collection[str] = ()) -> Watched:
    """Run the monitors of a file, or those with one of the `names`, over the `files`, once a minute.

    Raises FiredrillError for mistakes in any file, for a span that ends before it begins or lasts over a year, and
    where none of the monitors can be evaluated.
    """
    slos = {str(each["id"]): each for each in declared.of("SLO") if each.get("id")}
    monitors, left_out = _evaluated(_chosen(declared, names), compilers_with(slos, elsewhere=True))
    downtimes, rules = compile_downtimes(declared), parse_rules(declared.of("notification rule"))
    recording = record(files, declared, monitors)
    remarks = (f"{UNDOCUMENTED}: {text}" for text in modelled_of(downtimes))
    recording = replace(recording, remarks=(*recording.remarks, *remarks))
    times_s, first = _times(recording, span)
    monitors, unread = _read(monitors, recording.store, times_s[:1])
    ran = run(monitors, recording.store, times_s, downtimes, rules)
    loud = run(monitors, recording.store, times_s, rules=rules) if downtimes else ran
    return Watched(
        monitors, files, recording, ran, _kept_back(monitors, downtimes, ran, loud), first, [*left_out, *unread]
    )


def _evaluated(specs: Sequence[Json], compilers: Mapping[str, Compiler]) -> tuple[list[Monitor], list[str]]:
    """The monitors that can be evaluated, and why the others cannot."""
    compiled, problems = check_monitors(specs, compilers)
    names = {each.id: each.monitor for each in problems} | {each.id: each.name for each in compiled}
    unsupported = [each for each in reversed(problems) if each.rule in UNSUPPORTED]
    reasons = {each.id: f"{each.text} is not supported by the emulator." for each in unsupported}
    kept, left_out = _without(reasons, compiled, names)
    if not kept or any(each.rule not in (*UNSUPPORTED, "warning") for each in problems):
        parse_monitors(specs, compilers)  # which says what is wrong
    return kept, left_out


def _read(monitors: Sequence[Monitor], store: PointStore, times_s: Times) -> tuple[list[Monitor], list[str]]:
    """The monitors whose metrics keep what they ask for, and why the others are not evaluated.

    Raises FiredrillError where none is left.
    """
    wrong: dict[str, FiredrillError] = {}
    for monitor in monitors:
        if isinstance(monitor.condition, Threshold):
            try:
                monitor.condition.query.evaluate(store, times_s)
            except FiredrillError as error:
                wrong[monitor.id] = error
    names = {each.id: each.name for each in monitors}
    kept, left_out = _without({id_: str(error) for id_, error in wrong.items()}, monitors, names)
    if not kept:
        raise next(iter(wrong.values()))
    return kept, left_out


def _without(
    reasons: Mapping[str, str], monitors: Sequence[Monitor], names: Mapping[str, str]
) -> tuple[list[Monitor], list[str]]:
    """The monitors without those that have a reason, and their composites; and the sentences about these."""
    found = dict(reasons)
    for monitor in monitors:
        part = next((id_ for id_ in _parts(monitor) if id_ in found), None)
        if part is not None and monitor.id not in found:
            found[monitor.id] = f"it combines {names[part]!r}, which is not evaluated."
    told = [f"monitor {names[id_]!r} is not evaluated: {text}" for id_, text in found.items()]
    return [each for each in monitors if each.id not in found], told


def _parts(monitor: Monitor) -> Collection[str]:
    return monitor.condition.ids if isinstance(monitor.condition, Composite) else ()


def _kept_back(monitors: Sequence[Monitor], downtimes: Sequence[Downtime], ran: Run, loud: Run) -> list[Muted]:
    """The notifications of the `loud` run, which knows no downtimes, that a downtime has kept from being sent."""
    by_id = {monitor.id: monitor for monitor in monitors}
    sent = {(each.monitor_id, each.group, each.step) for each in ran.notifications}
    missing = [each for each in loud.notifications if (each.monitor_id, each.group, each.step) not in sent]
    muted = (
        Muted(each, tuple(one.name for one in downtimes if one.mutes(by_id[each.monitor_id], each.group, each.time_s)))
        for each in missing
    )
    return [each for each in muted if each.downtimes]


def _chosen(declared: Declared, names: Collection[str]) -> list[Json]:
    """The monitors with one of the names (all of them without names), and those that their composites are made of."""
    specs = declared.of("monitor")
    known = [str(spec.get("name")) for spec in specs]
    if not specs:
        raise FiredrillError(f"{declared.place} declares no monitor; there is nothing to evaluate.")
    if unknown := [name for name in names if name not in known]:
        told = f"{unknown[0]!r}{hint(unknown[0], known)}"
        raise FiredrillError(f"{declared.place} declares no monitor {told}; it declares {', '.join(map(repr, known))}.")
    chosen = [spec for spec, name in zip(specs, known, strict=True) if not names or name in names]
    composites = (compile_composite(spec["query"]) for spec in chosen if spec.get("type") == "composite")
    parts = {part for composite in composites for part in composite.ids}
    return [spec for spec in specs if spec in chosen or str(spec.get("id")) in parts]


def _times(recording: Recording, span: Span) -> tuple[Times, int]:
    """The times to evaluate at, and the place of the first that is shown."""
    begin = recording.begin_ms // MINUTE_MS + 1
    first = begin if span.from_ms is None else -(-span.from_ms // MINUTE_MS)
    end_ms = recording.end_ms if span.to_ms is None else span.to_ms
    last = -(-end_ms // MINUTE_MS) if span.minutes is None else first + span.minutes
    begin = min(begin, first)
    if last < first:
        raise FiredrillError("the time to evaluate ends before it begins; change --from, --to or --minutes.")
    if last - begin > MOST_MINUTES:
        raise FiredrillError(
            f"the time to evaluate lasts {last - begin} minutes, at most {MOST_MINUTES} are allowed; "
            "bring the times in the files and --from, --to or --minutes closer together."
        )
    return np.arange(begin, last + 1, dtype=np.int64) * (MINUTE_MS // 1000), first - begin
