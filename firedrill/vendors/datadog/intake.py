"""The log intake: from the entries of one request to logs, before any pipeline.

Limits of a request: 5 MB uncompressed, 1,000 entries, both refused as a whole with status 413 (for the number of
entries the status is not documented). A log over 1 MB is accepted and cut; which part is cut is not documented: here
its text becomes the message and its attributes are lost, as cut JSON no longer parses.
Source: docs.datadoghq.com/api/latest/logs (Send logs).

Preprocessing of JSON logs, in its default configuration, finds the reserved attributes under the documented names, in
their order. They stay among the attributes, except what the request wraps a log in (`ddsource`, `ddtags`, `hostname`,
`service`, `message`). A message that is itself a JSON object is parsed into attributes, which win over the wrapper's
and stay all but the message; a message inside it that is an object gives its own members. Line breaks inside texts need
no escape. null, empty objects and empty arrays are left out, and a dot in a name makes an object. A log without a
message, or with an object as message, has its whole JSON as message.
Source: docs.datadoghq.com/logs/log_configuration/pipelines (Preprocessing); objects in messages as in the results that
Datadog publishes with its pipelines (integrations-extras, fauna_tests.yaml and jfrog_artifactory_tests.yaml), what is
left out and dots in names as in those of integrations-core (plivo_tests.yaml and incident-io_tests.yaml).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from firedrill.vendors.datadog import dates, quick_json, statuses
from firedrill.vendors.datadog.grok.objects import tidy
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.paths import Attributes, Getter, getter
from firedrill.vendors.datadog.pretty import pretty
from firedrill.vendors.datadog.rules.tags import normalised
from firedrill.vendors.datadog.tags import text
from firedrill.vendors.datadog.undocumented import CAUTIOUS, Undocumented

MAX_REQUEST_BYTES = 5_000_000
MAX_ENTRIES = 1_000
MAX_LOG_BYTES = 1_000_000
MAX_TAGS = 100
"""Tags of one log; further ones are lost. Source: docs.datadoghq.com/logs/log_collection"""
MAX_TAG_LENGTH = 256
HOUR_MS = 3_600_000
MAX_AGE_MS = 18 * HOUR_MS
"""Source: docs.datadoghq.com/logs/log_configuration/pipelines (Date attribute)"""
MAX_AHEAD_MS = 2 * HOUR_MS
"""Source: docs.datadoghq.com/logs/log_configuration/processors/log_date_remapper"""
AHEAD = "dated more than 2 hours ahead (modelled: dropped)"
"""Why a log of the future is dropped."""


class _Names(NamedTuple):
    """Documented names of a reserved attribute, in their order; none is in an object that has no key of `keys`."""

    keys: frozenset[str]
    getters: tuple[Getter, ...]


def _names(*paths: str) -> _Names:
    keys = (path.split(".")[:end] for path in paths for end in range(1, path.count(".") + 2))
    return _Names(frozenset(map(".".join, keys)), tuple(map(getter, paths)))


_HOSTS = _names("host", "hostname", "syslog.hostname")
_DATES = _names(
    "@timestamp",
    "timestamp",
    "_timestamp",
    "Timestamp",
    "eventTime",
    "date",
    "published_date",
    "syslog.timestamp",
)
_STATUSES = _names("status", "severity", "level", "syslog.severity")
_SERVICES = _names("service", "syslog.appname")
_TRACES = _names("dd.trace_id", "contextMap.dd.trace_id")
_SELDOM = _DATES.keys | _STATUSES.keys | _TRACES.keys
_WRAPPER = frozenset({"ddsource", "ddtags", "hostname", "service", "message"})
_SPECIAL = _WRAPPER.union(*(names.keys for names in (_HOSTS, _DATES, _STATUSES, _SERVICES, _TRACES)))

_decode = json.JSONDecoder(strict=False).decode
_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Intake:
    """What became of one request: its logs, what was dropped as (reason, number of logs), how many logs were cut."""

    logs: list[Log]
    dropped: list[tuple[str, int]]
    truncated: int = 0


def receive(
    payload: Sequence[Mapping[str, Any]],
    *,
    params: Mapping[str, str],
    received_ms: int,
    size_bytes: int | None = None,
    undocumented: Undocumented = CAUTIOUS,
) -> Intake:
    """The logs of one request.

    `params` are the URL's `ddsource`, `ddtags`, `service`, `hostname`; a log's own fields win over them, tags add up.
    `size_bytes` is the uncompressed size of the request; it is measured when absent. Entries are not changed.
    """
    size = len(_dumps(payload).encode()) if size_bytes is None else size_bytes
    if why := refusal(size, len(payload)):
        return Intake([], [(why, len(payload))])
    build = builder(params)
    large = payload if size > MAX_LOG_BYTES else ()
    cut = {number: short for number, entry in enumerate(large) if (short := cut_short(entry))}
    logs = [build(cut.get(number, entry), received_ms) for number, entry in enumerate(payload)]
    kept, dropped = within_window(logs, received_ms, undocumented)
    return Intake(kept, dropped, len(cut))


def refusal(size_bytes: int, entries: int) -> str:
    """Why a request of so many bytes, uncompressed, and so many entries is refused as a whole; "" where it is not."""
    if size_bytes > MAX_REQUEST_BYTES:
        return f"request of {size_bytes} bytes, over {MAX_REQUEST_BYTES}: refused (413)"
    return f"request of {entries} logs, over {MAX_ENTRIES}: refused (413)" if entries > MAX_ENTRIES else ""


def within_window(
    logs: Sequence[Log], received_ms: int, undocumented: Undocumented = CAUTIOUS
) -> tuple[list[Log], list[tuple[str, int]]]:
    """The logs whose official date is accepted, and how many were dropped for which reason.

    At most 18 hours old and at most 2 hours ahead of `received_ms`. Call it again after the pipelines, whose date
    remappers change the official date.
    """
    oldest = received_ms - MAX_AGE_MS
    newest = received_ms + MAX_AHEAD_MS if undocumented.future_date == "drop" else math.inf
    kept = [log for log in logs if oldest <= log.timestamp <= newest]
    if len(kept) == len(logs):
        return kept, []
    old = sum(log.timestamp < oldest for log in logs)
    ahead = len(logs) - len(kept) - old
    reasons = (("dated more than 18 hours before it was received", old), (AHEAD, ahead))
    return kept, [(reason, count) for reason, count in reasons if count]


class _JsonLog(Log):
    """A log that came without a message: its JSON is the message, printed when first read as most rules never do."""

    __slots__ = ("_entry", "_message")
    _message: str

    def __init__(self, *fields: Any, entry: Mapping[str, Any]) -> None:
        self._entry = entry
        super().__init__(*fields)

    @property
    def message(self) -> str:
        if not self._message:
            self._message = pretty(self._entry)
        return self._message

    @message.setter
    def message(self, value: str) -> None:
        self._message = value


def builder(params: Mapping[str, str]) -> Callable[[Mapping[str, Any], int], Log]:
    """What makes a log of an entry that is received at a time (ms), whatever its date; all share `params`."""
    source, service, host = (params.get(name, "") for name in ("ddsource", "service", "hostname"))
    tags = _tags(params.get("ddtags", ""), ())

    def build(entry: Mapping[str, Any], received_ms: int) -> Log:
        entry = tidy(entry if entry.__class__ is dict else {**entry}) or {}
        attributes = dict(entry)
        if _SPECIAL.isdisjoint(attributes):
            return _JsonLog(attributes, received_ms, "", statuses.INFO, service, source, host, [*tags], entry=entry)
        message, wrapper = attributes.get("message"), _WRAPPER
        parsed = _object(message) if isinstance(message, str) and message.lstrip()[:1] == "{" else None
        if parsed is not None:
            attributes, wrapper = {**attributes, **parsed}, wrapper - parsed.keys() | {"message"}
            message = parsed.get("message")
        if isinstance(message, dict):
            attributes, wrapper = {**attributes, **message}, wrapper - message.keys()
            if "message" not in message:
                del attributes["message"]
            message = None
        own_source, own_tags = attributes.get("ddsource"), attributes.get("ddtags")
        own_service, own_host = _first(attributes, _SERVICES), _first(attributes, _HOSTS)
        date = level = trace = None
        if not _SELDOM.isdisjoint(attributes):
            stamp, level, trace = _first(attributes, _DATES), _first(attributes, _STATUSES), _first(attributes, _TRACES)
            date = None if stamp is None else dates.parse(stamp, received_ms)
        for name in wrapper:
            attributes.pop(name, None)
        if trace is not None:
            attributes["trace_id"] = text(trace)
        fields = (
            attributes,
            received_ms if date is None else date,
            message if isinstance(message, str) else pretty(message) if message else "",
            statuses.INFO if level is None else statuses.official(level),
            text(own_service) if own_service else service,
            text(own_source) if own_source else source,
            text(own_host) if own_host else host,
            [*_all_tags(own_tags, tags)],
        )
        return Log(*fields) if message else _JsonLog(*fields, entry=_unwrapped(entry) if parsed is None else parsed)

    return build


def _unwrapped(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a request sends of the log itself."""
    return {name: value for name, value in entry.items() if name == "message" or name not in _WRAPPER}


def _first(attributes: Attributes, names: _Names) -> Any:
    """The first of the names that has a single value; an object under `host` or `service` is an attribute only."""
    if names.keys.isdisjoint(attributes):
        return None
    for get in names.getters:
        value = get(attributes)
        if value is not None and not isinstance(value, (dict, list)):
            return value
    return None


def _object(message: str) -> Attributes | None:
    """The attributes in a message that is a JSON object written as text; None when it is not an object."""
    try:
        parsed = quick_json.read(message, _decode)
    except (ValueError, RecursionError):
        return None
    return tidy(parsed) or {} if isinstance(parsed, dict) else None


@lru_cache(maxsize=1024)
def _tags(text_: str, before: tuple[str, ...]) -> tuple[str, ...]:
    """The tags in a comma-separated text after those that came `before`, without repetition."""
    return _distinct(text_.split(","), before)


def _all_tags(value: Any, before: tuple[str, ...]) -> tuple[str, ...]:
    """Those that came `before`, and those in a text, in a list, or in anything else as text."""
    if not value:
        return before
    return _distinct(value, before) if isinstance(value, list) else _tags(str(value), before)


def _distinct(parts: Sequence[Any], before: tuple[str, ...]) -> tuple[str, ...]:
    tags = [normalised(str(part).strip()[:MAX_TAG_LENGTH]) for part in parts]
    return tuple([tag for tag in dict.fromkeys([*before, *tags]) if tag][:MAX_TAGS])


def cut_short(entry: Mapping[str, Any]) -> dict[str, Any] | None:
    """A log over 1 MB as its first megabyte of text; None for a smaller one."""
    whole = _dumps(entry).encode()
    if len(whole) <= MAX_LOG_BYTES:
        return None
    kept = {name: entry[name] for name in ("ddsource", "ddtags", "hostname", "service") if name in entry}
    return {**kept, "message": whole[:MAX_LOG_BYTES].decode(errors="ignore")}
