"""KV namespaces. What they hold is no resource, and not kept here.

Sources: developers.cloudflare.com/api/resources/kv/subresources/namespaces,
pulumi.com/registry/packages/cloudflare/api-docs/workerskvnamespace
"""

from __future__ import annotations

from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.resources.keys import digest
from firedrill.cloud.state import Entry, State
from firedrill.cloud.tokens import WORKERS_KV_NAMESPACE
from firedrill.cloud.values import Json, revealed
from firedrill.vendors.errors import FiredrillError


class WorkersKvNamespace(ResourceType):
    """`cloudflare.WorkersKvNamespace`: its title, which can change, is its own in the account."""

    token = WORKERS_KV_NAMESPACE
    noun = "KV namespace"
    named_by = "title"
    import_form = "<account_id>/<namespace_id>"
    known = frozenset({"accountId", "title"})
    required = ("accountId", "title")
    immutable = ("accountId",)
    computed = ("supportsUrlEncoding",)
    lasting = ("supportsUrlEncoding",)

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """32 hexadecimal digits."""
        id_ = digest("KV namespace", state.number())[:32]
        return id_, id_

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """The title has to be free."""
        inputs = revealed(entry.inputs)
        if other := self.double(key, inputs, state):
            raise FiredrillError(
                f"{self.place(inputs)}: a namespace with this account ID and title already exists [code: 10014];"
                f" import {inputs['accountId']}/{other}, or choose another title."
            )
        entry.computed = {"supportsUrlEncoding": True}
