"""Queues, whose messages the local cloud does not hold, and what gets them. Whichever queue a consumer names is there.

Sources: developers.cloudflare.com/api/resources/queues, pulumi.com/registry/packages/cloudflare/api-docs/queue and
queueconsumer
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.resources.keys import digest, live_script
from firedrill.cloud.state import Entry, State
from firedrill.cloud.values import Json, revealed
from firedrill.resources import QUEUE, QUEUE_CONSUMER
from firedrill.vendors.cloudflare.from_pulumi import api
from firedrill.vendors.cloudflare.rules.queues import QUEUE_NAME, WORKER, consumer_breaches
from firedrill.vendors.errors import FiredrillError, Unsupported, refuse


class Queue(ResourceType):
    """`cloudflare.Queue`: its name is its own in the account."""

    token = QUEUE
    noun = "queue"
    named_by = "queueName"
    import_form = "<account_id>/<queue_id>"
    known = frozenset({"accountId", "queueName", "settings"})
    required = ("accountId", "queueName")
    immutable = ("accountId",)
    computed = ("createdOn", "queueId")
    lasting = ("createdOn", "queueId")

    def check(self, inputs: Json, around: Surroundings) -> None:
        """The name."""
        refuse(self.place(inputs), QUEUE_NAME.breaches("queue_name", inputs["queueName"]))

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """32 hexadecimal digits."""
        id_ = digest("queue", state.number())[:32]
        return id_, id_

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """The name has to be free."""
        inputs = revealed(entry.inputs)
        if other := self.double(key, inputs, state):
            raise FiredrillError(
                f"{self.place(inputs)}: Queue name is already taken [code: 11009]; import "
                f"{inputs['accountId']}/{other}, or choose another name."
            )
        entry.computed = before.computed if before else {"createdOn": around.now, "queueId": key}


class QueueConsumer(ResourceType):
    """`cloudflare.QueueConsumer` of a Worker, which a queue has one of."""

    token = QUEUE_CONSUMER
    noun = "QueueConsumer"
    known = frozenset({"accountId", "deadLetterQueue", "queueId", "scriptName", "settings", "type"})
    required = ("accountId", "queueId", "type")
    immutable = ("accountId", "queueId")
    computed = ("consumerId", "createdOn")
    lasting = ("consumerId", "createdOn")

    def place(self, inputs: Mapping[str, Any]) -> str:
        """By the queue."""
        return f"{self.noun} of the queue {inputs.get('queueId', '')!r}"

    def check(self, inputs: Json, around: Surroundings) -> None:
        """The settings of one that is a Worker."""
        if inputs["type"] != WORKER:
            raise Unsupported(f"type {inputs['type']!r}", self.place(inputs))
        refuse(self.place(inputs), consumer_breaches(api(inputs)))

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """32 hexadecimal digits."""
        id_ = digest("queue consumer", state.number())[:32]
        return id_, id_

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """The Worker has to be there, and the queue without another consumer."""
        inputs = revealed(entry.inputs)
        live_script(f"{inputs['accountId']}/{inputs['scriptName']}", self.place(inputs), state)
        if self.double(key, inputs, state):
            raise FiredrillError(f"{self.place(inputs)}: the queue has a consumer already; delete one of the two.")
        entry.computed = before.computed if before else {"consumerId": key, "createdOn": around.now}
