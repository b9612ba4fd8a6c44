"""Monitors with the states of their groups, as GET /api/v1/monitor/{id}?group_states=all answers with them, or a list.

Source: docs.datadoghq.com/api/latest/monitors/get-a-monitors-details
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from firedrill.declared.declaration import Json
from firedrill.standalone.read import Source, parse_objects
from firedrill.standalone.words import shortened
from firedrill.vendors.datadog.dates import LATEST_MS
from firedrill.vendors.errors import FiredrillError

Group = frozenset[str]
TIMES = ("last_triggered_ts", "last_resolved_ts", "last_nodata_ts")
"""What an answer says of a group's past, in seconds since the epoch."""


@dataclass(frozen=True)
class HeldGroup:
    """A group's status, and the times of TIMES that there are."""

    status: str
    times_s: Mapping[str, int]


@dataclass(frozen=True)
class HeldMonitor:
    """A monitor by its id ("" for none) and name, and its groups; a monitor without groups has the empty one."""

    id: str
    name: str
    groups: Mapping[Group, HeldGroup]
    place: str


def read_monitors(sources: Sequence[Source]) -> list[HeldMonitor]:
    """Every monitor of the files. Raises FiredrillError for what is none, or is without the states of its groups."""
    found = [
        _monitor(entry, f"{source.name}, monitor {number}")
        for source in sources
        for number, entry in enumerate(parse_objects(source, "monitor"), start=1)
    ]
    if not found:
        raise FiredrillError(f"{', '.join(source.name for source in sources)} holds no monitor; export it again.")
    return found


def _monitor(entry: Json, place: str) -> HeldMonitor:
    if entry.get("errors"):
        raise FiredrillError(f"{place}: the API answered with an error: {shortened(entry['errors'])}")
    name, state = entry.get("name"), entry.get("state")
    if not isinstance(name, str) or "query" not in entry:
        raise FiredrillError(
            f"{place} is {shortened(entry)}; it should be what GET /api/v1/monitor/ID?group_states=all answers with."
        )
    groups = state.get("groups") if isinstance(state, dict) else None
    if isinstance(groups, dict):
        return HeldMonitor(str(entry.get("id") or ""), name, dict(_groups(groups, place)), place)
    raise FiredrillError(f"{place} {name!r} has no state.groups; export it with ?group_states=all.")


def _groups(groups: Json, place: str) -> Iterator[tuple[Group, HeldGroup]]:
    for name, fields in groups.items():
        where = f"{place}, group {name!r}"
        if not isinstance(fields, dict) or not isinstance(fields.get("status"), str):
            raise FiredrillError(f"{where} is {shortened(fields)}; allowed: an object with a 'status'.")
        times = {key: fields[key] for key in TIMES if fields.get(key)}
        for key, value in times.items():
            if isinstance(value, bool) or not isinstance(value, int) or not 0 < 1000 * value <= LATEST_MS:
                raise FiredrillError(f"{where}: {key} is {shortened(value)}; allowed: seconds since 1970.")
        group = frozenset(tag for tag in name.split(",") if tag and tag != "*")
        yield group, HeldGroup(fields["status"], times)
