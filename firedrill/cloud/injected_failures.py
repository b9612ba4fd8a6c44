"""Failures on order, for tests of what an update does that fails half-way."""

from __future__ import annotations

import threading
from typing import Literal

Moment = Literal["before", "after", "lost"]
"""`before`: the vendor did nothing. `after`: it did all, then failed, and the provider knows what there is.
`lost`: it did all, and nobody was told."""


class Failures:
    """Lets the `call`-th change (create, update or delete, from 1, over all providers that share it) fail once."""

    def __init__(self, call: int, moment: Moment) -> None:
        self.calls = 0
        """How many changes were asked for so far."""
        self._call, self._moment = call, moment
        self._lock = threading.Lock()

    def next(self) -> Moment | None:
        """How the change that is about to be made has to fail, None when it has not."""
        with self._lock:
            self.calls += 1
            return self._moment if self.calls == self._call else None
