"""What has to be known of a Worker to say what its metrics should: learnt from what the drill saw of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from firedrill.drill.truth.calls import asked, operations
from firedrill.drill.truth.fact import EVENTS, Fact
from firedrill.runtime.deeds import Deed
from firedrill.runtime.take import Take
from firedrill.scenarios.marks import line_in
from firedrill.scenarios.watched import WatchedClass
from firedrill.vendors.datadog.rules.tags import normalised

EVERYTHING = "*"
"""Stands for all tables of an object together."""
UNNAMED = ""
"""Stands for the operations of a class that the Worker names in a way of its own."""


@dataclass(frozen=True)
class Known:
    """Of each class its declaration, and by (class, method) what that is called: UNNAMED where the Worker decides.

    `telling` are (class, field) of which there is any telemetry: what is optional, such as rows, is only compared where
    a class tells of it at all. `clearing` and `looking` are the (class, method) that remove everything and that answer
    404 for what is not there. `entries` is the table whose rows a class reports as its keys. Ids
    of instances are hashed with `salt`.
    """

    classes: Mapping[str, WatchedClass]
    names: Mapping[tuple[str, str], str]
    telling: frozenset[tuple[str, str]] = frozenset()
    clearing: frozenset[tuple[str, str]] = frozenset()
    looking: frozenset[tuple[str, str]] = frozenset()
    entries: Mapping[str, str] = field(default_factory=dict)
    salt: str = ""

    @property
    def looked_up(self) -> frozenset[str]:
        """The tags of the classes of which somebody has looked up what was not there."""
        return frozenset(normalised(f"class:{name}") for name, _ in self.looking)

    @property
    def unnamed(self) -> frozenset[str]:
        """The tags of the classes whose operations cannot be told apart."""
        return frozenset(normalised(f"class:{name}") for (name, _), each in self.names.items() if each == UNNAMED)

    def tells(self, field: str, class_name: str) -> bool:
        """Whether any line about the class has a field."""
        return (class_name, field) in self.telling

    def stored(self, class_name: str, rows: Mapping[str, int]) -> int:
        """How many entries an object with these rows has, as its class counts them."""
        return counted(rows, self.entries.get(class_name, EVERYTHING))


def counted(rows: Mapping[str, int], table: str) -> int:
    """The rows of a table, or of all of them."""
    return sum(rows.values()) if table == EVERYTHING else rows.get(table, 0)


def known(
    classes: Mapping[str, WatchedClass], takes: Sequence[Take], said: Sequence[Sequence[Fact]], *, salt: str = ""
) -> Known:
    """What all takes, and what is said of them, show."""
    deeds = [deed for take in takes for deed in take.deeds]
    of_objects = [deed for deed in deeds if deed.class_name in classes]
    return Known(
        classes=classes,
        names=_names(classes, deeds, said),
        telling=frozenset(_telling(takes)),
        clearing=frozenset(_clearing(of_objects)),
        looking=frozenset(_looking(deeds)),
        entries={name: _entries(name, takes, said) for name in classes},
        salt=salt,
    )


def _names(
    classes: Mapping[str, WatchedClass], deeds: Iterable[Deed], said: Iterable[Iterable[Fact]]
) -> dict[tuple[str, str], str]:
    told = {each.tags for facts in said for each in facts if each.key in ("do.operations", "gateway.attempts")}
    called: dict[str, dict[str, None]] = {name: {} for name in classes}
    for deed in deeds:
        by_caller = [(each.class_name, each.method) for each in deed.calls]
        for class_name, method in [(deed.class_name, deed.what), *by_caller]:
            if class_name in called and method not in EVENTS:
                called[class_name][method] = None
    found: dict[tuple[str, str], str] = {}
    for name, each in classes.items():
        own = each.operations or ()
        tag = normalised(f"class:{name}")
        seen = {one for one in own for tags in told if tag in tags and normalised(f"operation:{one}") in tags}
        named = operations(called[name], own, seen) or dict.fromkeys(called[name], UNNAMED)
        found |= {(name, method): operation for method, operation in {**named, **EVENTS}.items()}
    return found


def _telling(takes: Iterable[Take]) -> Iterator[tuple[str, str]]:
    for invocation in (each for take in takes for each in take.invocations):
        for log in invocation.item.get("logs") or ():
            for line in filter(None, map(line_in, log["message"])):
                yield from ((str(line.get("class")), field) for field in line)


def _clearing(deeds: Iterable[Deed]) -> set[tuple[str, str]]:
    """The methods that remove everything whenever nothing keeps them from it."""
    undisturbed = [each for each in deeds if not each.threw and not each.storage.refused and not each.overlapped]
    clearing = {(each.class_name, each.what) for each in undisturbed if each.storage.cleared}
    return clearing - {(each.class_name, each.what) for each in undisturbed if not each.storage.cleared}


def _looking(deeds: Iterable[Deed]) -> set[tuple[str, str]]:
    found = (asked(deed) for deed in deeds if deed.status == 404)
    return {(each.last.class_name, each.last.method) for each in found if each and not each.failed}


def _entries(class_name: str, takes: Sequence[Take], said: Sequence[Sequence[Fact]]) -> str:
    """The table whose rows are what the class says of its keys, most often."""
    agreed: Counter[str] = Counter({EVERYTHING: 0})
    for take, facts in zip(takes, said, strict=True):
        for each in facts:
            if each.key != "do.storage.keys" or each.deed is None or not each.value:
                continue
            deed = take.deeds[each.deed]
            if deed.class_name == class_name:
                tables = [EVERYTHING, *deed.entries]
                agreed.update(name for name in tables if counted(deed.entries, name) == each.value)
    return max(agreed, key=lambda name: (agreed[name], name == EVERYTHING))
