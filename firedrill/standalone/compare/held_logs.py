"""Logs as Datadog holds them: answers of the Logs Search API (version 2), and the NDJSON of a log archive.

A search answers with `data[].attributes`, in which the source is one of the tags; an archive has a log in a line, with
`date` in place of `timestamp`. Tags that begin with `datadog.` are Datadog's own.
Sources: docs.datadoghq.com/api/latest/logs/search-logs-get,
docs.datadoghq.com/logs/log_configuration/archives (Format of the archives)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from firedrill.declared.declaration import Json
from firedrill.standalone.read import Source, parse_logs
from firedrill.standalone.words import shortened
from firedrill.vendors.datadog import dates
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.errors import FiredrillError

ANSWERS = {
    "series": "metric points; give it with --metrics",
    "state": "a monitor; give it with --monitors",
    "overall_state": "a monitor; give it with --monitors",
    "logs": "an answer of version 1 of the API; use GET /api/v2/logs/events",
}
"""Fields that tell what else a file is."""
_OWN = "datadog."


@dataclass(frozen=True)
class Held:
    """A log as Datadog holds it, and what it is called in messages."""

    log: Log
    where: str


@dataclass(frozen=True)
class Export:
    """The logs of all files; `indexed` where they are of a search, which finds only what an index stores."""

    logs: Sequence[Held]
    indexed: bool
    remarks: Sequence[str]


def read_export(sources: Sequence[Source]) -> Export:
    """Read files of one of the two forms. Raises FiredrillError for what is neither, naming the first that is wrong."""
    logs: dict[str, Held] = {}
    remarks: list[str] = []
    repeated, indexed = 0, False
    for source in sources:
        for number, entry in enumerate(_entries(source, remarks), start=1):
            place = f"{source.name}, log {number}"
            of_search = isinstance(entry.get("attributes"), dict) and "date" not in entry
            fields = entry["attributes"] if of_search else entry
            indexed = indexed or of_search
            key = str(entry.get("id") or entry.get("_id") or place)
            repeated += key in logs
            logs.setdefault(key, Held(_log(fields, place, of_search=of_search), place))
    if repeated:
        remarks.append(f"{repeated} logs of the export have the id of an earlier one and count once")
    if not logs:
        names = ", ".join(source.name for source in sources)
        raise FiredrillError(f"{names} holds no log; check the search and the times that it was exported with.")
    return Export(list(logs.values()), indexed, remarks)


def _entries(source: Source, remarks: list[str]) -> Iterator[Json]:
    cursor = False
    for entry in parse_logs(source):
        if entry.get("errors"):
            raise FiredrillError(f"{source.name}: the API answered with an error: {shortened(entry['errors'])}")
        for field, what in ANSWERS.items():
            if field in entry and "attributes" not in entry:
                raise FiredrillError(f"{source.name} is {what}.")
        if not isinstance(entry.get("data"), list):
            yield entry
            continue
        meta, page = _object(entry.get("meta")), _object(_object(entry.get("meta")).get("page"))
        cursor = bool(page.get("after"))
        if meta.get("status") == "timeout":
            remarks.append(f"{source.name}: the search timed out, so logs may be missing from it")
        for number, each in enumerate(entry["data"], start=1):
            if not isinstance(each, dict):
                raise FiredrillError(f"{source.name}: data {number} is {shortened(each)}; a log is a JSON object.")
            yield each
    if cursor:
        remarks.append(
            f"{source.name}: its last page has a cursor (meta.page.after), so there are more logs; export every page"
        )


def _log(fields: Json, place: str, *, of_search: bool) -> Log:
    name = "timestamp" if of_search else "date"
    date_ms = dates.parse(fields.get(name), 0)
    if date_ms is None or not 0 <= date_ms <= dates.LATEST_MS:
        raise FiredrillError(
            f"{place} is {shortened(fields)}, without a date in {name!r}; a log of the search API has "
            "attributes.timestamp, one of an archive has date."
        )
    tags, attributes = fields.get("tags") or [], fields.get("attributes") or {}
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise FiredrillError(f"{place}: tags is {shortened(tags)}; allowed: a list of strings.")
    if not isinstance(attributes, dict):
        raise FiredrillError(f"{place}: attributes is {shortened(attributes)}; allowed: an object.")
    texts = {
        key: _text(fields.get(key), f"{place}: {key}") for key in ("message", "status", "service", "source", "host")
    }
    tags = [tag for tag in tags if not tag.startswith(_OWN)]
    if "source" not in fields:
        source = next((tag for tag in tags if tag.startswith("source:")), "")
        texts["source"] = source.partition(":")[2]
        tags = [tag for tag in tags if tag != source]
    return Log(attributes, date_ms, tags=tags, **texts)


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _text(value: Any, place: str) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    raise FiredrillError(f"{place} is {shortened(value)}; allowed: a string.")
