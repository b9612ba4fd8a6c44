"""Logs that were sent, through the pipelines, beside those that Datadog holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from firedrill.organisation import Logging
from firedrill.standalone.compare.findings import Difference, Found, Tally
from firedrill.standalone.compare.held_logs import Export, Held
from firedrill.standalone.compare.matching import FIELDS, Matched, match
from firedrill.standalone.compare.replay import Sending, Sent, indexed, writers
from firedrill.standalone.compare.values import Change, changes, tag_changes
from firedrill.standalone.words import iso_ms
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.pipelines import Writer
from firedrill.vendors.datadog.processors import kinds
from firedrill.vendors.errors import FiredrillError

AS_SENT = "as it was sent, no processor wrote it"
UNDECLARED = "nothing that is declared writes it"
_ECHOES = ("service", "source", "host")
"""Reserved attributes that may be among the tags of an export, too."""


def compare_logs(
    sent: Sequence[Sent],
    export: Export,
    logging: Logging,
    sending: Sending,
    *,
    id_path: str = "",
    ignored: Collection[str] = (),
) -> tuple[Found, Matched]:
    """Every difference; `ignored` are fields, tags ("tag env") and attributes, with what is inside them.

    Raises FiredrillError when the two cannot have anything in common.
    """
    _require_overlap(sent, export.logs)
    placed = indexed(sent, logging.indexes.copy()) if export.indexed and logging.indexes else sent
    matched = match([each for each in placed if not each.not_held], export.logs, id_path)
    found = Found(Tally(), remarks=list(export.remarks), matched=matched.ways)
    reasons = Counter(each.not_held for each in placed if each.not_held)
    found.remarks += [f"{_number(count)} not expected in the export: {why}" for why, count in sorted(reasons.items())]
    if undated := sum(not each.dated for each in matched.missing + [pair[0] for pair in matched.pairs]):
        found.remarks.append(f"{_number(undated)} without a date, taken to be received at the date that Datadog has")
    for one, held in matched.pairs:
        differing = [each for each in _changes(one, held.log) if not _is_ignored(each[0], ignored)]
        found.tally.add(kind for _, kind, _, _ in differing)
        made = writers(one, logging, sending) if differing else {}
        found.differences += [_difference(one, each, made) for each in differing]
    for one in matched.missing:
        found.tally.missing += 1
        where = f"sent log {one.number}, {iso_ms(one.log.timestamp) if one.dated else 'without a date'}"
        found.differences.append(Difference("log", "missing", "log", where, expected=one.log.message))
    for held in matched.extra:
        found.tally.extra += 1
        where = f"{held.where}, {iso_ms(held.log.timestamp)}"
        found.differences.append(Difference("log", "extra", "log", where, got=held.log.message))
    return found, matched


def received(sent: Sequence[Sent], matched: Matched) -> list[Sent]:
    """The logs that metrics and monitors are made of: one without a date arrived at the date that Datadog has."""
    dates = {one.number: held.log.timestamp for one, held in matched.pairs}
    known = (each for each in sent if each.dated or each.number in dates)
    return [each if each.dated else replace(each, received_ms=dates[each.number]) for each in known]


def _require_overlap(sent: Sequence[Sent], held: Sequence[Held]) -> None:
    ours = [each.log.timestamp for each in sent if each.dated and not each.not_held]
    theirs = [each.log.timestamp for each in held]
    if ours and (max(ours) < min(theirs) or max(theirs) < min(ours)):
        raise FiredrillError(
            f"the logs sent are from {iso_ms(min(ours))} to {iso_ms(max(ours))}, those of the export from "
            f"{iso_ms(min(theirs))} to {iso_ms(max(theirs))}: they have no time in common; export the time of the logs."
        )


def _changes(sent: Sent, held: Log) -> Iterator[Change]:
    log = sent.log
    for name in FIELDS:
        expected, got = getattr(log, name), getattr(held, name)
        if expected != got:
            yield name, "differs", expected, got
    if sent.dated and log.timestamp != held.timestamp:
        yield "date", "differs", iso_ms(log.timestamp), iso_ms(held.timestamp)
    echoes = {f"{name}:{getattr(held, name)}" for name in _ECHOES} - set(log.tags)
    yield from tag_changes(log.tags, [tag for tag in held.tags if tag not in echoes])
    yield from changes(log.attributes, held.attributes)


def _is_ignored(path: str, ignored: Collection[str]) -> bool:
    return any(path == each or path.startswith(f"{each}.") for each in ignored)


def _difference(sent: Sent, change: Change, made: Mapping[str, Writer]) -> Difference:
    path, kind, expected, got = change
    writer = _writer(path, made)
    unmade = UNDECLARED if kind == "extra" else AS_SENT
    feature = kinds()[writer.type].feature if writer and writer.type in kinds() else None
    return Difference(
        "log",
        kind,
        path,
        f"sent log {sent.number}, {iso_ms(sent.log.timestamp)}",
        expected,
        got,
        cause=f"processor {writer.processor!r} of {writer.pipeline!r}" if writer else unmade,
        modelled=(f"{writer.type}: {feature.note}",) if writer and feature and feature.status == "modelled" else (),
    )


def _writer(path: str, made: Mapping[str, Writer]) -> Writer | None:
    """Who wrote a path; of an object whoever wrote a part of it, of a part whoever wrote the object."""
    name = {"date": "timestamp"}.get(path, "tags" if path.startswith("tag ") else path)
    inside = (writer for wrote, writer in made.items() if wrote.startswith(f"{name}.") or name.startswith(f"{wrote}."))
    return made.get(name) or next(inside, None)


def _number(count: int) -> str:
    return f"{count:,} log{'' if count == 1 else 's'} sent"
