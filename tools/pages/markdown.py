"""Markdown that every generated page is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

GENERATED = "<!-- Generated from the code, do not edit: make gen -->"


def page(*blocks: str) -> str:
    """The text of a file: blocks with an empty line between them, and a line break at the end."""
    return "\n\n".join(blocks) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table. A bar in a cell is escaped, and a line break becomes a space, so that neither ends the cell."""
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in (head, ["---"] * len(head), *rows))


def contents(titles: Iterable[str]) -> str:
    """Links to the sections of a page with these titles, in one line; an anchor is what GitHub makes of a title."""
    return " · ".join(f"[{title}](#{_anchor(title)})" for title in titles)


def _anchor(title: str) -> str:
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
