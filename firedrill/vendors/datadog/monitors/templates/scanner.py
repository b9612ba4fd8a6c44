"""Cut a message into text and tags, with their offsets.

Source: docs.datadoghq.com/monitors/notify/variables (comments, raw format, character escape)
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from firedrill.vendors.datadog.monitors.templates.errors import TemplateSyntaxError


class Kind(Enum):
    """What a piece of a template is."""

    TEXT = "text"
    COMMENT = "{{! }}"
    TAG = "{{ }}"
    UNESCAPED = "{{{ }}}"
    RAW = "{{{{ }}}}"


class Piece(NamedTuple):
    """A piece between `start` and `end`; `content` is what stands inside the braces, at `inner`.

    `raw` is the text between `{{{{name}}}}` and `{{{{/name}}}}`.
    """

    kind: Kind
    content: str
    start: int
    inner: int
    end: int
    raw: str = ""


def scan(template: str) -> Iterator[Piece]:
    """Yield the pieces in order, raising TemplateSyntaxError for braces that are never closed."""
    position = 0
    while (start := template.find("{{", position)) >= 0:
        if start > position:
            yield Piece(Kind.TEXT, template[position:start], position, position, start)
        piece = _piece(template, start)
        yield piece
        position = piece.end
    if position < len(template):
        yield Piece(Kind.TEXT, template[position:], position, position, len(template))


def _piece(template: str, start: int) -> Piece:
    if template.startswith("{{{{", start):
        return _raw(template, _closed(Kind.RAW, template, start, "{{{{", "}}}}"))
    if template.startswith("{{{", start):
        return _closed(Kind.UNESCAPED, template, start, "{{{", "}}}")
    if template.startswith("{{!--", start) and _closes_with_dashes(template, start + 5):
        return _closed(Kind.COMMENT, template, start, "{{!--", "--}}")
    if template.startswith("{{!", start):
        return _closed(Kind.COMMENT, template, start, "{{!", "}}")
    return _closed(Kind.TAG, template, start, "{{", "}}")


def _raw(template: str, opening: Piece) -> Piece:
    words = opening.content.split()
    closing = f"{{{{{{{{/{words[0] if words else ''}}}}}}}}}"
    end = template.find(closing, opening.end)
    if end < 0:
        raise TemplateSyntaxError(template, opening.start, "a raw block that is never closed", repr(closing))
    return opening._replace(raw=template[opening.end : end], end=end + len(closing))


def _closes_with_dashes(template: str, position: int) -> bool:
    """Tell `{{!-- comment --}}` from the `{{!-- comment }}` that the page also allows: which end comes first counts."""
    end, another = template.find("--}}", position), template.find("{{!--", position)
    return end >= 0 and not 0 <= another < end


def _closed(kind: Kind, template: str, start: int, opening: str, closing: str) -> Piece:
    inner = start + len(opening)
    end = template.find(closing, inner)
    if end < 0:
        raise TemplateSyntaxError(template, start, f"{opening!r} that is never closed", repr(closing))
    return Piece(kind, template[inner:end], start, inner, end + len(closing))


def stands_alone(template: str, piece: Piece) -> bool:
    """Whether a block's tag or a comment has its line to itself: then the whole line writes nothing.

    The vendor documents no rule; this is the one of Handlebars, whose syntax the page shows.
    """
    word = piece.content.strip()
    if piece.kind is not Kind.COMMENT and not (piece.kind is Kind.TAG and (word[:1] in "#^/" or word == "else")):
        return False
    before = template[template.rfind("\n", 0, piece.start) + 1 : piece.start]
    end = template.find("\n", piece.end)
    after = template[piece.end : end if end >= 0 else len(template)]
    return not before.strip() and not after.strip()
