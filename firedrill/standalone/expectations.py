"""What monitors did against what was expected of them, in the form of promtool's unit tests of rules.

Source of the form: prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from firedrill.report.machine import iso
from firedrill.schemas import VERSION
from firedrill.standalone.deciding import decided
from firedrill.standalone.expected import NO_GROUP, Expectation
from firedrill.standalone.minutes import Minute, minutes_of
from firedrill.standalone.monitor import MINUTE_MS, Watched
from firedrill.standalone.words import count
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.suggestions import hint


@dataclass(frozen=True)
class Checked:
    """An expectation, when it is of (seconds since 1970), the state that there was, and what decided it."""

    expected: Expectation
    time_s: int
    state: str
    decided: str

    @property
    def met(self) -> bool:
        """Whether the state is the expected one."""
        return self.state == self.expected.state


def check(watched: Watched, expectations: Sequence[Expectation]) -> list[Checked]:
    """Every expectation against what the monitors did.

    Raises FiredrillError for a monitor that is not evaluated and a minute that is beyond the last evaluation.
    """
    known = {monitor.name for monitor in watched.monitors}
    begin_s = watched.recording.begin_ms // MINUTE_MS * 60
    times_s = set(watched.ran.times_s.tolist())
    whole = replace(watched, first=0)
    found = {(each.monitor.name, each.group, each.time_s): each for each in minutes_of(whole) if each.timeline}
    checked = []
    for number, each in enumerate(expectations, start=1):
        time_s = begin_s + 60 * each.minute
        if each.monitor not in known:
            meant = f"{each.monitor!r}{hint(each.monitor, known)}"
            raise FiredrillError(f"expectation {number}: no monitor {meant} is evaluated; there are {_listed(known)}")
        if time_s not in times_s:
            last = (max(times_s) - begin_s) // 60
            raise FiredrillError(
                f"expectation {number}: minute {each.minute} is not evaluated, the last one is {last}; "
                "give a minute up to it, or show more with --minutes or --to"
            )
        checked.append(_checked(each, time_s, found.get((each.monitor, each.group, time_s))))
    return checked


def lines(checked: Sequence[Checked]) -> Iterator[str]:
    """A failure with what was expected and what there was for each that is not met, then how many are."""
    failed = [each for each in checked if not each.met]
    for each in failed:
        group = f", group {each.expected.group}" if each.expected.group else ""
        yield f"FAILED: {each.expected.monitor}{group}, minute {each.expected.minute} ({iso(each.time_s * 1000)}):"
        yield f"    exp: {each.expected.state}"
        yield f"    got: {each.state}{f', as {each.decided}' if each.decided else ''}"
    if failed:
        yield f"FAILED: {len(failed)} of {count(len(checked), 'expectation')}"
    else:
        yield f"SUCCESS: {count(len(checked), 'expectation')}"


def checked_json(checked: Checked) -> str:
    """An expectation as one line of JSON, with `exp`, `got` and whether it is `met`."""
    expected = checked.expected
    fields = {
        "version": VERSION,
        "expectation": {"monitor": expected.monitor, "group": expected.group, "minute": expected.minute},
        "time": iso(checked.time_s * 1000),
        "exp": expected.state,
        "got": checked.state,
        "met": checked.met,
    }
    return json.dumps(fields, ensure_ascii=False)


def _checked(expected: Expectation, time_s: int, minute: Minute | None) -> Checked:
    if minute is None or minute.state.label == "(no group)":
        return Checked(expected, time_s, NO_GROUP, "there is no such group")
    return Checked(expected, time_s, minute.state.label, decided(minute))


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))
