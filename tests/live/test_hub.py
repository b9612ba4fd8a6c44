from __future__ import annotations

import pytest

from firedrill.live import hub as hubs
from firedrill.live.events import Event, Noted, Standing
from firedrill.live.hub import Hub, Watcher


def note(number: int) -> Noted:
    return Noted(number, str(number))


def standing(time_ms: int) -> Standing:
    return Standing(time_ms, "dev", 60.0, {}, (), 0, 0, (), ())


def told(watcher: Watcher) -> list[Event | None]:
    return [watcher.get_nowait() for _ in range(watcher.qsize())]


def test_every_watcher_is_told_everything() -> None:
    hub = Hub()
    watchers = [hub.watch(), hub.watch()]
    hub.publish(note(1))
    hub.close()

    assert [told(watcher) for watcher in watchers] == [[note(1), None]] * 2


def test_who_comes_late_is_told_what_happened_last_and_how_things_stand() -> None:
    hub = Hub()
    for event in (standing(1), note(2), standing(3), note(4)):
        hub.publish(event)

    assert told(hub.watch()) == [note(2), note(4), standing(3)]


def test_who_comes_after_the_end_is_told_so() -> None:
    hub = Hub()
    hub.close()

    assert told(hub.watch()) == [None]


def test_who_has_left_is_told_nothing() -> None:
    hub = Hub()
    watcher = hub.watch()
    hub.leave(watcher)
    hub.publish(note(1))

    assert told(watcher) == []


def test_who_is_too_slow_is_told_that_something_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "BEHIND", 4)
    hub = Hub()
    watcher = hub.watch()
    for number in range(1, 6):
        hub.publish(note(number))

    missing = Noted(5, "2 events are not shown: they came too fast")
    assert told(watcher) == [note(3), note(4), missing, note(5)]
