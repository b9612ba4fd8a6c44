"""A single change to a rendered stack."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from firedrill.resources import Resource

Inputs = dict[str, Any]
Change = Callable[[Inputs], None]


@dataclass(frozen=True)
class Mutant:
    """The resources of a stack after one change, or its Worker after one: `old` becomes `new` in the bundle.

    `kind` is what was changed, `what` how. `equivalent` says why nobody could tell it from the original, "" where one
    should.
    """

    kind: str
    what: str
    resources: Sequence[Resource] = field(repr=False)
    old: bytes = b""
    new: bytes = b""
    equivalent: str = ""


def changed(
    resources: Sequence[Resource], resource: Resource, kind: str, what: str, change: Change, equivalent: str = ""
) -> Iterator[Mutant]:
    """The mutant whose `resource` has changed inputs; none where the change leaves them as they are."""
    inputs = copy.deepcopy(dict(resource.inputs))
    change(inputs)
    if inputs != resource.inputs:
        after = [replace(each, inputs=inputs) if each is resource else each for each in resources]
        yield Mutant(kind, f"{resource.name}: {what}", after, equivalent=equivalent)


def removed(resources: Sequence[Resource], resource: Resource, kind: str) -> Mutant:
    """The mutant without the resource."""
    return Mutant(kind, f"{resource.name} removed", [each for each in resources if each is not resource])


def added(resources: Sequence[Resource], resource: Resource, kind: str, what: str) -> Mutant:
    """The mutant with one resource more."""
    return Mutant(kind, what, [*resources, resource])


def put(key: str, value: Any) -> Change:
    """Set an input; None takes it away."""

    def change(inputs: Inputs) -> None:
        if value is None:
            inputs.pop(key, None)
        else:
            inputs[key] = copy.deepcopy(value)

    return change
