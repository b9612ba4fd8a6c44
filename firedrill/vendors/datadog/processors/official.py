"""What the remappers of official attributes share: the first source that is present is taken.

Sources are attributes: an official attribute of the same name, as the message, is none. Service, status and date
remappers leave the source where it is, message, trace and span remappers remove it.
Source: the results that Datadog publishes with its pipelines (integrations-extras, assets/logs/*_tests.yaml).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.paths import log_attribute, remover
from firedrill.vendors.datadog.processors.base import DONE, Applied, Run

Assign = Callable[[Log, Any], bool]
"""Gives a log its official attribute; False when the value cannot be one."""


def remapper(sources: Sequence[str], assign: Assign, *, moves: bool = False) -> Run:
    """Every such remapper counts; one that `moves` removes the source it used, which has to be a single value."""
    readers = [(log_attribute(path), remover(path) if moves else None) for path in sources]
    absent = f"no source is present: {', '.join(sources)}"

    def run(log: Log, applied: Applied) -> str:
        for get, remove in readers:
            value = get(log)
            if value is None:
                continue
            if remove:
                if isinstance(value, (dict, list)):
                    return f"{value!r} cannot be used"
                remove(log.attributes)
            return DONE if assign(log, value) else f"{value!r} cannot be used"
        return absent

    return run


def first_remapper(attribute: str, sources: Sequence[str], assign: Assign, *, moves: bool = False) -> Run:
    """Of all such remappers in the pipelines that match a log, only the first that finds a value counts.

    The page says the first one; in the published results of `symantec_endpoint_protection` one without a source does
    not keep a later one from being used.
    """
    remap = remapper(sources, assign, moves=moves)

    def run(log: Log, applied: Applied) -> str:
        if attribute in applied:
            return f"an earlier {attribute} remapper counts"
        outcome = remap(log, applied)
        if outcome is DONE:
            applied.add(attribute)
        return outcome

    return run
