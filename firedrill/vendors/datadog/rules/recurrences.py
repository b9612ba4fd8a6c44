"""What Datadog accepts of downtimes that recur: RFC 5545's rules, and the older form that the first API has.

Sources: docs.datadoghq.com/api/latest/downtimes (DowntimeScheduleRecurrencesCreateRequest, DowntimeRecurrence),
rfc-editor.org/rfc/rfc5545 (3.3.10); the older form also as the answers that Datadog's API clients record.
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from firedrill.vendors.datadog.grok.dates.zones import zone
from firedrill.vendors.rules.breach import Breach, shown
from firedrill.vendors.rules.shapes import TEXT, Shape, besides, fitted
from firedrill.vendors.rules.suggestions import hint

_RECURRENCES: Shape = {"recurrences": [{"rrule": TEXT, "duration": TEXT, "start": TEXT}], "timezone": TEXT}
_DURATION = re.compile(r"0*[1-9][0-9]*[mhdw]")
_DAYS = "MO|TU|WE|TH|FR|SA|SU"
_FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")
_PARTS: Mapping[str, tuple[str, str]] = {
    "FREQ": ("|".join(_FREQUENCIES), f"one of {', '.join(_FREQUENCIES)}"),
    "INTERVAL": (r"0*[1-9][0-9]*", "a whole number of at least 1"),
    "COUNT": (r"0*[1-9][0-9]*", "a whole number of at least 1"),
    "UNTIL": (r"[0-9]{8}(?:T[0-9]{6}Z?)?", "a date such as 20270101 or 20270101T000000Z"),
    "BYDAY": (rf"(?:[+-]?0?(?:[1-9]|[1-4][0-9]|5[0-3]))?(?:{_DAYS})", "days such as MO, -1FR or MO,TU"),
    "WKST": (_DAYS, f"one of {_DAYS.replace('|', ', ')}"),
}
"""Each part's values as a regular expression, and in words."""
_RANGES: Mapping[str, tuple[int, int, bool]] = {
    "BYSECOND": (0, 60, False),
    "BYMINUTE": (0, 59, False),
    "BYHOUR": (0, 23, False),
    "BYMONTHDAY": (1, 31, True),
    "BYYEARDAY": (1, 366, True),
    "BYWEEKNO": (1, 53, True),
    "BYMONTH": (1, 12, False),
    "BYSETPOS": (1, 366, True),
}
"""From, to, and whether they may count from the end, with a minus sign."""
_WEEKS_OF_A_MONTH = 5
_YEARS = (2027, 2028)
"""One that is no leap year, and one that is."""
_OF_DATES: Mapping[str, Callable[[date], set[int]]] = {
    "BYMONTH": lambda day: {day.month},
    "BYMONTHDAY": lambda day: _both_ways(day.day, monthrange(day.year, day.month)[1]),
    "BYYEARDAY": lambda day: _both_ways(day.timetuple().tm_yday, 365 + isleap(day.year)),
}
"""The numbers that each part may name a day by."""
_LISTED = frozenset({"BYDAY", *_RANGES})
_DATED = frozenset({"DTSTART", "DTEND", "DURATION"})
_TYPES = ("days", "weeks", "months", "years", "rrule")
_WEEK_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def schedule_breaches(schedule: Mapping[str, Any]) -> Iterator[Breach]:
    """What is wrong with a schedule that has recurrences, as version 2 of the API has it."""
    sound, wrong = fitted(schedule, _RECURRENCES, "schedule")
    yield from besides(wrong, _recurrences(sound))


def _recurrences(schedule: Mapping[str, Any]) -> Iterator[Breach]:
    timezone = schedule.get("timezone")
    if timezone and zone(timezone) is None:
        yield Breach("schedule.timezone", shown(timezone), "a name of the time zone database, as Europe/Paris")
    if not schedule.get("recurrences"):
        yield Breach("schedule.recurrences", "", "at least one recurrence")
    for number, each in enumerate(schedule.get("recurrences") or ()):
        place = f"schedule.recurrences[{number}]"
        yield from rule_breaches(f"{place}.rrule", each.get("rrule") or "")
        duration, start = each.get("duration") or "", each.get("start")
        if not _DURATION.fullmatch(duration):
            yield Breach(f"{place}.duration", duration and shown(duration), "a number and m, h, d or w, as 90m or 1d")
        if start and ((time := _time(start)) is None or time.tzinfo is not None):
            yield Breach(f"{place}.start", shown(start), "a time without an offset, as 2027-01-02T03:04")


def rule_breaches(place: str, text: str) -> Iterator[Breach]:
    """What is wrong with a recurrence rule such as FREQ=WEEKLY;BYDAY=MO,WE."""
    given: dict[str, str] = {}
    for part in filter(None, text.removeprefix("RRULE:").split(";")):
        name, _, value = part.partition("=")
        if name in _DATED:
            yield Breach(place, shown(part), "no dates or durations in the rule", "give them as start and duration")
        elif name not in _PARTS and name not in _RANGES:
            known = (*_PARTS, *_RANGES)
            yield Breach(place, f"{shown(part)}{hint(name, known)}", f"parts of RFC 5545: {', '.join(known)}")
        elif name in given:
            yield Breach(place, f"{name} given twice", "each part once")
        else:
            given[name] = value
            yield from _value_breaches(place, name, value)
    if "FREQ" not in given:
        yield Breach(place, text and shown(text), "a rule with FREQ, as FREQ=WEEKLY;BYDAY=MO,WE")
    if "BYMONTH" in given or given.get("FREQ") == "MONTHLY":
        for day in given.get("BYDAY", "").split(","):
            if (number := re.match(r"[+-]?([0-9]{1,2})", day)) and int(number[1]) > _WEEKS_OF_A_MONTH:
                yield Breach(place, shown(f"BYDAY={day}"), f"at most the {_WEEKS_OF_A_MONTH}th such day of a month")
    if "COUNT" in given and "UNTIL" in given:
        yield Breach(place, "both COUNT and UNTIL", "one of them")
    dated = {
        name: given[name] for name in _OF_DATES if name in given and not any(_value_breaches(place, name, given[name]))
    }
    if _never(dated):
        named = ";".join(f"{name}={value}" for name, value in dated.items())
        yield Breach(place, shown(named), "a date that some year has: this rule never recurs")


def _both_ways(number: int, of: int) -> set[int]:
    """Counted from the start and from the end."""
    return {number, number - of - 1}


def _never(dated: Mapping[str, str]) -> bool:
    """Whether no day of any year is in all of these parts, which have no breach."""
    wanted = {name: {int(each) for each in value.split(",")} for name, value in dated.items()}
    days = (date(year, 1, 1) + timedelta(day) for year in _YEARS for day in range(365 + isleap(year)))
    return not any(all(wanted[name] & _OF_DATES[name](day) for name in wanted) for day in days)


def _value_breaches(place: str, name: str, value: str) -> Iterator[Breach]:
    for each in value.split(",") if name in _LISTED else [value]:
        if name in _PARTS:
            pattern, allowed = _PARTS[name]
            is_right = re.fullmatch(pattern, each) is not None and (name != "UNTIL" or _time(each) is not None)
        else:
            least, most, negative = _RANGES[name]
            number = re.fullmatch(r"([+-]?)([0-9]{1,3})", each)
            is_right = bool(number and (negative or number[1] != "-") and least <= int(number[2]) <= most)
            allowed = f"{least} to {most}" + (f", or -{most} to -{least}" if negative else "")
        if not is_right:
            yield Breach(place, shown(f"{name}={each}"), allowed)


def former_breaches(recurrence: Mapping[str, Any]) -> Iterator[Breach]:
    """What is wrong with a recurrence of version 1 of the API: a type with its period and days, or a rule."""
    kind = recurrence.get("type")
    if kind not in _TYPES:
        yield Breach("recurrence.type", shown(kind) if kind else "", f"one of {', '.join(_TYPES)}")
    if kind == "rrule":
        yield from rule_breaches("recurrence.rrule", str(recurrence.get("rrule") or ""))
    period = recurrence.get("period")
    if period is not None and not (isinstance(period, int) and period >= 1):
        yield Breach("recurrence.period", shown(period), "a whole number of at least 1")
    if recurrence.get("until_date") and recurrence.get("until_occurrences"):
        yield Breach("recurrence", "both until_date and until_occurrences", "one of them")
    days = recurrence.get("week_days") or ()
    wrong = [day for day in days if day not in _WEEK_DAYS]
    if wrong:
        yield Breach("recurrence.week_days", shown(wrong[0]), f"any of {', '.join(_WEEK_DAYS)}, with a capital")
    elif days and kind in _TYPES and kind != "weeks":
        yield Breach("recurrence.week_days", shown(list(days)), "none where the type is not weeks")


def _time(text: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    return None
