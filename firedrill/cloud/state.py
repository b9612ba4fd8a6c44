"""What the vendors hold: one entry per thing, by the resource's type and the vendor's own key for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from firedrill.cloud.values import Json, seal, unseal

VERSION = 1


@dataclass
class Entry:
    """One thing: Pulumi's `id` of it, its `inputs` as last sent, what the vendor `computed` and shows as outputs.

    `held` is what the vendor keeps to itself, `run` names the run that made it and that nobody has taken it over from
    ("" for none). An entry of a state is replaced, never changed.
    """

    id: str
    inputs: Json
    computed: Json = field(default_factory=dict)
    held: Json = field(default_factory=dict)
    run: str = ""

    @cached_property
    def sealed(self) -> tuple[Json, dict[str, Any]]:
        """The entry without its secrets, and the secrets by their paths; kept, as every change writes all entries."""
        run = {"run": self.run} if self.run else {}
        return seal({"id": self.id, "inputs": self.inputs, "computed": self.computed, "held": self.held, **run})


@dataclass
class State:
    """Every entry, by type token and key, and how many ids were given out."""

    entries: dict[str, dict[str, Entry]] = field(default_factory=dict)
    given: int = 0

    def of(self, token: str) -> dict[str, Entry]:
        """The entries of a type by their key; changes to it are changes of the state."""
        return self.entries.setdefault(token, {})

    def number(self) -> int:
        """A number that was not given before."""
        self.given += 1
        return self.given


def to_json(state: State) -> Json:
    """The state as a file keeps it: everything readable without a secret, and the secrets apart, under `vault`."""
    resources: Json = {}
    vault: Json = {}
    for token, entries in sorted(state.entries.items()):
        for key, entry in sorted(entries.items()):
            resources.setdefault(token, {})[key], secrets = entry.sealed
            if secrets:
                vault.setdefault(token, {})[key] = secrets
    return {"version": VERSION, "given": state.given, "resources": resources, "vault": vault}


def from_json(value: Mapping[str, Any]) -> State:
    """The state of a file."""
    entries = {
        token: {
            key: Entry(**unseal(entry, value["vault"].get(token, {}).get(key, {}))) for key, entry in by_key.items()
        }
        for token, by_key in value["resources"].items()
    }
    return State(entries, value["given"])
