"""What a metric says, or should say: one value under the metric's tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from firedrill.runtime.take import Take
from firedrill.vendors.datadog.rules.tags import normalised

EVENTS = {
    "alarm": "alarm",
    "webSocketMessage": "message",
    "webSocketClose": "close",
    "webSocketError": "socket_error",
}
"""The operations that the platform delivers, by the method of the object."""


class Fact(NamedTuple):
    """A value of the metric `key`, without the prefix of its name; of an object's invocation the number of its deed.

    What the drill measures from inside of the Worker's own measurement is at least `value` and at most `most`.
    """

    key: str
    tags: tuple[str, ...]
    value: float
    deed: int | None = None
    most: float | None = None
    object: str = ""
    """The object of a record that no deed is of: the platform called what the class has not."""


def fact(key: str, value: float = 1, deed: int | None = None, most: float | None = None, /, **tags: str) -> Fact:
    """The fact with its tags as Datadog keeps them; `class_` stands for class."""
    named = (f"{name.rstrip('_')}:{each}" for name, each in tags.items())
    return Fact(key, tuple(sorted(map(normalised, named))), value, deed, most)


def overlapped(take: Take) -> frozenset[str]:
    """The objects that were called while they ran: their console lines are in one another's records (ADR 8).

    What runs without waiting has ended when the next call begins, yet that one was delivered before.
    """
    spans: dict[str, list[tuple[float, float]]] = {}
    endless = sum(2 + 2 * len(deed.calls) for deed in take.deeds)
    called: Counter[str] = Counter()
    for deed in take.deeds:
        for call in deed.calls:
            called[call.id] += 1
            spans.setdefault(call.id, []).append((call.began, endless if call.ended is None else call.ended))
        if deed.class_name and deed.what in EVENTS:
            called[deed.object] += 1
            spans.setdefault(deed.object, []).append((deed.began, endless if deed.ended is None else deed.ended))
    mixed = {id_ for id_, each in spans.items() if _meet(each)}
    return frozenset(mixed | {deed.object for deed in take.deeds if deed.overlapped} | {*_by_records(take, called)})


def _by_records(take: Take, called: Mapping[str, int]) -> Iterator[str]:
    """Objects that overlapped by their records' times, in ms: of those alone that others called than the handlers."""
    run = Counter(deed.object for deed in take.deeds if deed.class_name)
    spans: dict[str, list[tuple[float, float]]] = {}
    for invocation in take.invocations:
        if (id_ := str(invocation.item.get("durableObjectId") or "")) and run[id_] > called[id_]:
            begins = invocation.item["eventTimestamp"]
            spans.setdefault(id_, []).append((begins, begins + invocation.wall_ms + 1))
    return (id_ for id_, each in spans.items() if _meet(each))


def _meet(spans: list[tuple[float, float]]) -> bool:
    """Whether any begins before another has ended."""
    return any(one[1] > other[0] for one, other in pairwise(sorted(spans)))
