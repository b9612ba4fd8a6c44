"""Which monitors a drill makes fire, by what resources say of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from firedrill.drill.choice import EXEMPTIONS, means
from firedrill.resources import MONITOR
from firedrill.scenarios import scenarios_of
from firedrill.scenarios.drill_file import read_drill_file
from firedrill.scenarios.watched import Watch, WatchedClass, WatchedWorker
from firedrill.vendors.errors import FiredrillError
from policies.queries import tag
from policies.rule import Declared, Item

ROOT = Path(__file__).resolve().parents[1]


def undrilled(item: Item, declared: Declared) -> Iterator[str]:
    """What keeps a monitor from being proven: no drill file, or no scenario that makes it fire.

    A drill file that the drill would refuse proves nothing either: what is wrong with it is told.
    """
    service = declared.service(item)
    drill = str(service.inputs.get("drill") or "") if service else ""
    if service is None or not drill:
        yield "its Worker has no drill file, so nothing proves that it fires"
        return
    watches = tuple(
        Watch(each.name, tag(each, "monitor") or each.name, _class_of(each, service.inputs))
        for each in declared.siblings(item, MONITOR)
    )
    classes = tuple(str(name) for name in service.inputs.get("classes") or ())
    try:
        fired = _fired(drill, classes, watches)
    except FiredrillError as error:
        yield str(error)
        return
    if item.name not in fired and not _is_exempt(item, service):
        yield f"neither the drill nor {drill} has a scenario that makes it fire"


def _class_of(monitor: Item, service: Mapping[str, object]) -> str:
    """The class as the code spells it: tags are in lower case."""
    lowered = tag(monitor, "class")
    names = [str(name) for name in service.get("classes") or ()]  # type: ignore[attr-defined]
    return next((name for name in names if name.lower() == lowered), lowered)


@lru_cache
def _fired(drill: str, classes: tuple[str, ...], watches: tuple[Watch, ...]) -> frozenset[str]:
    file = read_drill_file(ROOT / drill, drill)
    worker = WatchedWorker(file, {name: WatchedClass() for name in classes}, watches)
    return frozenset(name for scenario in scenarios_of(worker, drill).all for name in scenario.fires)


def _is_exempt(item: Item, service: Item) -> bool:
    """Whether a line is about the monitor, which it may call by its class and its Worker too, as the drill does."""
    kind, worker = tag(item, "monitor") or item.name, str(service.inputs.get("service") or service.name)
    names = (kind, f"{_class_of(item, service.inputs)}/{kind}")
    return any(means(given, worker, name) for given in _exempt() for name in names)


@lru_cache
def _exempt() -> frozenset[str]:
    path = ROOT / EXEMPTIONS
    return exempt_names(path.read_text(encoding="utf-8").splitlines() if path.is_file() else [])


def exempt_names(lines: Iterable[str]) -> frozenset[str]:
    """What lines "monitor: reason" are about; one without a reason, which the drill refuses, exempts nothing."""
    parts = [line.partition(":") for line in lines if not line.startswith("#")]
    return frozenset(name.strip() for name, _, reason in parts if reason.strip())
