"""Failing storage of which nobody learns: the Worker's code catches what its storage throws."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from firedrill.drill.verdicts import Failure, Kind
from firedrill.runtime.take import Take
from firedrill.scenarios.scenario import Scenario


def swallowed(
    classes: Mapping[str, str],
    scenarios: Iterable[Scenario],
    takes: Mapping[str, Take],
    found: Sequence[Failure],
    drill: str,
) -> Iterator[str]:
    """A sentence for each scenario whose failing storage made nothing fail that its silent monitors watch.

    It has what to write in the `drill` file, if that is as meant. `classes` has what each monitor watches, "" for the
    Worker's handlers.
    """
    for scenario in scenarios:
        struck = {take.name for phase in scenario.fault for take in phase.takes if take.faults.storage_failing}
        refused = [takes[name] for name in sorted(struck) if takes[name].refusals]
        silent = (each.monitor for each in found if each.scenario == scenario.name and each.kind is Kind.NEVER_FIRED)
        names = sorted({each for each in silent if each in classes and not _failed(refused, classes[each])})
        if refused and names:
            calls = sum(each.refusals for each in refused)
            learned = (
                "not everybody learned of it: nobody waits for that, as for a message or an alarm, or the Worker's "
                "code catches it"
                if any(_failed(refused, each) for each in classes.values())
                else "nobody learned of it: the Worker's code catches that"
            )
            yield (
                f"{calls} calls of the storage failed in {scenario.name}, and {learned}; "
                f"if it is meant to, say so in {drill or 'its drill file'}: "
                f"adjust: {{ {scenario.name}: {{ does_not_fire: [{', '.join(names)}] }} }}"
            )


def _failed(takes: Iterable[Take], class_name: str) -> bool:
    """Whether anything failed that the drill saw: of a class, or of the Worker's handlers for ""."""
    for deed in (each for take in takes for each in take.deeds):
        if deed.class_name == class_name and (deed.threw or (deed.status or 0) >= 500):
            return True
        if any(call.threw or (call.status or 0) >= 500 for call in deed.calls if call.class_name == class_name):
            return True
    return False
