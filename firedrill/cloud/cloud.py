"""The operations of a Pulumi provider over the state file, in plain Python.

The operations take a resource's type token and its properties, secrets marked. They raise FiredrillError with what the
vendor would answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from firedrill.cloud import folders
from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.resources import INVOKES, RESOURCE_TYPES
from firedrill.cloud.resources.destinations import challenge, challenge_fault
from firedrill.cloud.state import Entry, State
from firedrill.cloud.store import Store
from firedrill.cloud.values import UNKNOWN, Json, has_unknown, redacted, revealed
from firedrill.declared.declaration import documented_shape
from firedrill.sinks.local import LocalDestinations
from firedrill.vendors.errors import FiredrillError, Mistakes, Unsupported


@dataclass(frozen=True)
class Checked:
    """Inputs as they go on, secrets marked, and what is wrong with them, one text each."""

    inputs: Json
    problems: Sequence[str]


@dataclass(frozen=True)
class Difference:
    """The inputs that changed, and those of them that need a new resource."""

    changed: Sequence[str]
    replaced: Sequence[str]


@dataclass(frozen=True)
class Found:
    """A resource as the vendor has it."""

    id: str
    inputs: Json
    outputs: Json


def _now() -> datetime:
    return datetime.now(UTC)


class Cloud:
    """Both vendors' accounts, in `store`.

    `root` is the folder that paths in inputs start from (the working folder by default), `sinks` are local addresses
    that stand for the hosts of HTTPS destinations (none by default), `destinations` what stands for others, `stand_in`
    says whether every other destination of Logpush is there too, `clock` tells the time. What this cloud is asked to
    make belongs to `run`, until another run takes it over; "" for a run that nothing is ever deleted for.
    """

    def __init__(
        self,
        store: Store,
        *,
        root: Path = Path(),
        sinks: Mapping[str, str] | None = None,
        stand_in: bool = False,
        destinations: LocalDestinations | None = None,
        clock: Callable[[], datetime] = _now,
        run: str = "",
    ) -> None:
        self.store, self.run, self.destinations = store, run, destinations
        self._root, self._clock = root, clock
        self._sinks, self._stand_in = dict(sinks or {}), stand_in

    def check(self, token: str, inputs: Json) -> Checked:
        """What is wrong with the inputs by themselves; what a preview does not know yet is checked by the update."""
        kind = _kind(token)
        marked = kind.marked(inputs)
        mistakes = Mistakes()
        with mistakes.collect(), documented_shape(kind.place(revealed(marked))):
            kind.check_names(marked)
            if not has_unknown(marked):
                kind.check(revealed(marked), self._around())
        return Checked(marked, [redacted(str(mistake), marked) for mistake in mistakes.found])

    def diff(self, token: str, old: Json, new: Json) -> Difference:
        """What has to change for inputs `old` to become `new`."""
        kind = _kind(token)
        before, after = kind.comparable(revealed(old)), kind.comparable(revealed(new))
        changed = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
        paths = [path for path in kind.immutable if _at(before, path) != _at(after, path)]
        return Difference(changed, sorted({path.partition(".")[0] for path in paths}))

    def create(self, token: str, inputs: Json, *, preview: bool = False) -> tuple[str, Json]:
        """The id and the outputs of a new resource; a preview knows neither its id nor what is computed."""
        kind = _kind(token)
        if preview:
            self._foresee(kind, inputs)
            return "", kind.outputs(inputs, dict.fromkeys(kind.computed, UNKNOWN))
        around = self._around()
        with self.store.changing() as state:
            key, id_ = kind.admit(revealed(inputs), state, around)
            outputs = self._put(kind, key, id_, inputs, state, around)
        self._sweep()
        return id_, outputs

    def update(self, token: str, id_: str, outputs: Json, inputs: Json, *, preview: bool = False) -> Json:
        """The new outputs of a resource that had `outputs` and gets `inputs`."""
        kind = _kind(token)
        if preview:
            self._foresee(kind, inputs, outputs)
            computed = {key: outputs.get(key, UNKNOWN) if key in kind.lasting else UNKNOWN for key in kind.computed}
            return kind.outputs(inputs, computed)
        around = self._around()
        with self.store.changing() as state:
            key = kind.key(id_, revealed(outputs))
            if key not in state.of(token) and not kind.is_put:
                raise FiredrillError(
                    f"{kind.place(revealed(inputs))}: nothing has the id {id_!r} any more (404); "
                    "run a refresh to tell the stack."
                )
            outputs = self._put(kind, key, id_, inputs, state, around)
        self._sweep()
        return outputs

    def read(self, token: str, id_: str, outputs: Json, inputs: Json) -> Found | None:
        """A resource as the vendor has it, None when it is gone. With empty `outputs` the id is one for an import.

        Who imports a resource takes it over from the run that made it.
        """
        kind = _kind(token)
        around = self._around()
        with self.store.reading() if outputs else self.store.changing() as state:
            key = kind.key(id_, revealed(outputs))
            entry = kind.find(key, state)
            if entry is None:
                return None
            if entry.run and not outputs:
                state.of(token)[key] = replace(entry, run="")
            known = kind.readable(entry, inputs, state, around)
            return Found(entry.id, known, kind.outputs(known, entry.computed))

    def delete(self, token: str, id_: str, outputs: Json) -> None:
        """Delete a resource; one that is gone already is no mistake."""
        kind = _kind(token)
        with self.store.changing() as state:
            key = kind.key(id_, revealed(outputs))
            entry = state.of(token).get(key)
            if entry is not None and not kind.outlives_deletion:
                kind.retire(key, entry, state)
                del state.of(token)[key]
        self._sweep()

    def invoke(self, token: str, arguments: Json) -> Json:
        """The result of a provider's function."""
        if token not in INVOKES:
            raise Unsupported(f"function {token} (supported: {', '.join(INVOKES)})", "local cloud")
        with self.store.reading() as state:
            return INVOKES[token](revealed(arguments), state)

    def challenge(self, owner: str, conf: str) -> str:
        """Write an ownership challenge into a destination of `owner` (accounts/<id>, zones/<id>); its file's name."""
        return challenge(owner, conf, self._around(), "ownership challenge")

    def is_met(self, owner: str, conf: str, token: str) -> bool:
        """Whether a token proves that a destination is its owner's."""
        return not challenge_fault(token, owner, conf, self._around().now)

    def _put(self, kind: ResourceType, key: str, id_: str, inputs: Json, state: State, around: Surroundings) -> Json:
        """Store a resource, and give its outputs. What was there before is not this run's, unless it made that too."""
        entries = state.of(kind.token)
        before = entries.get(key)
        entry = Entry(id_, inputs, run=self.run if before is None or before.run == self.run else "")
        kind.apply(key, entry, before, state, around)
        entries[key] = entry
        return kind.outputs(inputs, entry.computed)

    def _foresee(self, kind: ResourceType, inputs: Json, before: Mapping[str, Any] = MappingProxyType({})) -> None:
        if not has_unknown(inputs):
            with self.store.reading() as state:
                kind.foresee(revealed(inputs), revealed(before), state, self._around())

    def _sweep(self) -> None:
        """Remove files that the state does not name any more; what a killed process left goes with the next change."""
        with self.store.reading() as state:
            folders.sweep(state, self.store.file.parent)

    def _around(self) -> Surroundings:
        now = self._clock().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return Surroundings(now, self._root, self.store.file.parent, self._sinks, self._stand_in, self.destinations)


def _kind(token: str) -> ResourceType:
    kind = RESOURCE_TYPES.get(token)
    if kind is None:
        raise FiredrillError(
            f"The local cloud has no resources of type {token}; it has {', '.join(sorted(RESOURCE_TYPES))}."
        )
    return kind


def _at(inputs: Mapping[str, Any], path: str) -> Any:
    value: Any = inputs
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
