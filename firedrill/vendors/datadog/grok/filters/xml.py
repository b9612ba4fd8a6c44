"""xml: parses properly formatted XML into an object; every value is a string.

An attribute and a child element are both members; repeated members become an array; the text of an element that has
members is its member `value`. A document type, and with it entities of its own, is refused: nothing is extracted.
Source: docs.datadoghq.com/logs/log_configuration/parsing#parsing-xml
"""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from firedrill.vendors.datadog.grok.definitions import plain

Element = dict[str, Any]


class _DocumentType(Exception):
    """The text declares a document type."""


def _xml(value: Any) -> Element | None:
    if not isinstance(value, str):
        return None
    root: Element = {}
    open_elements: list[tuple[str, Element, list[str]]] = [("", root, [])]

    def start(name: str, attributes: Element) -> None:
        open_elements.append((name, attributes, []))

    def text(data: str) -> None:
        open_elements[-1][2].append(data)

    def end(name: str) -> None:
        _, members, pieces = open_elements.pop()
        content = "".join(pieces).strip()
        if members and content:
            _add(members, "value", content)
        _add(open_elements[-1][1], name, members or content or None)

    def document_type(*_: Any) -> None:
        raise _DocumentType

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = document_type
    try:
        parser.Parse(value, True)
    except (expat.ExpatError, _DocumentType, ValueError):
        return None
    return root


def _add(members: Element, name: str, value: Any) -> None:
    if name not in members:
        members[name] = value
    elif isinstance(members[name], list):
        members[name].append(value)
    else:
        members[name] = [members[name], value]


FILTER = plain("xml", _xml, "without document types")
