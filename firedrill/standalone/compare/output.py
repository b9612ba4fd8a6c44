"""What `firedrill compare` prints: a summary and causes to read, or each difference as JSON, then the summary."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from firedrill.schemas import VERSION
from firedrill.standalone.compare.findings import Cause, Difference, Found, Part, Tally, causes
from firedrill.standalone.words import shortened
from firedrill.vendors.datadog.modelled import UNDOCUMENTED

Compared = Mapping[Part, Found]
_WORDS = {"differs": "has another value", "missing": "is missing in Datadog", "extra": "is in Datadog only"}


def summary(compared: Compared) -> str:
    """What was compared and what is equal, on one line."""
    return "; ".join(_told(part, found.tally) for part, found in compared.items())


def compared_text(compared: Compared) -> Iterator[str]:
    """The summary, how logs were matched, and each cause with one example."""
    yield summary(compared)
    if "log" in compared and compared["log"].matched:
        yield f"matched {', '.join(f'{count:,} {way}' for way, count in compared['log'].matched.items())}"
    for found in compared.values():
        for cause in causes(found.differences):
            yield ""
            yield from _cause(cause)


def compared_json(compared: Compared) -> Iterator[str]:
    """A line for each difference, then one for the whole."""
    for found in compared.values():
        for each in found.differences:
            yield json.dumps(_difference(each), ensure_ascii=False)
    parts: dict[str, Any] = {}
    for part, found in compared.items():
        counts = found.tally
        parts[f"{part}s"] = {
            "total": counts.total,
            "equal": counts.equal,
            "differs": counts.differs,
            "missing": counts.missing,
            "extra": counts.extra,
            "notCompared": counts.skipped,
        }
    equal = not any(found.differences for found in compared.values())
    yield json.dumps({"version": VERSION, "equal": equal, "compared": parts}, ensure_ascii=False)


def _told(part: Part, tally: Tally) -> str:
    if part == "metric":
        noun = f"{tally.of:,} metric {'query' if tally.of == 1 else 'queries'}, {_many(tally.total, 'point')}"
    else:
        noun = _many(tally.total, part)
    differing = f"{tally.differs:,} {'differs' if tally.differs == 1 else 'differ'}"
    counted = (
        (tally.equal, f"{tally.equal:,} equal"),
        (tally.differs, differing),
        (tally.missing, f"{tally.missing:,} missing"),
        (tally.extra, f"{tally.extra:,} extra"),
        (tally.skipped, f"{tally.skipped:,} not compared"),
    )
    told = ", ".join(text for count, text in counted if count)
    return f"{noun}: {told}" if told else noun


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _cause(cause: Cause) -> Iterator[str]:
    each = cause.example
    subject = f" of {each.subject}" if each.subject else ""
    made = f" ({each.cause})" if each.cause else ""
    yield f"{cause.count:,} x {each.part}: {each.field}{subject} {_WORDS[each.kind]}{made}"
    yield f"    {each.where}"
    if each.kind != "extra":
        yield f"    exp: {shortened(each.expected)}"
    if each.kind != "missing":
        yield f"    got: {shortened(each.got)}"
    for text in each.modelled:
        yield f"    {UNDOCUMENTED}: {text}"


def _difference(each: Difference) -> dict[str, Any]:
    return {
        "version": VERSION,
        "part": each.part,
        "kind": each.kind,
        "subject": each.subject,
        "field": each.field,
        "where": each.where,
        "expected": each.expected,
        "got": each.got,
        "cause": each.cause,
        "modelled": list(each.modelled),
    }
