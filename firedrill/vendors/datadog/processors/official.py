"""What the remappers of official attributes share: the first source that is present is taken, the source stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.paths import source
from firedrill.vendors.datadog.processors.base import DONE, Applied, Context, Run

Assign = Callable[[Log, Any], bool]
"""Gives a log its official attribute; False when the value cannot be one."""


def remapper(sources: Sequence[str], assign: Assign) -> Run:
    """Every such remapper counts."""
    getters = [source(path) for path in sources]
    absent = f"no source is present: {', '.join(sources)}"

    def run(log: Log, applied: Applied) -> str:
        for get in getters:
            value = get(log)
            if value is not None:
                return DONE if assign(log, value) else f"{value!r} cannot be used"
        return absent

    return run


def first_remapper(attribute: str, sources: Sequence[str], assign: Assign, context: Context) -> Run:
    """Of all such remappers in the pipelines that match a log, only the first counts.

    "First" is the first in order, or the first with a source (switch `first_remapper`).
    """
    remap = remapper(sources, assign)
    claimed_at_once = context.undocumented.first_remapper == "encountered"

    def run(log: Log, applied: Applied) -> str:
        if attribute in applied:
            return f"an earlier {attribute} remapper counts"
        outcome = remap(log, applied)
        if claimed_at_once or outcome is DONE:
            applied.add(attribute)
        return outcome

    return run
