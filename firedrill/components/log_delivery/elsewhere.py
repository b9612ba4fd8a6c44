"""The delivery of all Workers' records to what the config names besides Datadog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi

from firedrill.components.destination_settings import R2Managed
from firedrill.components.log_delivery.component import LogDelivery, LogDeliveryArgs
from firedrill.components.log_delivery.destinations import ConfiguredDestination
from firedrill.components.log_delivery.managed_bucket import ManagedBucket, ManagedBucketArgs
from firedrill.components.settings import Settings


def deliver_elsewhere(
    stack: Settings,
    worker_names: Sequence[str],
    credentials: Mapping[str, pulumi.Input[str]],
    owner: str,
    prefix: str = "",
    opts: pulumi.ResourceOptions | None = None,
) -> None:
    """One job for each destination, whatever the number of Workers: accounts may have few jobs.

    `credentials` are by their config keys; `owner` (of names.py) begins the jobs' names, `prefix` those in Pulumi.
    Raises DeclarationError when the Workers are too many for one filter.
    """
    for name, settings in stack.destinations.items():
        title = f"{owner}-{stack.environment}-{name}"
        secrets = {key: credentials[key] for key in settings.secrets}
        if isinstance(settings, R2Managed):
            bucket = ManagedBucketArgs(title, stack.account_id, settings, stack.protect)
            secrets |= ManagedBucket(f"{prefix}destination-{name}-bucket", bucket, opts).keys
        destination = ConfiguredDestination(settings, stack.account_id, secrets)
        args = LogDeliveryArgs(title, stack.account_id, worker_names, destination, settings.fields, settings.job)
        LogDelivery(f"{prefix}destination-{name}", args, opts)
