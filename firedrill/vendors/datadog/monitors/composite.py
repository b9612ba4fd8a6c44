"""Composite monitors: other monitors' states under &&, || and !.

Source: docs.datadoghq.com/monitors/types/composite
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from lark import Lark, Token, Transformer, UnexpectedInput, v_args

from firedrill.vendors.datadog.monitors.states import Codes, Group, GroupTimeline, Outcome, State
from firedrill.vendors.datadog.monitors.timeline import Track
from firedrill.vendors.datadog.syntax import SyntaxMistake, place, read_lark

LABELS = "abcdefghij"

Step = str | Literal["&&", "||", "!"]


class CompositeSyntaxError(SyntaxMistake):
    """A composite query that is not an expression over monitor ids."""

    language = "composite query"


@dataclass(frozen=True)
class Composite:
    """A compiled composite query: its `steps` in postfix order and the ids in order of appearance."""

    text: str
    steps: tuple[Step, ...]
    ids: tuple[str, ...]

    @property
    def labels(self) -> dict[str, str]:
        """The letters that a message knows the sub-monitors by: id by label, in order of appearance."""
        return dict(zip(LABELS, self.ids, strict=False))

    def combine(self, states: Mapping[str, Codes]) -> Codes:
        """The composite's status from the states of its monitors, by id; ABSENT where one of them is.

        Severities being numbers, && is the least severe and || the most severe; `!` turns OK into Alert,
        No Data into itself and everything else into OK.
        """
        stack: list[Codes] = []
        for step in self.steps:
            if step == "!":
                stack.append(_NEGATED[stack.pop()])
            elif step in _BINARY:
                right = stack.pop()
                stack.append(_BINARY[step](stack.pop(), right))
            else:
                stack.append(states[step])
        present = np.logical_and.reduce([states[monitor] != State.ABSENT for monitor in self.ids])
        return np.where(present, stack[0], np.int8(State.ABSENT)).astype(np.int8)


_BINARY: Mapping[str, Callable[[Codes, Codes], Codes]] = {"&&": np.minimum, "||": np.maximum}
_OPPOSITES = {State.ABSENT: State.ABSENT, State.OK: State.ALERT, State.NO_DATA: State.NO_DATA}
_NEGATED = np.array([_OPPOSITES.get(state, State.OK) for state in State], np.int8)


@v_args(inline=True)
class _Postfix(Transformer[Token, tuple[Step, ...]]):
    def monitor(self, token: Token) -> tuple[Step, ...]:
        return (str(token),)

    def negation(self, inner: tuple[Step, ...]) -> tuple[Step, ...]:
        return (*inner, "!")

    def both(self, left: tuple[Step, ...], right: tuple[Step, ...]) -> tuple[Step, ...]:
        return (*left, *right, "&&")

    def either(self, left: tuple[Step, ...], right: tuple[Step, ...]) -> tuple[Step, ...]:
        return (*left, *right, "||")


_GRAMMAR = Lark.open("composite.lark", rel_to=__file__, parser="lalr", transformer=_Postfix())
_TERMINALS = {"ID": "a monitor id", "_OPEN": "'('", "_CLOSE": "')'", "_NOT": "'!'", "_OR": "'||'", "_AND": "'&&'"}


def compile_composite(text: str) -> Composite:
    """Compile a composite query, raising CompositeSyntaxError with line, column and what was expected."""
    try:
        steps: tuple[Step, ...] = _GRAMMAR.parse(text)  # type: ignore[assignment]  # the transformer's result
    except UnexpectedInput as error:
        at, found, expected = read_lark(error, text, _TERMINALS)
        raise CompositeSyntaxError(text, *place(text, at), found, expected) from error
    return Composite(text, steps, tuple(dict.fromkeys(step for step in steps if step.isdigit())))


def composite_timelines(
    composite: Composite,
    parts: Mapping[str, Mapping[Group, GroupTimeline]],
    tracks: dict[Group, Track],
    *,
    shows_no_data: bool,
) -> dict[Group, GroupTimeline]:
    """The composite's groups over time, from its monitors' timelines by id.

    `tracks` is what earlier evaluations left of each group, and is brought up to date. A status of No Data is replaced
    by the last known one unless `shows_no_data`.
    """
    labels = {monitor: label for label, monitor in composite.labels.items()}
    timelines = {}
    for group, members in common_groups(composite.ids, parts).items():
        result = composite.combine({monitor: timeline.states for monitor, timeline in members.items()})
        track = tracks.setdefault(group, Track(State.ABSENT if group else State.NO_DATA))
        initial = track.state
        states, outcomes = _keep_last_known(result, initial, shows_no_data)
        track.state = State(states[-1]) if len(states) else initial
        timelines[group] = GroupTimeline(
            group,
            np.full(len(states), np.nan),
            states,
            outcomes,
            initial,
            {labels[monitor]: timeline for monitor, timeline in members.items()},
            tuple(dict.fromkeys(text for timeline in members.values() for text in timeline.modelled)),
        )
    return timelines


def _keep_last_known(result: Codes, initial: State, shows_no_data: bool) -> tuple[Codes, Codes]:
    outcomes = np.where(result == State.NO_DATA, np.int8(Outcome.NO_DATA), np.int8(Outcome.VALUE)).astype(np.int8)
    if shows_no_data:
        return result, outcomes
    kept = result == State.NO_DATA
    outcomes[kept] = Outcome.KEPT
    known = np.maximum.accumulate(np.where(kept, -1, np.arange(len(result))))
    states = np.where(known >= 0, result[np.maximum(known, 0)], np.int8(initial))
    return states.astype(np.int8), outcomes


def common_groups(
    ids: Sequence[str], parts: Mapping[str, Mapping[Group, GroupTimeline]]
) -> dict[Group, dict[str, GroupTimeline]]:
    """The common reporting sources: for each group of the finest-grained monitor, the matching group of every other.

    Only tag values count, not keys; a coarser group matches when all of its values occur in the finer one.
    """
    finest = max(ids, key=lambda monitor: max(map(len, parts[monitor]), default=0))
    common = {}
    for group in parts[finest]:
        members = {monitor: _covering(parts[monitor].values(), group) for monitor in ids}
        found = {monitor: timeline for monitor, timeline in members.items() if timeline is not None}
        if len(found) == len(ids):
            common[group] = found
    return common


def _covering(timelines: Iterable[GroupTimeline], group: Group) -> GroupTimeline | None:
    values = _values(group)
    return next((timeline for timeline in timelines if _values(timeline.group) <= values), None)


def _values(group: Group) -> frozenset[str]:
    return frozenset(tag.partition(":")[2] for tag in group)
