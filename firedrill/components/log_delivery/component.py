"""Log delivery as a component: one Logpush job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_cloudflare as cloudflare

from firedrill.components.destination_fields import OBSERVED_FIELDS
from firedrill.components.log_delivery.destinations import Destination
from firedrill.components.log_delivery.job import job_inputs


@dataclass(frozen=True)
class LogDeliveryArgs:
    """What to send where."""

    title: str
    """The job's name at Cloudflare: letters, digits, dots and dashes, since older documents allow no others."""
    account_id: str
    worker_names: Sequence[str]
    """The Workers whose records are sent; each needs `logpush` on."""
    destination: Destination
    fields: Sequence[str] = OBSERVED_FIELDS
    """What pipelines, metrics and monitors read, by default."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """What the destination needs of the job besides, by the provider's names."""
    filter: str = ""
    """Which records of the Workers are sent; all by default."""


class LogDelivery(pulumi.ComponentResource):
    """A Logpush job for Worker invocations.

    Logpush sends without delay and never fills gaps: what is lost while a job is off stays lost.
    """

    job_id: pulumi.Output[str]

    def __init__(self, name: str, args: LogDeliveryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("firedrill:components:LogDelivery", name, None, opts)
        job = cloudflare.LogpushJob(
            f"{name}-job",
            # What
            account_id=args.account_id,
            **job_inputs(args.title, args.worker_names, args.fields, args.more, args.filter),
            # Where
            destination_conf=args.destination.destination_conf(),
            ownership_challenge=args.destination.ownership_challenge,
            enabled=True,  # the provider's default is false
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.job_id = job.id
        self.register_outputs({"jobId": self.job_id})
