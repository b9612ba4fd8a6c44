"""Tells everybody who watches what happens, and those who come later what has happened last."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from queue import Empty, Queue
from threading import Lock

from firedrill.live.events import Event, Noted, Standing

REMEMBERED = 200
BEHIND = 20_000
"""Events that a watcher may be behind; of one that is slower the oldest are dropped, and it is told."""

Watcher = Queue[Event | None]
"""Events as they happen; None is the end."""


class Hub:
    """Hands each event to every watcher; it may be called from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._watchers: list[Watcher] = []
        self._last: deque[Event] = deque(maxlen=REMEMBERED)
        self._standing: Standing | None = None
        self._closed = False

    def publish(self, event: Event) -> None:
        """Tell an event."""
        with self._lock:
            if isinstance(event, Standing):
                self._standing = event
            else:
                self._last.append(event)
            for watcher in self._watchers:
                _put(watcher, event)

    def watch(self) -> Watcher:
        """A watcher, who is told the last events first, and how things stand."""
        watcher: Watcher = Queue(BEHIND)
        with self._lock:
            for event in (*self._last, self._standing):
                if event:
                    watcher.put_nowait(event)
            if self._closed:
                watcher.put_nowait(None)
            self._watchers.append(watcher)
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """Tell a watcher no more."""
        with self._lock:
            self._watchers.remove(watcher)

    def close(self) -> None:
        """Tell everybody that this is the end."""
        with self._lock:
            self._closed = True
            for watcher in self._watchers:
                _put(watcher, None)


def _put(watcher: Watcher, event: Event | None) -> None:
    if watcher.full():
        with suppress(Empty):
            for _ in range(BEHIND // 2):
                watcher.get_nowait()
        if event:
            watcher.put_nowait(Noted(event.time_ms, f"{BEHIND // 2} events are not shown: they came too fast"))
    watcher.put_nowait(event)
