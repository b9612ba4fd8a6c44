"""Which queues' messages come to which Worker.

Source: pulumi.com/registry/packages/cloudflare/api-docs/queueconsumer
"""

from __future__ import annotations

from collections.abc import Sequence

from firedrill.resources import OBSERVED_SERVICE, QUEUE, QUEUE_CONSUMER, Resource, of_type
from firedrill.vendors.cloudflare.rules.queues import WORKER


def consumed(resources: Sequence[Resource]) -> dict[str, list[str]]:
    """The names of the queues by that of the Worker, sorted.

    A consumer has the queue's id: its name is that of a Queue among the resources, or what an ObservedService says. A
    queue that neither knows has its id for a name.
    """
    names = {each.id: str(each.inputs.get("queueName")) for each in of_type(resources, QUEUE)}
    for service in of_type(resources, OBSERVED_SERVICE):
        names |= service.inputs.get("queues") or {}
    found: dict[str, set[str]] = {}
    for each in of_type(resources, QUEUE_CONSUMER):
        if each.inputs.get("type") == WORKER and each.inputs.get("scriptName"):
            id_ = str(each.inputs.get("queueId"))
            found.setdefault(str(each.inputs["scriptName"]), set()).add(names.get(id_, id_))
    return {script: sorted(queues) for script, queues in found.items()}
