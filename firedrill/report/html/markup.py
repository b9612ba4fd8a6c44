"""HTML and SVG as a tree that is serialised at the end, so that no text can become markup."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, tostring
from zlib import crc32

Child = Element | str | None
"""A string is text, whatever it holds; None is nothing."""

Attributes = Mapping[str, str | float | None]

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
"""What no page may hold (control characters, halves of pairs), and what would turn the direction of a text."""


def el(tag: str, attributes: str | Attributes | None = None, *children: Child) -> Element:
    """An element with its children in their order.

    Attributes given as a string are its class; one that is None is left out.
    """
    given = {"class": attributes} if isinstance(attributes, str) else attributes or {}
    made = Element(tag, {name: _text(value) for name, value in given.items() if value is not None})
    last: Element | None = None
    for child in children:
        if isinstance(child, str):
            if last is None:
                made.text = (made.text or "") + clean(child)
            else:
                last.tail = (last.tail or "") + clean(child)
        elif child is not None:
            made.append(child)
            last = child
    return made


def clean(text: str) -> str:
    """The text with the replacement character for each character that a page may not hold."""
    return _UNSEEN.sub("�", text)


def serialised(root: Element) -> str:
    """The tree as HTML; what `style` elements hold is written as it is, everything else is escaped."""
    return tostring(root, encoding="unicode", method="html")


def anchor(*names: str) -> str:
    """An id for an element, of letters, digits and dashes; names that have other letters get a number to tell them."""
    plain = [re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") for name in names]
    number_of = "" if plain == [*names] else f"-{crc32(json.dumps(names).encode()):x}"
    return ("--".join(plain) + number_of).strip("-") or "it"


def _text(value: str | float) -> str:
    return clean(value) if isinstance(value, str) else f"{value:.6g}"
