"""The heartbeat as a component: one Worker for a stack, and its schedule."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
import pulumi_cloudflare as cloudflare

from firedrill.canaries import CANARY
from firedrill.components.worker import library, one_module
from firedrill.components.worker.bundle import Bundle

SOURCE = library.SOURCE / "heartbeat.mjs"
SCHEDULE = "* * * * *"
"""Each minute: windows of the monitor hold several beats."""


@dataclass(frozen=True)
class Target:
    """A Worker that is sent a heartbeat: the `address` where callers reach it, without a slash at the end."""

    address: str
    session: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class HeartbeatArgs:
    """Whom the heartbeat is sent to."""

    account_id: str
    script_name: str
    """The heartbeat's own name at Cloudflare, one per stack."""
    compatibility_date: str
    code: Bundle
    targets: Sequence[Target]


def code(root: Path) -> Bundle:
    """The heartbeat's module, copied into the project's folder `root`."""
    return one_module.copied(SOURCE, root)


def name(owner: str, environment: str) -> str:
    """The heartbeat's name at Cloudflare; `owner` is that of names.py."""
    return f"{owner}-heartbeat-{environment}"


def script_inputs(args: HeartbeatArgs) -> dict[str, Any]:
    """What the WorkersScript is besides its account.

    Without the flag a Worker cannot reach another one of its account under workers.dev, and another one of its zone
    not at all. Source: developers.cloudflare.com/workers/configuration/compatibility-flags (Global fetch strictly
    public)
    """
    targets = [
        {
            "type": "json",
            "name": f"TARGET_{number}",
            "json": json.dumps({"address": target.address, "session": list(target.session)}, sort_keys=True),
        }
        for number, target in enumerate(args.targets)
    ]
    return {
        **one_module.script_inputs(args.code, args.compatibility_date),
        "script_name": args.script_name,
        "compatibility_flags": ["global_fetch_strictly_public"],
        "bindings": [{"type": "plain_text", "name": "CANARY", "text": CANARY}, *targets],
    }


class Heartbeat(pulumi.ComponentResource):
    """A Worker that is run each minute, and sends every target its session."""

    def __init__(self, name: str, args: HeartbeatArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("firedrill:components:Heartbeat", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        script = cloudflare.WorkersScript(
            f"{name}-script", account_id=args.account_id, **script_inputs(args), opts=child
        )
        cloudflare.WorkersCronTrigger(
            f"{name}-schedule",
            account_id=args.account_id,
            script_name=script.script_name,
            schedules=[{"cron": SCHEDULE}],
            opts=child,
        )
        self.register_outputs({})
