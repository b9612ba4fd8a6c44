"""What `firedrill monitor` prints: one JSON object per group and minute, or a table of changes to read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from firedrill.report.machine import iso
from firedrill.standalone.monitor import Minute, Watched, buckets, decided, deciding_rule, minutes_of
from firedrill.standalone.text import count
from firedrill.vendors.datadog.monitors import Notification
from firedrill.vendors.datadog.queries import SubQuery
from firedrill.vendors.datadog.queries.store import PointStore

_COLUMNS = ("time", "monitor", "group", "from", "to", "value")


def minute_json(minute: Minute, store: PointStore | None = None) -> str:
    """A minute as one line; with a `store` also what decided, and the buckets of the query when the state changed."""
    fields: dict[str, Any] = {
        "monitor": minute.monitor.name,
        "group": minute.group,
        "time": iso(minute.time_s * 1000),
        "state": minute.state.label,
        "value": minute.value,
        "notification": _sent(minute.notification),
    }
    if minute.modelled:
        fields["modelled"] = list(minute.modelled)
    if store is not None and minute.timeline is not None:
        queries = buckets(minute, store) if minute.changed else []
        fields["explain"] = {
            "outcome": minute.outcome.reason,
            "decided": decided(minute),
            "queries": [
                {"query": each.text, "group": ",".join(each.group), "buckets": [list(pair) for pair in _numbers(each)]}
                for each in queries
            ],
        }
    return json.dumps(fields, ensure_ascii=False)


def watched_text(watched: Watched, *, explain: bool = False) -> Iterator[str]:
    """The lines of a table of changes, what was notified, and with `explain` what decided each state."""
    minutes = list(minutes_of(watched))
    times_s = watched.times_s
    groups = sum(len(timelines) for timelines in watched.ran.timelines.values())
    yield (
        f"{count(len(watched.monitors), 'monitor')}, {count(groups, 'group')}, {count(len(times_s), 'evaluation')} "
        f"from {_iso(times_s[0])} to {_iso(times_s[-1])}"
    )
    yield ""
    changes = [_cells(minute) for minute in minutes if minute.changed]
    yield from _table([_COLUMNS, *changes]) if changes else ["no state changed"]
    for notification in watched.notifications:
        yield ""
        yield from _notification(notification)
    for modelled in sorted({text for minute in minutes for text in minute.modelled}):
        yield ""
        yield f"modelled, as Datadog does not document it: {modelled}"
    if explain:
        yield from _explanation(minutes, watched.store)


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows with their columns aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _sent(notification: Notification | None) -> dict[str, Any] | None:
    if notification is None:
        return None
    return {
        "kind": notification.kind,
        "title": notification.title,
        "message": notification.message,
        "handles": list(notification.handles),
        "priority": notification.priority,
    }


def _cells(change: Minute) -> tuple[str, ...]:
    before, after, value = change.before.label, change.state.label, change.value
    return _iso(change.time_s), change.monitor.name, change.group, before, after, "" if value is None else f"{value:g}"


def _notification(sent: Notification) -> Iterator[str]:
    group = f" of {','.join(sent.group)}" if sent.group else ""
    yield f"{_iso(sent.time_s)} {sent.kind}{group}, to {', '.join(sent.handles) or 'nobody'}: {sent.title}"
    yield from (f"  | {line}" for line in sent.message.splitlines())


def _explanation(minutes: Sequence[Minute], store: PointStore) -> Iterator[str]:
    """By group, each stretch of minutes that one rule decided: what decided the first, and on which buckets."""
    evaluated = [minute for minute in minutes if minute.timeline is not None]
    for (monitor, group), members in groupby(evaluated, lambda minute: (minute.monitor.name, minute.group)):
        yield ""
        yield f"why {monitor}{f' of {group}' if group else ''}:"
        for _, stretch in groupby(members, lambda minute: (minute.state, deciding_rule(minute))):
            first, *rest = stretch
            until = f" to {_iso(rest[-1].time_s)}" if rest else ""
            yield f"  {_iso(first.time_s)}{until}: {first.state.label}, as {decided(first)}"
            if first.changed:
                yield from (f"    {_buckets(query)}" for query in buckets(first, store))


def _buckets(query: SubQuery) -> str:
    group = f" of {','.join(query.group)}" if query.group else ""
    values = ", ".join(f"{time[11:19]} {'-' if value is None else f'{value:g}'}" for time, value in _numbers(query))
    return f"{query.text}{group}: {values}"


def _numbers(query: SubQuery) -> list[tuple[str, float | None]]:
    """(start of the bucket, value) pairs."""
    return [(_iso(start_s), None if np.isnan(value) else value) for start_s, value in query.buckets]


def _iso(time_s: int) -> str:
    return iso(int(time_s) * 1000)
