"""date("pattern"[, "timezoneId"[, "localeId"]]) and httpdate: dates to milliseconds since the epoch.

A time zone in the text wins over the argument; without both it is UTC. A date without a year takes the year that brings
it closest to the reference time, and a time without a date the day that does, as in the results that Datadog publishes
with its pipelines (integrations-core, argo_workflows_tests.yaml), not 1970-01-01 as in the page's example; a month with
a day of the year (MMDD) is no date (keda_tests.yaml). Missing parts otherwise are the first or zero. A text that
matches but is no date (30 February, a wrong day of the week, an unknown zone) gives nothing. The page's table is wrong
in two results (11/10/2014 and Tue Nov 1 2016), which are not in UTC as the others are.
Source: docs.datadoghq.com/logs/log_configuration/parsing#parsing-dates
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from firedrill.vendors.datadog.dates import closest_year
from firedrill.vendors.datadog.grok.dates.locales import LOCALES
from firedrill.vendors.datadog.grok.dates.pattern import Part, read_pattern
from firedrill.vendors.datadog.grok.dates.zones import zone
from firedrill.vendors.datadog.grok.definitions import Matched, Matcher, constant, texts
from firedrill.vendors.datadog.grok.errors import BadArguments, NotEmulated

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DAY = timedelta(days=1) // _MILLISECOND
_DATE_FIELDS = ("month", "day", "day_of_year")
"""Fields that, without a year, make a date rather than a time of day."""


def _date(arguments: Sequence[Any]) -> Matched:
    given = texts(arguments, 1, 3, 'a pattern, a time zone and a locale, as date("dd/MM/yyyy", "Europe/Paris", "fr")')
    pattern, zone_id, locale = [*given, *("", "UTC", "en")[len(given) :]]
    default_zone = zone(zone_id)
    if default_zone is None:
        raise BadArguments(f"a time zone (UTC+5, +02:00, a name of the TZ database) instead of {zone_id!r}")
    language = re.split("[-_]", locale)[0].lower()
    if language not in LOCALES:
        raise NotEmulated(f"the date locale {locale!r}")
    return _matched(pattern, default_zone, language)


def _matched(pattern: str, default_zone: tzinfo, language: str) -> Matched:
    parts = read_pattern(pattern, LOCALES[language])
    regex = "".join(f"({part.regex})" if part.field else part.regex for part in parts)
    match_text = re.compile(regex, re.ASCII).fullmatch
    readers = [(number, part.field, part.read) for number, part in enumerate((p for p in parts if p.field), start=1)]

    def convert(text: str, at_ms: int) -> int | None:
        match = match_text(text)
        if match is None:
            return None
        # Of a field that is there twice, as in zZZ for GMT+00:00, the last counts.
        fields = {field: read(match[number]) for number, field, read in readers}
        return _milliseconds(fields, at_ms, default_zone)

    if any(field == "year" for _, field, _ in readers):
        of_text = lru_cache(maxsize=1024)(lambda text: convert(text, 0))
        return Matched(_regex(parts), lambda text, _: of_text(text))
    return Matched(_regex(parts), convert)


def _regex(parts: Sequence[Part]) -> str:
    return "".join(f"(?:{part.regex})" if part.field else part.regex for part in parts)


def _milliseconds(fields: dict[str, Any], at_ms: int, default_zone: tzinfo) -> int | None:
    if fields.get("zone", default_zone) is None:
        return None
    try:
        if "year" in fields:
            return _in_year(fields["year"], fields, default_zone)
        if fields.keys().isdisjoint(_DATE_FIELDS) or {"month", "day_of_year"} <= fields.keys():
            time = _in_year(1970, {name: fields[name] for name in fields if name not in _DATE_FIELDS}, default_zone)
            return time + round((at_ms - time) / _DAY) * _DAY
        return closest_year(at_ms, lambda year: _in_year(year, fields, default_zone))
    except (ValueError, OverflowError):
        return None


def _in_year(year: int, fields: dict[str, Any], default_zone: tzinfo) -> int:
    """Milliseconds since the epoch; ValueError for a date that does not exist."""
    moment = datetime(
        year,
        fields.get("month", 1),
        fields.get("day", 1),
        _hour(fields),
        fields.get("minute", 0),
        fields.get("second", 0),
        fields.get("millisecond", 0) * 1000,
        fields.get("zone", default_zone),
    )
    if "day_of_year" in fields:
        moment += timedelta(days=fields["day_of_year"] - 1)
    if "weekday" in fields and "year" in fields and fields["weekday"] != moment.isoweekday():
        raise ValueError(moment)
    return (moment - _EPOCH) // _MILLISECOND


def _hour(fields: dict[str, Any]) -> int:
    """The hour of the day from the fields that give it; ValueError when one is out of its range."""
    if "hour" in fields:
        return int(fields["hour"])
    if "hour_to_24" in fields:
        return _from_one(fields["hour_to_24"], 24)
    half = _from_one(fields["half_hour_to_12"], 12) if "half_hour_to_12" in fields else fields.get("half_hour", 0)
    if half > 11:
        raise ValueError(half)
    return int(half) + 12 * int(fields.get("afternoon", False))


def _from_one(hour: int, last: int) -> int:
    """An hour counted from 1, where the `last` one is zero."""
    if not 1 <= hour <= last:
        raise ValueError(hour)
    return hour % last


_HTTP_DATE = _matched("dd/MMM/yyyy:HH:mm:ss Z", UTC, "en")

MATCHERS = (
    Matcher("date", _date, "locales de, en, es, fr, it, nl, pt; a reference time gives a missing year"),
    constant("httpdate", _HTTP_DATE.regex, _HTTP_DATE.convert, "in the page's nginx example only"),
)
