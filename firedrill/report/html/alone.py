"""A picture of the report as a file of its own, with as much of the report's style as it needs."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from xml.etree.ElementTree import Element, tostring

from firedrill.report.evidence import Picture
from firedrill.report.html.chart import chart
from firedrill.report.html.markup import el

_COLOURS = re.compile(r"^:root \{.*?^\}|^@media \(prefers-color-scheme: dark\) \{.*?^\}", re.MULTILINE | re.DOTALL)
_RULES = re.compile(r"^(?:\.chart [^{]|\.fault|\.edge|\.grid|\.state|\.mark|path\.(?!line-)).*\}$", re.MULTILINE)
_GROUND = "svg { background: var(--paper); font-family: system-ui, sans-serif; }"


def picture_file(picture: Picture, title: str) -> str:
    """The chart of an alert as the text of an SVG file; the same picture makes the same text."""
    drawn = chart(picture, "alert", title)
    alone = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **drawn.attrib})
    alone.append(el("style", None, _style()))
    alone.extend(drawn)
    return f"{tostring(alone, encoding='unicode')}\n"


@cache
def _style() -> str:
    text = files("firedrill.report.html").joinpath("style.css").read_text(encoding="utf-8")
    return "\n".join((*_COLOURS.findall(text), *_RULES.findall(text), _GROUND))
