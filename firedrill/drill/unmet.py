"""What a drill file expects of its Worker, held against what the drill itself saw of each take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from firedrill.canaries import OBJECT
from firedrill.drill.truth.calls import Asked, all_asked, category_of
from firedrill.drill.truth.lines import lines_of
from firedrill.runtime.deeds import Deed
from firedrill.runtime.take import Faults, Take
from firedrill.scenarios.expects import CleansUp, Expects, MethodExpects, Repeats
from firedrill.scenarios.reaching import CANARIES
from firedrill.scenarios.scenario import TakeSpec

WELL = ("ok", "miss")
"""Results of a request that has asked its object and got an answer."""
LEAST_REPEATED = 10
"""Repetitions of which the average says something: each waits a random time."""
COSTS = {
    "rows_read": ("read", "rows are read"),
    "rows_written": ("written", "rows are written"),
    "storage_calls": ("calls", "calls of its storage are made"),
}
"""By key of a method's expectations: what counts it of a deed's storage, and what it is called."""


def unmet(expects: Expects, specs: Iterable[TakeSpec], takes: Mapping[str, Take]) -> list[str]:
    """One problem per expectation that does not hold, with the take that shows it where one does."""
    if expects == Expects():
        return []
    recorded = [(spec, takes[spec.name]) for spec in specs if spec.name in takes]
    calm = [(spec, take) for spec, take in recorded if replace(spec.faults, bindings={}) == Faults()]
    as_deployed = [(spec, take) for spec, take in calm if not spec.faults.bindings]
    found: list[str] = []
    for method, each in expects.methods.items():
        found += _calls(method, each, calm)
        found += _attempts(method, each, recorded)
        found += _costs(method, each, [take for _, take in as_deployed])
    if expects.repeats:
        found += _repeats(expects.repeats, expects.methods, recorded)
    if expects.cleans_up:
        found += _cleans_up(expects.cleans_up, as_deployed)
    if expects.canaries_leave_nothing:
        left = (told for spec, take in calm for told in _left(take, whole=spec.name == CANARIES))
        found += list(dict.fromkeys(left))
    return [f"expected of the Worker: {each}" for each in found]


Recorded = Sequence[tuple[TakeSpec, Take]]


def _requests(take: Take) -> list[Deed]:
    return [deed for deed in take.deeds if not deed.class_name]


def _calls(method: str, expects: MethodExpects, recorded: Recorded) -> Iterator[str]:
    """How many calls of objects a request makes; none where only its telemetry says that it calls the method."""
    if expects.calls is None:
        return
    for spec, take in recorded:
        for deed in _requests(take):
            every = all_asked(deed)
            if any(each.last.method == method for each in every) and len(every) != expects.calls:
                yield (
                    f"a request that calls {method} makes {expects.calls} calls of objects; it made {len(every)}"
                    f" (in the take {spec.name})"
                )
                return
        items = (each.item for each in take.invocations if not each.item.get("entrypoint"))
        if any(
            line.get("op") == method and line.get("result", "ok") in WELL and "class" not in line
            for item in items
            for _, line in lines_of(item)
        ):
            yield f"telemetry tells of a {method} where no object was called (in the take {spec.name})"
            return


def _attempts(method: str, expects: MethodExpects, recorded: Recorded) -> Iterator[str]:
    if expects.attempts is None:
        return
    made = ((len(each.attempts), spec.name) for spec, each in _asked(recorded) if each.last.method == method)
    most, name = max(made, default=(0, ""))
    if most > expects.attempts:
        times = f"{expects.attempts} times for a request; it was {most} times"
        yield f"{method} is attempted at most {times} (in the take {name})"


def _asked(recorded: Recorded) -> Iterator[tuple[TakeSpec, Asked]]:
    return ((spec, each) for spec, take in recorded for deed in _requests(take) for each in all_asked(deed))


def _costs(method: str, expects: MethodExpects, takes: Sequence[Take]) -> Iterator[str]:
    """What a call costs on average, since the first one of an object costs more."""
    deeds = [each for take in takes for each in take.deeds if each.class_name and each.what == method]
    for key, (counted, said) in COSTS.items():
        most = getattr(expects, key)
        if most is None or not deeds:
            continue
        average = sum(getattr(each.storage, counted) for each in deeds) / len(deeds)
        if average > most:
            yield f"in a {method} at most {most:g} {said} on average; there were {average:.3g}"


def _repeats(expects: Repeats, methods: Mapping[str, MethodExpects], recorded: Recorded) -> Iterator[str]:
    """After which failures calls are repeated, and how long the Worker waits before."""
    told: set[str] = set()
    waits: list[float] = []
    for spec, each in _asked(recorded):
        for failed, again in pairwise(each.attempts):
            if failed.ended_ms is not None:
                waits.append(again.began_ms - failed.ended_ms)
        wrong = _ill_repeated(expects, methods, each, spec.faults)
        if wrong and wrong not in told:
            told.add(wrong)
            yield f"{wrong} (in the take {spec.name})"
    average = sum(waits) / len(waits) if waits else 0.0
    if len(waits) >= LEAST_REPEATED and average < expects.wait_ms:
        yield f"before a call is repeated, {expects.wait_ms:g} ms pass on average; there were {average:.3g}"


def _ill_repeated(expects: Repeats, methods: Mapping[str, MethodExpects], asked: Asked, faults: Faults) -> str:
    """What is wrong with the repetitions of a call, "" for nothing."""
    method = asked.last.method
    for failed in asked.attempts[:-1]:
        category = category_of(failed, faults)
        if not failed.retryable:
            return f"a call is not repeated whose failure is not retryable; {method} was"
        if category and category not in expects.after:
            return f"a call is not repeated after a failure of the category {category}; {method} was"
    most = methods[method].attempts if method in methods else None
    category = category_of(asked.last, faults)
    if most and asked.failed and asked.last.retryable and category in expects.after and len(asked.attempts) < most:
        times = len(asked.attempts)
        return f"{method} is attempted {most} times while it fails as {category}; it was {times} times"
    return ""


def _last(take: Take) -> Iterator[Deed]:
    """The last invocation of each object, unless it goes on."""
    last = {deed.object: deed for deed in take.deeds if deed.class_name}
    return (deed for deed in last.values() if deed.ended_ms is not None and not deed.threw)


def _cleans_up(expects: CleansUp, recorded: Recorded) -> Iterator[str]:
    """When the alarm of what an object holds comes, by its last call."""
    for spec, take in recorded:
        for deed in _last(take):
            held, ended_ms = sum(deed.entries.values()), deed.ended_ms
            if not held or ended_ms is None or deed.overlapped:
                continue
            wanted = (
                f"{expects.after_s:g} to {expects.within_s:g} s after its last call an object removes what it holds"
            )
            if deed.due_ms is None:
                yield f"{wanted}; one that holds {held} entries has no alarm (in the take {spec.name})"
                return
            soonest, latest = (each / 1000 for each in (deed.due_ms - deed.began_ms, deed.due_ms - ended_ms))
            if soonest < expects.after_s or latest > expects.within_s + 1:
                yield f"{wanted}; one has its alarm after {latest:,.0f} s (in the take {spec.name})"
                return


def _left(take: Take, *, whole: bool) -> Iterator[str]:
    """What canary requests have left, of a take that is `whole`ly of them, or of heartbeats among callers."""
    names = {call.id for deed in _requests(take) for call in deed.calls if whole or OBJECT in call.object}
    for deed in _last(take):
        held = sum(deed.entries.values())
        if deed.object in names and (held or deed.due_ms is not None):
            what = "entries" if held else "an alarm"
            yield f"canary requests leave nothing; they left {what} in {deed.class_name}"
            return
