"""What a line of the tables says: a value, the rule that it breaks or just keeps, and how each door meets it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


class LeftOut(NamedTuple):
    """A door that cannot meet the value, and why."""

    reason: str


class Own(NamedTuple):
    """How a door meets the value that has a narrower rule of its own: what that allows, and why it is narrower."""

    given: Any
    allowed: str
    reason: str


Changes = Mapping[str, Any]

BY_COMPONENT = LeftOut("no key of the config holds it: the components set it")
BY_PROGRAM = LeftOut("the components set it to what is allowed")
NOT_IN_WRANGLER = LeftOut("a file of Wrangler's says nothing of it")
NO_POLICY = LeftOut("no policy asks for it: policies are about what the vendor would accept")
NOT_DATADOGS = LeftOut("check reads API JSON of Datadog's only")
NOT_READ = LeftOut("check and the drill do not read resources of this type")


@dataclass(frozen=True)
class Row:
    """Inputs of a resource (`of`, by its name in tests/doors/stack.py) that are changed.

    `value` is what is told of them ("" for what is missing) and `allowed` what the rule allows, in the words of every
    door; both "" where the vendor accepts the inputs. `config`, `wrangler` and `component` are what leads to them
    there, `policy` is the policy that asks for the rule, `api` the API JSON where it cannot be had from the inputs.
    """

    name: str
    of: str
    given: Changes
    value: str = ""
    allowed: str = ""
    config: Changes | Own | LeftOut = BY_COMPONENT
    component: Callable[[], object] | LeftOut = BY_PROGRAM
    wrangler: Changes | LeftOut = NOT_IN_WRANGLER
    check: LeftOut | None = None
    api: Sequence[Changes] | LeftOut | None = None
    policy: str | Own | LeftOut = NO_POLICY
    drill: LeftOut | None = None
