"""Whether the Worker's telemetry and what is declared of its classes agree: what is not declared, nothing counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from firedrill.drill.compiled import CompiledWorker
from firedrill.runtime.take import Take
from firedrill.scenarios.marks import DELIVERED, line_in
from firedrill.scenarios.watched import WatchedClass

UNNAMED = "fetch"
"""What an object's own fetch handler is called until it is given a better name; never counted under this one."""


@dataclass(frozen=True)
class Seen:
    """What all takes show of a Worker.

    `called` counts the invocations of each class, "" for the Worker's own handlers. `by_object` and `by_caller` have
    the operations of each class in the lines of objects and of those who call them; `renamed` has what a class calls
    itself in its lines, where that is not its name; `observed`: whether any of these wrote a line.
    """

    called: Mapping[str, int]
    by_object: Mapping[str, frozenset[str]]
    by_caller: Mapping[str, frozenset[str]]
    renamed: Mapping[str, str]
    observed: bool


def misdeclared(
    worker: CompiledWorker, takes: Mapping[str, Take], *, whole: bool, failed: Sequence[str] = ()
) -> list[str]:
    """One problem per class or operation whose telemetry and declaration disagree.

    `whole` False (chosen scenarios only) does not ask for every operation to occur. What the Worker `failed` in stands
    in place of the telemetry that is missing: code that throws writes none.
    """
    classes = {name: each for name, each in worker.classes.items() if each.operations is not None}
    if not classes:
        return []
    seen = see(takes)
    silent = [*_unwrapped(worker, seen)]
    if whole:
        silent += [each for name, declared in classes.items() for each in _missing(worker, name, declared, seen)]
    problems = [*(failed if silent and failed else silent), *_hidden(takes)]
    for name in sorted({*seen.by_object, *seen.by_caller} - classes.keys() - {*seen.renamed.values()}):
        place = f"workers.{worker.name}.classes"
        problems.append(f"{name} writes telemetry but is not declared, so nothing counts it; add it to {place}")
    for name, declared in classes.items():
        problems += _undeclared(worker, name, declared, seen)
    return problems


def see(takes: Mapping[str, Take]) -> Seen:
    """Gather what the takes' invocations were of, and what their telemetry lines say."""
    called: dict[str, int] = {}
    operations: dict[str, dict[str, set[str]]] = {"object": {}, "gateway": {}}
    renamed: dict[str, str] = {}
    observed = False
    for invocation in (invocation for take in takes.values() for invocation in take.invocations):
        entrypoint = invocation.item.get("entrypoint") or ""
        called[entrypoint] = called.get(entrypoint, 0) + 1
        for line in lines_of(invocation.item):
            observed |= line["at"] == "gateway"
            if "class" in line:
                operations[line["at"]].setdefault(line["class"], set()).add(line["op"])
                if line["at"] == "object" and entrypoint != line["class"]:
                    renamed[entrypoint] = line["class"]
    frozen = {at: {name: frozenset(found) for name, found in each.items()} for at, each in operations.items()}
    return Seen(called, frozen["object"], frozen["gateway"], renamed, observed)


def lines_of(item: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The telemetry lines among the console lines of an invocation, whatever their level."""
    for log in item["logs"]:
        line = line_in(log["message"][0]) if log["message"] else None
        if line and "op" in line:
            yield line


def _hidden(takes: Mapping[str, Take]) -> Iterator[str]:
    """Lines of the Worker's own that come before telemetry's on its level, of which the pipeline takes the first."""
    debug = [
        [log["message"][0] for log in invocation.item["logs"] if log["level"] == "debug" and log["message"]]
        for take in takes.values()
        for invocation in take.invocations
    ]
    told = [each for each in debug if any(map(line_in, each))]
    hidden = [each[0] for each in told if not line_in(each[0])]
    if hidden:
        yield (
            f"the Worker writes lines of its own by console.debug, such as {str(hidden[0])[:SHOWN]!r}, which hide its"
            f" telemetry ({len(hidden)} of {len(told)} lines): that level is for telemetry alone; write them by"
            " console.log there"
        )


SHOWN = 80
"""Characters of a line that are shown."""


def _unwrapped(worker: CompiledWorker, seen: Seen) -> Iterator[str]:
    """What runs and says nothing."""
    for name in worker.classes:
        calls = seen.called.get(name, 0)
        if not calls:
            yield f"no request of {worker.drill} reaches {name}; add one that does, or do not declare the class"
        elif name in seen.renamed:
            yield (
                f"{name} calls itself {seen.renamed[name]!r} in its telemetry, since the bundler renamed it, so nothing"
                f' counts it; say its name in the Worker: observeObject(class {name} ..., {{ className: "{name}" }})'
            )
        elif name not in seen.by_object:
            yield (
                f"{name} was called {calls} times and wrote no telemetry; wrap it in the Worker:"
                f" export const {name} = observeObject(class {name} extends DurableObject {{ ... }})"
            )
    if not seen.observed and seen.called.get("", 0):
        yield (
            "the Worker's handlers wrote no telemetry; wrap them:"
            ' export default observeWorker({ ... }, { BINDING: "ClassName" })'
        )


def _undeclared(worker: CompiledWorker, name: str, declared: WatchedClass, seen: Seen) -> Iterator[str]:
    known = {*(declared.operations or ()), *DELIVERED}
    place = f"operations of workers.{worker.name}.classes.{name}"
    for operation in sorted((seen.by_object.get(name, frozenset()) | seen.by_caller.get(name, frozenset())) - known):
        change = f"add it to {place}"
        if operation == UNNAMED:
            option = "{ operations: { fetch: 'a name' } }"
            change = f"name it by the option {option} of observeObject and observeWorker, and add that name to {place}"
        yield f"{name}: the operation {operation!r} occurs but is not declared, so nothing counts it; {change}"


def _missing(worker: CompiledWorker, name: str, declared: WatchedClass, seen: Seen) -> Iterator[str]:
    """Declared operations that nobody counts, of a class that writes telemetry at all."""
    by_object, by_caller = seen.by_object.get(name), seen.by_caller.get(name, frozenset())
    if by_object is None:
        return
    for operation in declared.operations or ():
        counted = by_caller if declared.counted_by_caller else by_object
        if operation in counted:
            continue
        if operation in by_object:
            wrapped = f'observeWorker({{ ... }}, {{ BINDING: "{name}" }})'
            yield (
                f"{name}: the operation {operation!r} occurs, but no caller's line says so and those are counted;"
                f" name the class in {wrapped}, or set countedBy: object"
            )
        else:
            yield (
                f"{name}: the operation {operation!r} is declared but never occurs; add a request that leads to it to"
                f" {worker.drill}, or remove it from operations of workers.{worker.name}.classes.{name}"
            )
