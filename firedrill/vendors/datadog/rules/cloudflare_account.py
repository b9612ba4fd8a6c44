"""What Datadog accepts of an account of its Cloudflare integration.

Source: docs.datadoghq.com/api/latest/cloudflare-integration
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from firedrill.vendors.rules.breach import Breach, shown

RESOURCES = ("web", "dns", "lb", "worker")
"""What metrics are pulled of."""


def resource_breaches(resources: Iterable[object]) -> Iterator[Breach]:
    """Every resource has to be one that metrics are pulled of."""
    for index, resource in enumerate(resources):
        if resource not in RESOURCES:
            yield Breach(f"resources[{index}]", shown(resource), f"one of {', '.join(RESOURCES)}")
