"""A dashboard before it is deployed: each widget drawn from what the drill made, as static SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.etree.ElementTree import Element

from firedrill.drill.result import Drawing, Line
from firedrill.report.html.markup import Attributes, Child, anchor, el
from firedrill.report.html.scale import Scale, covering, ticks
from firedrill.report.words import number

_WIDTH, _HEIGHT = 340, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 334, 8, 118


def dashboards(drawings: Sequence[Drawing]) -> Iterator[Child]:
    """Each dashboard with its groups of widgets, in their order."""
    for title, mine in groupby(drawings, key=lambda each: each.dashboard):
        yield el("h2", {"id": anchor("dashboard", title)}, f"Dashboard {title}")
        told = (
            "Drawn from the drill, widget by widget, each from the scenario that it names: not Datadog's own picture."
        )
        yield el("p", "soft", told)
        for group, widgets in groupby(mine, key=lambda each: each.group):
            yield el("h3", "widgets-of", group)
            yield el("div", "widgets", *(_widget(each) for each in widgets))


def _widget(drawing: Drawing) -> Element:
    told = [f"scenario {drawing.scenario}"] if drawing.scenario else []
    return el(
        "figure",
        "widget",
        el("figcaption", None, el("b", None, drawing.title)),
        _graph(drawing) if drawing.lines else None,
        el("ul", "legend", *(_entry(place, line) for place, line in enumerate(drawing.lines)))
        if drawing.lines
        else None,
        el("p", "soft", "; ".join(filter(None, [*told, drawing.note])) or "shows nothing"),
    )


def _entry(place: int, line: Line) -> Element:
    last = next((each for each in reversed(line.values) if each is not None), None)
    stroke = el("path", {"class": _class(place), "d": "M0 4H14"})
    key = el("svg", {"viewBox": "0 0 14 8", "aria-hidden": "true"}, stroke)
    return el("li", None, key, f" {line.label} ", el("b", "num", number(last)))


def _class(place: int) -> str:
    return f"line line-{place}"


def _graph(drawing: Drawing) -> Element:
    first, last = drawing.minutes[0], max(drawing.minutes[-1], drawing.minutes[0] + 1)
    across = Scale(first, last, _LEFT, _RIGHT)
    low, high = covering(value for line in drawing.lines for value in line.values if value is not None)
    up = Scale(low, high, _BOTTOM, _TOP)
    begin, end = across(0), across(drawing.fault)
    box: Attributes = {
        "class": "fault",
        "x": begin,
        "y": _TOP,
        "width": round(end - begin, 1),
        "height": _BOTTOM - _TOP,
    }
    return el(
        "svg",
        {"class": "chart", "viewBox": f"0 0 {_WIDTH} {_HEIGHT}", "role": "img", "aria-label": _described(drawing)},
        el("rect", box),
        *_axes(up, low, high),
        *(el("path", _drawn(place, line, drawing.minutes, across, up)) for place, line in enumerate(drawing.lines)),
        *(el("path", {"class": "edge", "d": f"M{across(minute)} {_TOP}V{_BOTTOM}"}) for minute in drawing.marks),
        el("text", {"x": begin, "y": _HEIGHT - 12}, "deployment" if drawing.marks else f"fault, {drawing.fault} min"),
    )


def _axes(up: Scale, low: float, high: float) -> Iterator[Child]:
    for value in ticks(low, high, 3):
        yield el("path", {"class": "grid", "d": f"M{_LEFT} {up(value)}H{_RIGHT}"})
        yield el("text", {"x": _LEFT - 6, "y": up(value) + 4, "class": "end"}, number(value))


def _drawn(place: int, line: Line, minutes: Sequence[int], across: Scale, up: Scale) -> dict[str, str | float | None]:
    """The path of a line, begun anew after each minute without a value; one alone is a dot of a line's width."""
    parts, before = [], False
    for minute, value in zip(minutes, line.values, strict=True):
        if value is not None:
            parts.append(f"{'L' if before else 'M'}{across(minute):g} {up(value):g}{'' if before else 'h0.1'}")
        before = value is not None
    return {"class": _class(place), "d": "".join(parts) or "M0 0"}


def _described(drawing: Drawing) -> str:
    values = [value for line in drawing.lines for value in line.values if value is not None]
    names = ", ".join(line.label for line in drawing.lines)
    between = f"between {number(min(values))} and {number(max(values))}" if values else "without values"
    return f"{drawing.title} in {drawing.scenario}: {names}, {between}."
