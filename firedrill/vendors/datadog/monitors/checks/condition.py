"""What a service check monitor alerts on."""

from __future__ import annotations

from dataclasses import dataclass

from firedrill.vendors.datadog.monitors.checks.query import CheckQuery
from firedrill.vendors.datadog.rules.check_thresholds import CheckThresholds


@dataclass(frozen=True)
class ServiceCheck:
    """The runs that count, and how many in a row it takes."""

    query: CheckQuery
    thresholds: CheckThresholds

    @property
    def modelled(self) -> tuple[str, ...]:
        """What is emulated by a model of its own."""
        assumed, found = self.thresholds.assumed, []
        if assumed:
            found.append(f"thresholds left out ({', '.join(assumed)}): taken as 1 run")
        if self.query.group_by == ("*",):
            found.append('by("*"): a group for each set of tags')
        return tuple(found)
