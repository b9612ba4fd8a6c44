"""What all resource types have in common: inputs that are known, defaults, what an update cannot change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from firedrill.cloud.state import Entry, State
from firedrill.cloud.values import Json, revealed, secret
from firedrill.sinks.local import LocalDestinations
from firedrill.vendors.errors import FiredrillError, Unsupported


@dataclass(frozen=True)
class Surroundings:
    """What an operation finds around it: the time (RFC 3339), and where files are.

    `root` is the folder that paths in inputs start from, `folder` the one of the state file. `sinks` are the local
    addresses that stand for the hosts of HTTPS destinations, `destinations` what stands for the others. `stand_in`:
    every other destination is there, accepts what it gets, and has shown whatever ownership challenge a job has, unless
    it was asked for one.
    """

    now: str
    root: Path
    folder: Path
    sinks: Mapping[str, str] = field(default_factory=dict)
    stand_in: bool = False
    destinations: LocalDestinations | None = None


def import_id(id_: str, form: str) -> str:
    """An id for an import that has as many parts as the `form`. Raises FiredrillError for another."""
    if id_.count("/") != form.count("/") or not all(id_.split("/")):
        raise FiredrillError(f"The id to import is {id_!r}; it has to be of the form {form!r}.")
    return id_


class ResourceType:
    """A type of resources; a subclass says what its vendor does."""

    token: ClassVar[str]
    noun: ClassVar[str]
    """What the vendor calls it."""
    named_by: ClassVar[str] = "name"
    """The input that has its name."""
    import_form: ClassVar[str] = ""
    """The form of the id of an import, whose last part is the vendor's id; "" where it is that id alone."""
    known: ClassVar[frozenset[str] | None] = None
    """Inputs that the local cloud honours; None when `check` refuses the others."""
    required: ClassVar[tuple[str, ...]] = ()
    defaults: ClassVar[Mapping[str, Any]] = {}
    """Outputs when the input is absent."""
    immutable: ClassVar[tuple[str, ...]] = ()
    """Inputs, by dotted path, that only a new resource can have otherwise."""
    hidden: ClassVar[tuple[str, ...]] = ()
    """Inputs that are secrets even when the program does not say so."""
    write_only: ClassVar[tuple[str, ...]] = ()
    """Inputs that the vendor does not give back."""
    computed: ClassVar[tuple[str, ...]] = ()
    """Outputs that are no inputs, or not as they were put in."""
    lasting: ClassVar[tuple[str, ...]] = ()
    """Those of them that no update changes."""
    is_put: ClassVar[bool] = False
    """Whether the vendor creates and updates with the same call."""
    outlives_deletion: ClassVar[bool] = False
    """Whether the provider only forgets it, and the vendor keeps it."""

    def place(self, inputs: Mapping[str, Any]) -> str:
        """How errors call the resource."""
        return f"{self.noun} {inputs.get(self.named_by, '')!r}"

    def marked(self, inputs: Json) -> Json:
        """The inputs, secrets marked."""
        return {key: secret(value) if key in self.hidden else value for key, value in inputs.items()}

    def check_names(self, inputs: Mapping[str, Any]) -> None:
        """Raise Unsupported for an input that is not known, FiredrillError for one that is missing."""
        place = self.place(revealed(inputs))
        for key in inputs:
            if self.known is not None and key not in self.known:
                raise Unsupported(f"input {key!r}", place)
        for key in self.required:
            if inputs.get(key) is None:
                raise FiredrillError(f"{place}: {key} is missing; set it.")

    def check(self, inputs: Json, around: Surroundings) -> None:
        """Raise FiredrillError for what is wrong with the inputs by themselves."""

    def comparable(self, inputs: Json) -> Json:
        """The inputs in the form in which equal ones mean the same."""
        return {**self.defaults, **inputs}

    def key(self, id_: str, properties: Mapping[str, Any]) -> str:
        """The vendor's key of a resource with that id; `properties` are its outputs, empty when it is imported."""
        return id_ if properties or not self.import_form else import_id(id_, self.import_form).rpartition("/")[2]

    def identity(self, id_: str, outputs: Mapping[str, Any]) -> str:
        """What tells it from all others of its type, from its id and from outputs that are no secrets."""
        return id_

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """The key and the id of a new resource. Raises FiredrillError when the vendor would not create it."""
        raise NotImplementedError

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """Fill in what the vendor computes and holds; `before` is what it held under the key.

        Raises FiredrillError for what the vendor would refuse, given what it holds.
        """

    def foresee(self, inputs: Json, before: Mapping[str, Any], state: State, around: Surroundings) -> None:
        """Raise FiredrillError for what the vendor would refuse whatever else a run changes: a preview tells it.

        `before` are the outputs, or the inputs, that it has so far; empty for one that is new.
        """

    def retire(self, key: str, entry: Entry, state: State) -> None:
        """Raise FiredrillError when the vendor would not delete it; else delete what goes with it."""

    def find(self, key: str, state: State) -> Entry | None:
        """What the vendor holds under the key, None for nothing."""
        return state.of(self.token).get(key)

    def double(self, key: str, inputs: Json, state: State) -> str:
        """The key of another one whose required inputs are those of these `inputs`, "" without one."""
        for other, entry in state.of(self.token).items():
            existing = revealed(entry.inputs)
            if other != key and all(existing[name] == inputs[name] for name in self.required):
                return other
        return ""

    def readable(self, entry: Entry, known: Mapping[str, Any], state: State, around: Surroundings) -> Json:
        """The inputs as the vendor gives them back; what it does not give back is taken from those `known`."""
        given = {key: value for key, value in entry.inputs.items() if key not in self.write_only}
        return given | {key: known[key] for key in self.write_only if key in known}

    def outputs(self, inputs: Json, computed: Json) -> Json:
        """The outputs of a resource with these inputs."""
        return {**self.defaults, **inputs, **computed}
