"""What `firedrill monitor` prints: one JSON object per group and minute, or a table of changes to read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from firedrill.report.machine import iso
from firedrill.schemas import VERSION
from firedrill.standalone.deciding import Seen, decided, deciding_rule, seen
from firedrill.standalone.minutes import Minute, minutes_of
from firedrill.standalone.monitor import Muted, Watched
from firedrill.standalone.words import count, shortened
from firedrill.vendors.datadog.modelled import UNDOCUMENTED
from firedrill.vendors.datadog.monitors import Notification
from firedrill.vendors.datadog.queries.store import PointStore

_COLUMNS = ("time", "monitor", "group", "from", "to", "value")
_MOST_ROWS = 5
"""Logs, events or check runs of one evaluation that the text shows; the JSON has all."""


def minute_json(minute: Minute, store: PointStore | None = None) -> str:
    """A minute as one line; with a `store` also what decided, and what each query saw when the state changed."""
    fields: dict[str, Any] = {
        "version": VERSION,
        "monitor": minute.monitor.name,
        "group": minute.group,
        "time": iso(minute.time_s * 1000),
        "state": minute.state.label,
        "value": minute.value,
        "notification": _sent(minute.notification),
    }
    if minute.muted:
        kept_back = minute.muted.notification
        fields["muted"] = {"kind": kept_back.kind, "title": kept_back.title, "downtimes": list(minute.muted.downtimes)}
    if minute.modelled:
        fields["modelled"] = list(minute.modelled)
    if store is not None and minute.timeline is not None:
        fields["explain"] = {
            "outcome": minute.outcome.reason,
            "decided": decided(minute),
            "queries": [_seen_json(each) for each in seen(minute, store)] if minute.changed else [],
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
    about = [(sent.step, _notification(sent)) for sent in watched.notifications]
    about += [(muted.notification.step, _muted(muted)) for muted in watched.muted]
    for _, lines in sorted(about, key=itemgetter(0)):
        yield ""
        yield from lines
    for modelled in sorted({text for minute in minutes for text in minute.modelled}):
        yield ""
        yield f"{UNDOCUMENTED}: {modelled}"
    if explain:
        yield from _explanation(minutes, watched.recording.store)


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
    yield f"{_iso(sent.time_s)} {sent.kind}{_of(sent.group)}, to {', '.join(sent.handles) or 'nobody'}: {sent.title}"
    yield from (f"  | {line}" for line in sent.message.splitlines())


def _muted(muted: Muted) -> Iterator[str]:
    sent, scopes = muted.notification, " and ".join(map(repr, muted.downtimes))
    yield f"{_iso(sent.time_s)} {sent.kind}{_of(sent.group)}, muted by downtime {scopes}: {sent.title}"


def _of(group: Sequence[str]) -> str:
    return f" of {','.join(group)}" if group else ""


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
                yield from (f"    {_seen_text(each)}" for each in seen(first, store))


def _seen_json(seen: Seen) -> dict[str, Any]:
    """Rows as [time, value] for buckets, else as objects with a time."""
    times = [iso(time_ms) for time_ms, _ in seen.rows]
    rows = [
        [time, row] if seen.what == "buckets" else {"time": time, **row}
        for time, (_, row) in zip(times, seen.rows, strict=True)
    ]
    filled = {"interpolated": [iso(each) for each in sorted(seen.interpolated)]} if seen.interpolated else {}
    return {"query": seen.query, "group": seen.group, seen.what.replace(" ", "_"): rows, **filled}


def _seen_text(seen: Seen) -> str:
    about = f"{seen.query}{f' of {seen.group}' if seen.group else ''}"
    if seen.what == "buckets":
        filled = dict.fromkeys(seen.interpolated, " (interpolated)")
        cells = (f"{_clock(at_ms)} {_cell(value)}{filled.get(at_ms, '')}" for at_ms, value in seen.rows)
        return f"{about}: {', '.join(cells)}"
    shown = seen.rows[-_MOST_ROWS:]
    known = f"the last {len(shown)} of {len(seen.rows)}" if len(shown) < len(seen.rows) else str(len(shown))
    rows = ", ".join(f"{_clock(at_ms)} {_row(row)}" for at_ms, row in shown)
    noun = seen.what if len(seen.rows) != 1 else seen.what.removesuffix("s")
    return f"{about}: {known} {noun}: {rows}" if rows else f"{about}: no {noun}"


def _row(row: dict[str, Any]) -> str:
    """A record by its title or message, with what is measured of it; a run by its status and message."""
    measured = [",".join(map(str, row["values"]))] if "values" in row else []
    named = [row["status"]] if "status" in row else []
    said = row.get("title") or row["message"]
    return " ".join([*named, *measured, *([shortened(said)] if said else [])])


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


def _clock(time_ms: int) -> str:
    return iso(time_ms)[11:19]


def _iso(time_s: int) -> str:
    return iso(int(time_s) * 1000)
