"""A night of trouble for people and for machines: how often each handle hears, before and after."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from firedrill.drill.night import Night
from firedrill.schemas import VERSION

WITHOUT = "its storage cannot fail, so there is no such night"


def to_json(stack: str, found: Mapping[str, Night | None]) -> str:
    """One JSON object: of each Worker the messages to each handle, part by part, and what downtimes kept back."""
    nights = [_document(worker, one) for worker, one in found.items()]
    return json.dumps({"version": VERSION, "stack": stack, "nights": nights}, indent=2, ensure_ascii=False) + "\n"


def lines(stack: str, found: Mapping[str, Night | None]) -> Iterator[str]:
    """What is told of each Worker, handle by handle, as a table."""
    yield f"stack {stack}, one night of trouble: messages to each handle, without and with its routes and downtimes"
    for worker, one in found.items():
        if one is None:
            yield f"{worker}: {WITHOUT}"
            continue
        yield f"{worker}:"
        handles = sorted({*one.before, *one.after})
        width = max(map(len, (*handles, *(f"  {each.what}" for each in one.parts))))
        yield f"  {'':<{width}}  without  with"
        for handle in handles:
            before, after = _of(one, handle)
            yield _row(handle, sum(before), sum(after), width)
            for part, was, now in zip(one.parts, before, after, strict=True):
                yield f"  {_row(part.what, was, now, width - 2)}"
        for monitor, number in sorted(one.muted.items()):
            yield f"  muted in the deployment: {number} of {monitor}"
    texts = dict.fromkeys(text for one in found.values() if one for text in one.modelled)
    yield from (f"modelled: {text}" for text in texts)


def _row(what: str, before: int, after: int, width: int) -> str:
    return f"  {what:<{width}}  {before:>7}  {after:>4}"


def _of(night: Night, handle: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    nothing = (0,) * len(night.parts)
    return night.before.get(handle, nothing), night.after.get(handle, nothing)


def _document(worker: str, night: Night | None) -> dict[str, Any]:
    if night is None:
        return {"worker": worker, "without": WITHOUT}
    handles = []
    for handle in sorted({*night.before, *night.after}):
        before, after = _of(night, handle)
        of_parts = [
            {"part": part.what, "before": was, "after": now}
            for part, was, now in zip(night.parts, before, after, strict=True)
        ]
        handles.append({"handle": handle, "before": sum(before), "after": sum(after), "parts": of_parts})
    return {
        "worker": worker,
        "parts": [asdict(each) for each in night.parts],
        "handles": handles,
        "muted": dict(sorted(night.muted.items())),
        "modelled": list(night.modelled),
    }
