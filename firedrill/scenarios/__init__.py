"""The scenarios of a Worker: those that every Worker gets, adjusted to it, and those of its drill file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from firedrill.scenarios.dangers import BY_ID
from firedrill.scenarios.drill_file import Adjustment
from firedrill.scenarios.generic import GENERIC, generic_scenarios, inapplicable, possible
from firedrill.scenarios.generic_kind import healthy
from firedrill.scenarios.scenario import Scenario, TakeSpec
from firedrill.scenarios.sized import sized_scenarios
from firedrill.scenarios.specific import adjusted, own
from firedrill.scenarios.watched import WatchedWorker
from firedrill.vendors.errors import FiredrillError, Mistakes, as_one
from firedrill.vendors.rules.suggestions import hint


@dataclass(frozen=True)
class Scenarios:
    """All scenarios of a Worker, the healthy take that surrounds their faults, and why some are left out, by name."""

    healthy: TakeSpec
    all: tuple[Scenario, ...]
    skipped: Mapping[str, str]
    possible: tuple[str, ...] = ()
    """Names of those that takes may show to be needed."""


def scenarios_of(worker: WatchedWorker, file_name: str) -> Scenarios:
    """The scenarios of a Worker; `file_name` is its drill file's, for errors.

    Raises FiredrillError with every scenario and every monitor that the file names and that does not exist.
    """
    file = worker.file
    mistakes = Mistakes()
    mistakes.found += map(FiredrillError, _misnamed(worker))
    found: list[Scenario] = []
    skipped: dict[str, str] = inapplicable(worker)
    for generic_name, scenario in generic_scenarios(worker):
        key = scenario.name if scenario.name in file.adjust else generic_name
        adjustment = file.adjust.get(key, Adjustment())
        if adjustment.skip:
            skipped[scenario.name] = adjustment.skip
        else:
            with mistakes.collect(f"adjust.{key}"):
                found.append(adjusted(worker, scenario, adjustment))
    for scenario in sized_scenarios(worker):
        key = scenario.name if scenario.name in file.adjust else scenario.name.rpartition("/")[2]
        with mistakes.collect(f"adjust.{key}"):
            found.append(_of_danger(worker, scenario, file.adjust.get(key)))
    skipped |= _of_other_sizes(file.adjust, [each.name for each in found])
    for name, extra in file.scenarios.items():
        with mistakes.collect(f"scenarios.{name}"):
            found.append(own(worker, name, extra))
    if mistakes.found:
        told = [": ".join(filter(None, (file_name, each.rule, str(each)))) for each in mistakes.found]
        raise as_one([FiredrillError(each) for each in told])
    return Scenarios(healthy(worker), tuple(found), skipped, tuple(possible(worker)))


def _of_danger(worker: WatchedWorker, scenario: Scenario, adjustment: Adjustment | None) -> Scenario:
    """The scenario of a danger, adjusted; raises FiredrillError where nothing would prove the danger any more."""
    if adjustment is None:
        return scenario
    found = adjusted(worker, scenario, adjustment)
    if adjustment.skip or scenario.fires.keys() - found.fires.keys():
        raise FiredrillError(
            "what proves a danger is neither skipped nor left open; change the danger, or switch its monitor off"
        )
    return found


def _of_other_sizes(adjusted: Iterable[str], names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The adjustments of dangers that have scenarios here, but none of that name; each with why nothing comes of it."""
    for name in adjusted:
        danger, at, _ = name.partition("@")
        own = [each for each in names if "@" in each and _is_of(danger, each.partition("@")[0])]
        if at and own and not any(_is_of(name, each) for each in own):
            yield name, f"adjusted although this stack has no such scenario; it has {', '.join(own)}"


def _is_of(general: str, name: str) -> bool:
    """Whether what is named without its class, or with it, means that."""
    return general in (name, name.rpartition("/")[2])


def _misnamed(worker: WatchedWorker) -> Iterator[str]:
    """What is wrong with the names of scenarios in the drill file."""
    generic = [each.name for each in GENERIC]
    of_classes = [f"{class_name}/{each.name}" for each in GENERIC if each.per_class for class_name in worker.classes]
    for name in worker.file.adjust:
        class_name, _, scenario = name.rpartition("/")
        danger, at, _ = scenario.partition("@")
        prefixes = {"", *(worker.classes if len(worker.classes) > 1 else ())}
        if at and danger in BY_ID and class_name in prefixes:
            continue  # stacks that share the file have sizes of their own
        if name not in {*generic, *of_classes}:
            meant = hint(name, [*generic, *of_classes])
            yield f"adjust.{name} is not a scenario that every Worker gets{meant}; those are {', '.join(generic)}"
    for name in worker.file.scenarios:
        if name in generic:
            yield f"scenarios.{name}: every Worker gets a scenario of this name; choose another, or adjust that one"
