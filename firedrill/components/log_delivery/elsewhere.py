"""The delivery of all Workers' records to what the config names besides Datadog."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from firedrill.components.log_delivery.component import LogDelivery, LogDeliveryArgs
from firedrill.components.log_delivery.destinations import ConfiguredDestination
from firedrill.components.settings import Settings


def deliver_elsewhere(stack: Settings, worker_names: Sequence[str]) -> None:
    """One job for each destination, whatever the number of Workers: accounts may have few jobs.

    Raises DeclarationError when the Workers are too many for one filter.
    """
    config = pulumi.Config()
    for name, settings in stack.destinations.items():
        secrets = {key: config.require_secret(key) for key in settings.secrets}
        destination = ConfiguredDestination(settings, stack.account_id, secrets)
        title = f"{pulumi.get_project()}-{stack.environment}-{name}"
        args = LogDeliveryArgs(title, stack.account_id, worker_names, destination, settings.fields)
        LogDelivery(f"destination-{name}", args)
