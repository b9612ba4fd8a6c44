"""The collector that brings Cloudflare's own metrics of a Worker to Datadog, as it is declared."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from firedrill.resources import WORKERS_CRON_TRIGGER, WORKERS_SCRIPT, Resource, of_type
from firedrill.vendors.cloudflare.from_pulumi import workers_script

PLATFORM_METRICS = "firedrill:components:PlatformMetrics"
"""The component that declares it, and says under `metrics` which ones it brings."""
PART = "platform."
"""What the names of its metrics begin with, after the prefix of its Worker."""


@dataclass(frozen=True)
class Collector:
    """Its WorkersScript (API JSON), its schedules, and how the names of the metrics of one Worker begin."""

    script: Mapping[str, Any]
    crons: tuple[str, ...]
    prefix: str

    def makes(self, metric: str) -> bool:
        """Whether it submits a metric of that name."""
        return metric.startswith(self.prefix)


def collectors_in(resources: Sequence[Resource]) -> dict[str, Collector]:
    """The one that collects the metrics of a Worker, by the Worker's name at Cloudflare."""
    components = {each.urn for each in resources if each.type == PLATFORM_METRICS}
    found: dict[str, Collector] = {}
    for resource in of_type(resources, WORKERS_SCRIPT):
        if resource.parent not in components:
            continue
        script = workers_script(resource.inputs)
        told = next((each["json"] for each in script["bindings"] if each["name"] == "WORKERS"), "{}")
        workers: dict[str, Any] = json.loads(told)
        crons = tuple(
            schedule["cron"]
            for each in of_type(resources, WORKERS_CRON_TRIGGER)
            if each.inputs.get("scriptName") == script["script_name"]
            for schedule in each.inputs.get("schedules", ())
        )
        found |= {name: Collector(script, crons, f"{each['prefix']}{PART}") for name, each in workers.items()}
    return found
