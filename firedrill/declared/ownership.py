"""Which Worker a resource belongs to: the ObservedService that it stands below."""

from __future__ import annotations

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
    """The nearest ObservedService above each resource, by the resource's URN; none for one that stands outside."""
    by_urn = {each.urn: each for each in resources}
    found = {}
    for urn, each in by_urn.items():
        parent = by_urn.get(each.parent)
        while parent is not None and parent.type != OBSERVED_SERVICE:
            parent = by_urn.get(parent.parent)
        if parent is not None:
            found[urn] = parent
    return found
