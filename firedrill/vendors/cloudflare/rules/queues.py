"""Queues: their names, and how a Worker gets their messages.

Sources: developers.cloudflare.com/queues/configuration/configure-queues, .../queues/platform/limits,
pulumi.com/registry/packages/cloudflare/api-docs/queueconsumer
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from firedrill.vendors.cloudflare.rules.forms import Form
from firedrill.vendors.rules.breach import Breach, shown

QUEUE_NAME = Form(
    r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?",
    "1 to 63 letters, digits and dashes, a letter or digit first and last",
    most=63,
)
QUEUE_ID = Form(r"[0-9a-f]{32}", "id of a queue, 32 hexadecimal digits", 32, 32)
WORKER = "worker"
"""The type of a consumer whose queue handler is called; others are asked for their messages."""
SETTINGS: Mapping[str, tuple[int, int, str]] = {
    "batch_size": (1, 100, "messages"),
    "max_concurrency": (1, 250, "calls of the handler at once"),
    "max_retries": (0, 100, "times"),
    "max_wait_time_ms": (0, 60_000, "milliseconds"),
    "retry_delay": (0, 86_400, "seconds"),
}
"""The least, the most and the unit of each setting of such a consumer."""


def consumer_breaches(consumer: Mapping[str, Any]) -> Iterator[Breach]:
    """What is wrong with a consumer (API JSON) that is a Worker."""
    if not consumer.get("script_name"):
        yield Breach("script_name", "", "the name of a Worker")
    if consumer.get("dead_letter_queue") is not None:
        yield from QUEUE_NAME.breaches("dead_letter_queue", consumer["dead_letter_queue"])
    settings = consumer.get("settings") or {}
    for name, (least, most, unit) in SETTINGS.items():
        value = settings.get(name)
        if value is not None and not (isinstance(value, int | float) and least <= value <= most):
            yield Breach(f"settings.{name}", shown(value), f"{least} to {most} {unit}")
