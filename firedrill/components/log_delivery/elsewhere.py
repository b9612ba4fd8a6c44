"""The delivery of all Workers' records to what the config names besides Datadog."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from firedrill.components.destination_settings import R2Managed
from firedrill.components.log_delivery.component import LogDelivery, LogDeliveryArgs
from firedrill.components.log_delivery.destinations import ConfiguredDestination
from firedrill.components.log_delivery.managed_bucket import ManagedBucket, ManagedBucketArgs
from firedrill.components.settings import Settings
from firedrill.vendors.cloudflare.rules.filters import worker_filters


def deliver_elsewhere(
    stack: Settings,
    worker_names: Mapping[str, str],
    credentials: Mapping[str, pulumi.Input[str]],
    owner: str,
    prefix: str = "",
    opts: pulumi.ResourceOptions | None = None,
) -> None:
    """One job for each destination, since accounts may have few; more where one filter cannot name all Workers.

    `worker_names` are their names at Cloudflare by their keys, `credentials` are by their config keys; `owner` (of
    names.py) begins the jobs' names, `prefix` those in Pulumi.
    Raises DeclarationError when a filter is too long even for one Worker.
    """
    for name, settings in stack.destinations.items():
        title = f"{owner}-{stack.environment}-{name}"
        secrets = {key: credentials[key] for key in settings.secrets}
        if isinstance(settings, R2Managed):
            bucket = ManagedBucketArgs(title, stack.account_id, settings, stack.protect)
            secrets |= ManagedBucket(f"{prefix}destination-{name}-bucket", bucket, opts).keys
        destination = ConfiguredDestination(settings, stack.account_id, secrets)
        meant = [worker_names[key] for key in settings.workers or worker_names]
        more = _with_sample(settings.job, settings.sample)
        for number, text in enumerate(worker_filters(meant, settings.only), start=1):
            nth = f"-{number}" if number > 1 else ""
            args = LogDeliveryArgs(f"{title}{nth}", stack.account_id, meant, destination, settings.fields, more, text)
            LogDelivery(f"{prefix}destination-{name}{nth}", args, opts)


def _with_sample(job: Mapping[str, Any], sample: float) -> Mapping[str, Any]:
    """What a destination needs of its job, and the share of the records."""
    return job if sample == 1 else {**job, "output_options": {**job.get("output_options", {}), "sample_rate": sample}}
