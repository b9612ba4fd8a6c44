"""How small a fault an alert sees, as a ruler: where it is quiet, from where it fires, its threshold, its danger."""

from __future__ import annotations

from collections.abc import Iterator
from math import log10
from xml.etree.ElementTree import Element

from firedrill.drill.bracket import Sensitivity
from firedrill.report.html.markup import Child, el
from firedrill.report.html.scale import Scale
from firedrill.report.words import number

WIDTH, HEIGHT = 480, 64
_TOP, _BOTTOM = 24, 42
_NEAR = 0.12
"""Half a ruler's length at least, in powers of ten."""


def ruler(found: Sensitivity, id_: str) -> Element | None:
    """The ruler, logarithmic; None where no size fires."""
    if found.smallest is None:
        return None
    sizes = [each for each in (found.smallest, found.quiet, found.threshold, found.size) if each and each > 0]
    low, high = log10(min(sizes)), log10(max(sizes))
    room = max(_NEAR, (high - low) * 0.25)
    across = Scale(low - room, high + room, 4, WIDTH - 4)
    attributes = {
        "viewBox": f"0 0 {WIDTH} {HEIGHT}",
        "role": "img",
        "aria-labelledby": f"{id_}-r",
    }
    return el(
        "figure",
        "ruler",
        el("svg", attributes, el("title", {"id": f"{id_}-r"}, told(found)), *_drawn(found, found.smallest, across)),
        el("figcaption", None, told(found)),
    )


def told(found: Sensitivity) -> str:
    """The same in a sentence."""
    if found.smallest is None:
        return f"No size that was tried fires it; the danger is {number(found.size)} {found.unit}."
    quiet = f"quiet at {number(found.quiet)}" if found.quiet is not None else "no smaller size was tried"
    threshold = "" if found.threshold is None else f"; threshold {number(found.threshold)}"
    danger = f"; the danger is {number(found.size)}"
    return f"Fires from {number(found.smallest)} {found.unit}, {quiet}{threshold}{danger}."


def _drawn(found: Sensitivity, smallest: float, across: Scale) -> Iterator[Child]:
    fires = across(log10(smallest))
    quiet = across(log10(found.quiet)) if found.quiet else fires
    height = _BOTTOM - _TOP
    if found.quiet:
        yield el("rect", {"class": "quiet", "x": 4, "y": _TOP, "width": round(quiet - 4, 1), "height": height})
        yield el("text", {"x": 10, "y": _BOTTOM - 5, "class": "strong"}, "quiet")
    width = round(WIDTH - 4 - fires, 1)
    yield el("rect", {"class": "fires", "x": fires, "y": _TOP, "width": width, "height": height})
    yield el("text", {"x": WIDTH - 10, "y": _BOTTOM - 5, "class": "end strong"}, "fires")
    below = f"fires from {number(smallest)}"
    anchor = "end" if fires > WIDTH / 2 else None
    yield el("path", {"class": "pin", "d": f"M{fires} {_TOP}V{_BOTTOM + 8}"})
    yield el("text", {"x": fires, "y": _BOTTOM + 19, "class": f"{anchor or ''} strong".strip()}, below)
    above = [("danger", found.size, "pin")]
    if found.threshold:
        above.append(("threshold", found.threshold, "pin dashed"))
    places = sorted((across(log10(size)), name, size, class_) for name, size, class_ in above)
    for (place, name, size, class_), anchor in zip(places, ("end", None) if len(places) > 1 else (None,), strict=True):
        far = len(places) == 1 and place > WIDTH / 2
        yield el("path", {"class": class_, "d": f"M{place} {_TOP - 4}V{_BOTTOM}"})
        edge = "end" if far or (anchor == "end" and place > 110) or place > WIDTH - 90 else None
        yield el("text", {"x": place, "y": _TOP - 9, "class": edge}, f"{name} {number(size)}")
