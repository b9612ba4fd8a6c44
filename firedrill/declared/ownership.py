"""Which Worker a resource belongs to: the ObservedService above it, or what a monitor says about itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol, TypeVar

from firedrill.resources import OBSERVED_SERVICE


class Placed(Protocol):
    """What is known of a resource's place."""

    @property
    def type(self) -> str:
        """Pulumi's type token."""

    @property
    def urn(self) -> str:
        """Its URN."""

    @property
    def parent(self) -> str:
        """The URN of its parent, "" for none."""


P = TypeVar("P", bound=Placed)


def owners(resources: Iterable[P]) -> dict[str, P]:
    """The nearest ObservedService above each resource, by the resource's URN; none for one outside of all of them."""
    by_urn = {each.urn: each for each in resources}
    found = {}
    for urn, each in by_urn.items():
        parent = by_urn.get(each.parent)
        while parent is not None and parent.type != OBSERVED_SERVICE:
            parent = by_urn.get(parent.parent)
        if parent is not None:
            found[urn] = parent
    return found


def workers_named(tags: Iterable[str], query: str, workers: Iterable[str]) -> list[str]:
    """Those of `workers` that a monitor without an ObservedService is about; none where it does not say.

    It says so by a tag `worker:`, `script:` or `service:` with the Worker's name; else by the name in its query, as a
    whole value there.
    """
    given, names = {str(each) for each in tags}, list(workers)
    tagged = [name for name in names if given & {f"{key}:{name}" for key in ("worker", "script", "service")}]
    return tagged or [name for name in names if re.search(rf'[:"(\s,]{re.escape(name)}(?=[\s,}})"]|$)', query)]
