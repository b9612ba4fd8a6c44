"""Names made to fit a narrow terminal without becoming the same."""

from __future__ import annotations

from collections.abc import Sequence

ELLIPSIS = "…"


def in_the_middle(text: str, width: int, head: int | None = None) -> str:
    """The text, at most `width` columns of it: where it is longer, `head` columns from its begin and what is left."""
    if len(text) <= width:
        return text
    head = (width - 1) // 2 if head is None else head
    tail = width - 1 - head
    return f"{text[:head]}{ELLIPSIS}{text[-tail:] if tail > 0 else ''}"


def fitted(names: Sequence[str], width: int) -> dict[str, str]:
    """Each name in at most `width` columns, different names differently as far as any cut in their middle allows."""
    different = list(dict.fromkeys(names))
    cuts = sorted(range(max(width, 1)), key=lambda head: abs(head - (width - 1) // 2))
    tried = ({name: in_the_middle(name, width, head) for name in different} for head in cuts)
    return max(tried, key=lambda found: len(set(found.values())))
