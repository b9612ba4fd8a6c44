"""The index of a page, which stays in sight: its parts, and on a wide screen every alert."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from xml.etree.ElementTree import Element

from firedrill.report.html.markup import el


class Entry(NamedTuple):
    """What a line of the index leads to: the id of an element, and its name."""

    id: str
    name: str
    good: bool = True


def index(parts: Iterable[Entry], alerts: Iterable[Entry]) -> Element:
    """The parts of the page, then its alerts; those that are not good have a sign."""
    return el(
        "nav",
        {"class": "index", "aria-label": "On this page"},
        el("ol", "parts", *map(_line, parts)),
        el("ol", "all", *map(_line, alerts)),
    )


def _line(entry: Entry) -> Element:
    return el("li", None, el("a", {"href": f"#{entry.id}"}, f"{'' if entry.good else '✗ '}{entry.name}"))
