"""A few monitors and a composite of them, declared without the provider's SDK, whose import takes seconds."""

from __future__ import annotations

from typing import Any

import pulumi


class Monitor(pulumi.CustomResource):
    def __init__(self, name: str, properties: dict[str, Any], *, protect: bool = False) -> None:
        inputs = {"name": f"{pulumi.get_stack()} {name}", **properties}
        super().__init__("datadog:index/monitor:Monitor", name, inputs, pulumi.ResourceOptions(protect=protect))


config = pulumi.Config()
critical = config.require_int("critical")
if config.get("broken") == "config":
    raise pulumi.RunError("small:broken is 'config'\n  allowed: nothing")
if config.get("broken") == "code":
    raise KeyError("nothing of that name")
parts = [
    Monitor(
        f"part-{number}",
        {
            "type": "metric alert",
            "query": f"sum(last_5m):sum:small.requests{{part:{number}}}.as_count() > {critical}",
            "message": config.require_secret("salt"),
            "monitorThresholds": {"critical": f"{critical}"},
        },
        protect=config.require_bool("protect"),
    )
    for number in range(config.require_int("monitors"))
]
ids = [part.id for part in parts]
Monitor("whole", {"type": "composite", "query": pulumi.Output.concat(ids[0], " && ", ids[1]), "message": "both"})
