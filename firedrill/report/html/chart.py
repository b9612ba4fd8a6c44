"""The picture of an alert: what it measured, its thresholds, the fault, its states and whom it told, as static SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.etree.ElementTree import Element

from firedrill.report.evidence import Course, Levels, Picture, Sent
from firedrill.report.html.markup import Child, el
from firedrill.report.html.scale import Scale, covering, ticks
from firedrill.report.words import minutes, moment, number

WIDTH, HEIGHT = 480, 256
"""In units of which a letter takes at most _LETTER_WIDTH, also on a narrow screen, where letters are drawn larger."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 474, 26, 160
_BAND, _BAND_HEIGHT = 170, 20
_AXIS = 208
_MARKS = 240
_LABELS = 9
_STEPS = (
    (10, 1, "min"),
    (30, 1, "min"),
    (60, 60, "h"),
    (240, 60, "h"),
    (720, 60, "h"),
    (2880, 1440, "d"),
    (7200, 1440, "d"),
)
"""Minutes from one label of time to the next, the minutes of its unit, and the unit."""
_STATE_CLASS = {"OK": "ok", "Alert": "alert", "Warn": "warn", "No Data": "nodata", "Unknown": "nodata"}
_LETTER_WIDTH = 7.5
_MARK = 10
"""Half of what a mark takes, with the room around it."""


def chart(picture: Picture, id_: str, title: str) -> Element:
    """The whole picture; `id_` makes the ids of its title and description."""
    across = Scale(picture.minutes[0], max(picture.minutes[-1], picture.minutes[0] + 1), _LEFT, _RIGHT)
    low, high = covering(_drawn(picture))
    up = Scale(low, high, _BOTTOM, _TOP)
    levels = _levels(picture.levels)
    attributes = {
        "class": "chart",
        "viewBox": f"0 0 {WIDTH} {HEIGHT}",
        "role": "img",
        "aria-labelledby": f"{id_}-t {id_}-d",
    }
    return el(
        "svg",
        attributes,
        el("title", {"id": f"{id_}-t"}, title),
        el("desc", {"id": f"{id_}-d"}, described(picture)),
        *_fault(picture, across),
        *_grid(up, low, high),
        *(el("path", {"class": class_, "d": f"M{_LEFT} {up(value)}H{_RIGHT}"}) for class_, _, value in levels),
        *(el("path", {"class": "other", "d": _line(each, picture.minutes, across, up)}) for each in picture.others),
        el("path", {"class": "value", "d": _line(picture.course, picture.minutes, across, up)}),
        *_named(levels, up),
        *_band(picture, across),
        *_minutes(picture, across),
        _nothing(picture, across),
        *_told([each for each in picture.sent if is_of(each, picture.course)], across),
    )


def sparkline(picture: Picture) -> Element:
    """The value and its threshold alone, small, for a row of a table; its text is in the row."""
    across = Scale(picture.minutes[0], max(picture.minutes[-1], picture.minutes[0] + 1), 1, 119)
    up = Scale(*covering(_drawn(picture)), 27, 3)
    begin, end = across(0), across(picture.fault)
    level = picture.levels
    return el(
        "svg",
        {"class": "spark", "viewBox": "0 0 120 30", "aria-hidden": "true"},
        el("rect", {"class": "fault", "x": begin, "y": 0, "width": round(end - begin, 1), "height": 30}),
        el("path", {"class": "level", "d": f"M1 {up(level.critical)}H119"}) if level else None,
        el("path", {"class": "value", "d": _line(picture.course, picture.minutes, across, up)}),
    )


def described(picture: Picture) -> str:
    """What the picture shows, in sentences."""
    values = [
        value
        for minute, value in zip(picture.minutes, picture.course.values, strict=True)
        if value is not None and 0 < minute <= picture.fault
    ]
    said = [f"A fault of {minutes(picture.fault)}."]
    if values:
        said.append(f"While it lasts the value is between {number(min(values))} and {number(max(values))}.")
    else:
        said.append("While it lasts there is no value.")
    if picture.levels:
        said.append(f"It alerts at {picture.levels.comparator} {number(picture.levels.critical)}.")
    said += [f"{state} from minute {first} on." for state, first, _ in runs(picture)]
    told = [each for each in picture.sent if is_of(each, picture.course)]
    said += [f"Minute {each.minute:,}: {_who(each)} told ({each.kind})." for each in told[:4]]
    return " ".join(said)


def runs(picture: Picture) -> list[tuple[str, int, int]]:
    """The states in their order, each with its first minute and the minute at which the next one begins."""
    steps = list(zip(picture.course.states, picture.minutes, strict=True))
    found = [(state, next(iter(some))[1]) for state, some in groupby(steps, key=lambda each: each[0])]
    ends = [*(minute for _, minute in found[1:]), picture.minutes[-1]]
    return [(state, minute, end) for (state, minute), end in zip(found, ends, strict=True)]


def is_of(sent: Sent, course: Course) -> bool:
    """Whether a notification is about the group of a course, which it may name by a part of its tags."""
    return {*filter(None, sent.group.split(","))} <= {*course.group.split(",")}


def _who(sent: Sent) -> str:
    return f"{', '.join(sent.handles)} {'are' if len(sent.handles) > 1 else 'is'}" if sent.handles else "nobody is"


def _drawn(picture: Picture) -> Iterator[float]:
    for each in (picture.course, *picture.others):
        yield from (value for value in each.values if value is not None)
    if picture.levels:
        yield picture.levels.critical
        yield from (each for each in (picture.levels.recovery, picture.levels.warning) if each is not None)


def _fault(picture: Picture, across: Scale) -> Iterator[Child]:
    begin, end = across(0), across(picture.fault)
    height = _BAND + _BAND_HEIGHT - _TOP
    yield el("rect", {"class": "fault", "x": begin, "y": _TOP, "width": round(end - begin, 1), "height": height})
    yield el("path", {"class": "edge", "d": f"M{begin} {_TOP - 8}V{_AXIS - 14}M{end} {_TOP - 8}V{_AXIS - 14}"})
    yield el("text", {"x": begin + 6, "y": _TOP - 10, "class": "strong"}, f"fault, {minutes(picture.fault)}")


def _grid(up: Scale, low: float, high: float) -> Iterator[Child]:
    for value in ticks(low, high, 3):
        yield el("path", {"class": "grid", "d": f"M{_LEFT} {up(value)}H{_RIGHT}"})
        yield el("text", {"x": _LEFT - 8, "y": up(value) + 4, "class": "end"}, number(value))


def _levels(levels: Levels | None) -> list[tuple[str, str, float]]:
    """Each threshold by its class, its name and its value."""
    if levels is None:
        return []
    named = [("level", f"alert {levels.comparator} {number(levels.critical)}", levels.critical)]
    if levels.warning is not None:
        named.append(("level warning", f"warn {levels.comparator} {number(levels.warning)}", levels.warning))
    if levels.recovery is not None:
        named.append(("level recovery", f"recovers at {number(levels.recovery)}", levels.recovery))
    return named


def _named(levels: Sequence[tuple[str, str, float]], up: Scale) -> Iterator[Child]:
    """The names of the thresholds at their lines; one that would lie on another goes below it."""
    taken: list[float] = []
    for class_, text, value in levels:
        place = up(value) - 5
        while any(abs(place - other) < 16 for other in taken):
            place += 17
        taken.append(place)
        yield el("text", {"x": _RIGHT - 4, "y": round(place, 1), "class": f"end halo {class_}"}, text)


def _line(course: Course, steps: Sequence[int], across: Scale, up: Scale) -> str:
    """The path of the values, begun anew after each evaluation without data; of level stretches it has the ends."""
    parts = []
    values = [None, *course.values, None]
    for minute, before, value, after in zip(steps, values, values[1:], values[2:], strict=False):
        if value is not None and not before == value == after:
            parts.append(f"{'M' if before is None else 'L'}{across(minute):g} {up(value):g}")
    return "".join(parts) or "M0 0"


def _band(picture: Picture, across: Scale) -> Iterator[Child]:
    """The states as a band: each in its colour and pattern, with its name where it fits."""
    for state, first, last in runs(picture):
        begin, end = across(first), across(last)
        width = round(end - begin, 1)
        class_ = _STATE_CLASS.get(state, "absent")
        yield el("rect", {"class": f"state {class_}", "x": begin, "y": _BAND, "width": width, "height": _BAND_HEIGHT})
        if width > len(state) * _LETTER_WIDTH + 8:
            yield el("text", {"x": begin + 6, "y": _BAND + 15, "class": f"on {class_}"}, state)
    yield el("text", {"x": _LEFT - 8, "y": _BAND + 15, "class": "end"}, "state")


def _nothing(picture: Picture, across: Scale) -> Child:
    """That there is no line where one would be looked for."""
    during = [value for minute, value in zip(picture.minutes, picture.course.values, strict=True) if minute > 0]
    if any(value is not None for value in during):
        return None
    return el("text", {"x": across(0) + 6, "y": (_TOP + _BOTTOM) / 2 + 20, "class": "halo strong"}, "no value")


def _minutes(picture: Picture, across: Scale) -> Iterator[Child]:
    lasts = picture.minutes[-1] - picture.minutes[0]
    step, unit, name = next((each for each in _STEPS if lasts <= _LABELS * each[0]), _STEPS[-1])
    first = -(-picture.minutes[0] // step) * step
    for minute in range(first, picture.minutes[-1] + 1, step):
        text = f"{minute // unit:+d}" if minute else f"0 {name}"
        yield el("text", {"x": across(minute), "y": _AXIS, "class": "middle"}, text)


def _told(sent: Sequence[Sent], across: Scale) -> Iterator[Child]:
    """The moments at which somebody is told: a triangle for what begins, a circle for what is over."""
    yield el("text", {"x": _LEFT - 8, "y": _MARKS, "class": "end"}, "told")
    if not sent:
        yield el("text", {"x": _LEFT, "y": _MARKS}, "nobody")
        return
    moments = [(minute, list(some)) for minute, some in groupby(sent, key=lambda each: each.minute)]
    nexts = [*(across(minute) for minute, _ in moments[1:]), float(_RIGHT) + _MARK]
    taken = float(_LEFT)
    for (minute, (first, *more)), ahead in zip(moments, nexts, strict=True):
        x, y = across(minute), _MARKS - 5
        recovered = first.kind == "recovery"
        class_ = "mark ok" if recovered else "mark alert"
        yield el("path", {"class": "moment", "d": f"M{x} {_TOP}V{y - 8}"})
        if recovered:
            yield el("circle", {"class": class_, "cx": x, "cy": y, "r": 5.5})
        else:
            yield el("path", {"class": class_, "d": f"M{x - 6.5} {y + 5}L{x} {y - 7}L{x + 6.5} {y + 5}Z"})
        text = f"{first.kind} {moment(minute)}{f' ×{len(more) + 1}' if more else ''}"
        if not first.handles:
            text += ", nobody"
        for said in (text, moment(minute)):
            length = len(said) * _LETTER_WIDTH
            if x + _MARK + length <= ahead - _MARK:
                yield el("text", {"x": x + _MARK, "y": _MARKS}, said)
                taken = x + _MARK + length
                break
            if x - _MARK - length >= taken:
                yield el("text", {"x": x - _MARK, "y": _MARKS, "class": "end"}, said)
                break
        taken = max(taken, x + _MARK)
