"""What monitors did, minute by minute and group by group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from firedrill.standalone.monitor import Muted, Watched
from firedrill.vendors.datadog.monitors import GroupTimeline, Monitor, Notification, Outcome, State

Group = tuple[str, ...]


@dataclass(frozen=True)
class Minute:
    """One group of a monitor at one of the run's times; `before` is its state at the time before.

    A notification of groups that notify together (notify_by) is a minute of their common tags, without a `timeline`.
    `muted` is what would be sent without the downtimes.
    """

    monitor: Monitor
    group: str
    time_s: int
    step: int
    before: State
    state: State
    value: float | None
    timeline: GroupTimeline | None
    notification: Notification | None = None
    muted: Muted | None = None

    @property
    def changed(self) -> bool:
        """Whether the state is another one than before."""
        return self.state is not self.before

    @property
    def outcome(self) -> Outcome:
        """What the evaluation came to."""
        assert self.timeline is not None
        return Outcome(self.timeline.outcomes[self.step])

    @property
    def modelled(self) -> tuple[str, ...]:
        """What of the value and of the notification comes from a model, not from documentation."""
        sent = self.notification or (self.muted.notification if self.muted else None)
        values, message = self.timeline.modelled if self.timeline else (), sent.modelled if sent else ()
        return tuple(dict.fromkeys((*values, *message)))


def minutes_of(watched: Watched) -> Iterator[Minute]:
    """Every minute of every group that is tracked: by monitor in their order, then by group, then by time."""
    sent = {_key(each): each for each in watched.notifications}
    muted = {_key(each.notification): each for each in watched.muted}
    for monitor in watched.monitors:
        timelines = watched.ran.timelines[monitor.id]
        for group, timeline in sorted(timelines.items()):
            for minute in _states(monitor, timeline, watched):
                key = (monitor.id, group, minute.step)
                yield replace(minute, notification=sent.get(key), muted=muted.get(key))
        for key in sorted({*sent, *muted}, key=lambda key: key[2]):
            if key[0] == monitor.id and key[1] not in timelines:
                yield _together(monitor, sent.get(key), muted.get(key))


def _key(notification: Notification) -> tuple[str, Group, int]:
    return notification.monitor_id, notification.group, notification.step


def _states(monitor: Monitor, timeline: GroupTimeline, watched: Watched) -> Iterator[Minute]:
    before, group = timeline.initial, ",".join(timeline.group)
    for step, (time_s, code) in enumerate(zip(watched.ran.times_s.tolist(), timeline.states.tolist(), strict=True)):
        state = State(code)
        if step >= watched.first and (state is not State.ABSENT or before is not State.ABSENT):
            yield Minute(monitor, group, time_s, step, before, state, timeline.value_at(step), timeline)
        before = state


def _together(monitor: Monitor, sent: Notification | None, muted: Muted | None) -> Minute:
    about = sent or (muted.notification if muted else None)
    assert about is not None
    group = ",".join(about.group)
    return Minute(monitor, group, about.time_s, about.step, about.state, about.state, None, None, sent, muted)
