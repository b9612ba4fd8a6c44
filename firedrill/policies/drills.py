"""Which monitors a drill makes fire, by what resources say of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from firedrill.declared.exemptions import exemptions, means
from firedrill.declared.monitor_tags import MonitorTags, monitor_tags
from firedrill.policies.rule import Declared, Item
from firedrill.resources import MONITOR, OBSERVED_SERVICE
from firedrill.scenarios import scenarios_of
from firedrill.scenarios.hand_written import hand_written_drills
from firedrill.scenarios.promises import Promises, promises_in
from firedrill.scenarios.read_drill_file import read_drill_file
from firedrill.scenarios.watched import Watch, WatchedClass, WatchedWorker
from firedrill.vendors.errors import FiredrillError


def undrilled(item: Item, declared: Declared) -> Iterator[str]:
    """What keeps a monitor from being proven: no drill file, or no scenario that makes it fire.

    A drill file that the drill would refuse proves nothing either: what is wrong with it is told.
    """
    service = declared.service(item)
    if service is None and not declared.of(OBSERVED_SERVICE):
        yield from _undrilled_by_hand(item, declared)
        return
    drill = str(service.inputs.get("drill") or "") if service else ""
    if service is None or not drill:
        yield "its Worker has no drill file, so nothing proves that it fires"
        return
    classes = tuple(str(name) for name in service.inputs.get("classes") or ())
    tags = {each.name: monitor_tags(each.inputs, each.name) for each in declared.siblings(item, MONITOR)}
    watches = tuple(Watch(name, each.name, each.spelled(classes)) for name, each in tags.items())
    worker = str(service.inputs.get("service") or service.name)
    try:
        proven = item.name in _fired(declared.root, drill, classes, watches, promises_in(service.inputs)) or _is_exempt(
            declared.root, tags[item.name], classes, worker
        )
    except FiredrillError as error:
        yield str(error)
        return
    if not proven:
        yield f"neither the drill nor {drill} has a scenario that makes it fire"


def _undrilled_by_hand(item: Item, declared: Declared) -> Iterator[str]:
    """The same in a program without an ObservedService: any of its drill files may have the scenario."""
    tags = {each.name: monitor_tags(each.inputs, each.name) for each in declared.of(MONITOR)}
    watches = tuple(Watch(each.name, each.name, each.class_name) for each in tags.values())
    name = tags[item.name].name
    try:
        drills = hand_written_drills(declared.items, declared.root)
        fired = {each for drill in drills for each in _fired(declared.root, drill, (), watches, None)}
        exempt = any(means(given, "", name) for given in _exempt(declared.root))
    except FiredrillError as error:
        yield str(error)
        return
    if name not in fired and not exempt:
        where = ", ".join(drills) or "drill/<Worker>.yaml, which does not exist,"
        yield f"neither the drill nor {where} has a scenario that makes it fire"


@lru_cache
def _fired(
    root: Path,
    drill: str,
    classes: tuple[str, ...],
    watches: tuple[Watch, ...],
    promises: Promises | None = None,
) -> frozenset[str]:
    file = read_drill_file(root / drill, drill)
    worker = WatchedWorker(file, {name: WatchedClass() for name in classes}, watches, promises)
    return frozenset(name for scenario in scenarios_of(worker, drill).all for name in scenario.fires)


def _is_exempt(root: Path, tags: MonitorTags, classes: tuple[str, ...], worker: str) -> bool:
    """Whether a line is about the monitor, which it may call by its class and its Worker too, as the drill does."""
    names = (tags.name, f"{tags.spelled(classes)}/{tags.name}")
    return any(means(given, worker, name) for given in _exempt(root) for name in names)


@lru_cache
def _exempt(root: Path) -> frozenset[str]:
    return frozenset(exemptions(root))
