"""What a run leaves that did not end well, and how it is repaired.

A run that is killed may have changed the cloud without having recorded it, and so may one that fails: the answer to a
change can get lost. Pulumi asks people to look at the vendor's site then; the local cloud can be asked itself. It is
shared with other stacks and with other backends, whose states nobody here can read: only what it holds as made by the
journal's own run, and by nobody since, is ever deleted.
Source: pulumi.com/docs/iac/support/troubleshooting (interrupted updates, pending operations)
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from firedrill.cloud.cloud import Cloud
from firedrill.cloud.contents import identity
from firedrill.cloud.resources import RESOURCE_TYPES
from firedrill.cloud.state import Entry
from firedrill.engine.process import Engine
from firedrill.engine.recorded import exported
from firedrill.files import write_atomically
from firedrill.vendors.errors import FiredrillError


@dataclass(frozen=True)
class Run:
    """A run that has started: `what` it is, and the `id` under which the cloud keeps what it makes."""

    what: str
    id: str


class Journal:
    """The file that tells of a run from its beginning to its end."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def unfinished(self) -> Run | None:
        """The run that has started and not ended. Raises FiredrillError for a file that does not say."""
        if not self._file.exists():
            return None
        try:
            return Run(**json.loads(self._file.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise FiredrillError(
                f"{str(self._file)!r} does not say which run was interrupted ({error}); "
                f"remove it, then run: firedrill refresh --stack {self._file.stem}"
            ) from error

    def begin(self, run: Run) -> None:
        """A run starts, in place of any other."""
        write_atomically(self._file, json.dumps(asdict(run)))

    def end(self) -> None:
        """The run has ended."""
        self._file.unlink()


def make_good(engine: Engine, stack: str, cloud: Cloud, run: Run) -> list[str]:
    """Make the stack and the cloud agree again after a run that was interrupted; returns what was done, a line each."""
    engine.call("refresh", "--yes", "--skip-preview", "--clear-pending-creates", "--stack", stack)
    refreshed = f"{run.what} was interrupted: the stack was refreshed from what the cloud holds"
    return [refreshed, *delete_unrecorded(engine, cloud, run)]


def delete_unrecorded(engine: Engine, cloud: Cloud, run: Run) -> list[str]:
    """Delete what `run` has made and no stack has recorded: the next update makes it again. Returns lines to tell.

    Raises FiredrillError when what others have made needs it.
    """
    with cloud.store.reading() as state:
        made = [
            (token, entry)
            for token, entries in state.entries.items()
            for entry in entries.values()
            if entry.run == run.id and not RESOURCE_TYPES[token].outlives_deletion
        ]
    recorded = _recorded(engine) if made else set()
    lost = [(token, entry) for token, entry in made if (token, _identity(token, entry)) not in recorded]
    _delete(cloud, lost)
    return [
        f"{run.what} had made {token.rpartition(':')[2]} {entry.id} without recording it: deleted, to be made again"
        for token, entry in lost
    ]


def _recorded(engine: Engine) -> set[tuple[str, str]]:
    """Type and identity of everything that any stack of this backend has recorded, those of other projects included."""
    stacks = [each["name"] for each in json.loads(engine.call("stack", "ls", "--all", "--json"))]
    return {
        (each["type"], identity(each["type"], each["id"], each.get("outputs", {})))
        for stack in stacks
        for each in exported(engine, stack)
        if "id" in each
    }


def _identity(token: str, entry: Entry) -> str:
    return identity(token, entry.id, {**entry.inputs, **entry.computed})


def _delete(cloud: Cloud, entries: Sequence[tuple[str, Entry]]) -> None:
    """Delete them all, in an order that the vendors allow: what uses another thing goes before it."""
    refused: list[tuple[str, Entry]] = []
    problem: FiredrillError | None = None
    for token, entry in entries:
        try:
            cloud.delete(token, entry.id, {**entry.inputs, **entry.computed})
        except FiredrillError as error:
            refused.append((token, entry))
            problem = error
    if problem and len(refused) == len(entries):
        raise problem
    if refused:
        _delete(cloud, refused)
