"""The state file: read whole, replaced whole, and changed by one process at a time.

A process that dies at any moment leaves the state as it was before or after its change, never between. The file can be
read by its owner only: Cloudflare and Datadog hold a deployment's secrets, and so does it, apart under `vault`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from firedrill.cloud.state import VERSION, State, from_json, to_json
from firedrill.files import OWNER_ONLY, write_atomically
from firedrill.vendors.errors import FiredrillError

_POLL_S = 0.005


class Store:
    """The state in `file`, whose folder is made when it is missing; `replace` puts a new file in an old one's place."""

    def __init__(self, file: Path, replace: Callable[[Path, Path], None] = os.replace) -> None:
        self.file = file
        self._replace = replace
        self._known: tuple[tuple[int, int, int], State] | None = None

    @contextmanager
    def reading(self) -> Iterator[State]:
        """The state; a change that the block makes to it is an error of the block."""
        with self._locked():
            yield self._load()

    @contextmanager
    def changing(self) -> Iterator[State]:
        """The state, written when the block has changed it and ended well; otherwise nothing happened."""
        with self._locked():
            state = self._load()
            self._known = None
            yield state
            self._write(state)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the lock, which the system lets go of when the process dies."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.file.with_name(f"{self.file.name}.lock"), mode=OWNER_ONLY, poll_interval=_POLL_S):
            yield

    def _load(self) -> State:
        """The state of the file, parsed only when another process has replaced it."""
        try:
            signature = _signature(os.stat(self.file))
        except FileNotFoundError:
            return State()
        if self._known is None or self._known[0] != signature:
            self._known = signature, read(self.file)
        return self._known[1]

    def _write(self, state: State) -> None:
        text = json.dumps(to_json(state), ensure_ascii=False, separators=(",", ":"))
        self._known = _signature(write_atomically(self.file, text, self._replace)), state


def _signature(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_mtime_ns, found.st_size


def read(file: Path) -> State:
    """The state of a file, empty when there is none. Raises FiredrillError for any other file."""
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return State()
    except ValueError as error:
        raise FiredrillError(
            f"{str(file)!r} is not the state of a local cloud ({error}); move it away to start with an empty cloud."
        ) from error
    version = value.get("version") if isinstance(value, dict) else None
    if version != VERSION:
        raise FiredrillError(
            f"{str(file)!r} is the state of a local cloud of version {version!r}, and this is version {VERSION}; "
            "move it away to start with an empty cloud."
        )
    try:
        return from_json(value)
    except (AttributeError, KeyError, TypeError) as error:
        raise FiredrillError(
            f"{str(file)!r} is not the state of a local cloud ({error!r}); move it away to start with an empty cloud."
        ) from error
