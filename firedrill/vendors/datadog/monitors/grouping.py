"""notify_by: groups that notify together.

Source: docs.datadoghq.com/monitors/configuration (notification grouping)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from firedrill.vendors.datadog.monitors.states import Group, GroupTimeline

TOGETHER = "notify_by: as severe as the worst of the groups that notify together"
"""What is modelled of groups that notify together."""

T = TypeVar("T", bound="np.generic[Any]")


def notify_groups(timelines: Iterable[GroupTimeline], notify_by: tuple[str, ...]) -> list[GroupTimeline]:
    """The timelines that notify: each group alone, or one per combination of the `notify_by` keys; `*` is one for all.

    A combination is as severe as its worst group and shows that group's value. The vendor documents no more than
    that it alerts when one or more of its groups do.
    """
    if not notify_by:
        return list(timelines)
    members: dict[Group, list[GroupTimeline]] = {}
    for timeline in timelines:
        group = tuple(tag for tag in timeline.group if tag.partition(":")[0] in notify_by)
        members.setdefault(group, []).append(timeline)
    return [_worst(group, together) for group, together in members.items()]


def _worst(group: Group, timelines: list[GroupTimeline]) -> GroupTimeline:
    states = np.stack([timeline.states for timeline in timelines])
    worst = np.argmax(states, axis=0)

    def pick(arrays: list[NDArray[T]]) -> NDArray[T]:
        picked: NDArray[T] = np.take_along_axis(np.stack(arrays), worst[np.newaxis], axis=0)[0]
        return picked

    return GroupTimeline(
        group,
        pick([timeline.values for timeline in timelines]),
        np.max(states, axis=0),
        pick([timeline.outcomes for timeline in timelines]),
        max(timeline.initial for timeline in timelines),
        timelines[0].parts,
        (*timelines[0].modelled, TOGETHER),
    )
