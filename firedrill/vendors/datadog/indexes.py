"""Log indexes: which index stores a log, if any.

A log enters the first index whose filter it matches; there only the first active exclusion filter that it matches
counts, even when sampling keeps the log. Exclusion takes no log from metrics, which see the whole ingest stream.
A daily quota counts the logs that are stored; beyond it nothing is stored until it is reset, at 14:00 UTC by default.
Sampling at a rate between 0 and 1 is modelled: the same log, or the same value of the sample attribute, always gets the
same verdict, from a hash; which ones Datadog excludes cannot be known.
Source: docs.datadoghq.com/logs/log_configuration/indexes
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.paths import source
from firedrill.vendors.datadog.search import compile_query
from firedrill.vendors.datadog.spec import Filter, Model, at, read
from firedrill.vendors.datadog.tags import text
from firedrill.vendors.errors import FiredrillError

MAX_INDEXES = 100
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_RESET = re.compile(r"([01]\d|2[0-3]):00")
_OFFSET = re.compile(r"([+-])(0\d|1[0-4]):00")


class ExclusionFilter(Model):
    """`sample_rate` 1.0 excludes every log that matches; `sample_attribute` ("@path") samples by its values."""

    query: str = "*"
    sample_rate: Annotated[float, Field(ge=0, le=1)]
    sample_attribute: str | None = None


class Exclusion(Model):
    """Active unless `is_enabled` says otherwise."""

    name: str
    is_enabled: bool = True
    filter: ExclusionFilter


class DailyLimitReset(Model):
    """When the quota starts again: "HH:00" at the offset "+HH:00"."""

    reset_time: str = "14:00"
    reset_utc_offset: str = "+00:00"


class LogsIndex(Model):
    """An index as the API writes it."""

    name: str
    filter: Filter
    exclusion_filters: Sequence[Exclusion] = ()
    daily_limit: int | None = None
    disable_daily_limit: bool | None = None
    daily_limit_reset: DailyLimitReset = DailyLimitReset()
    daily_limit_warning_threshold_percentage: Annotated[float, Field(ge=50, le=99.99)] | None = None
    num_retention_days: int | None = None
    num_flex_logs_retention_days: int | None = None
    is_rate_limited: bool = False
    tags: Sequence[str] = ()


@dataclass(frozen=True)
class Placement:
    """The index that a log entered ("" for none), whether it is stored there, and why not."""

    index: str
    stored: bool
    reason: str


class _Exclusion(NamedTuple):
    name: str
    matches: Callable[[Log], bool]
    drops: Callable[[Log], bool]


class _Index(NamedTuple):
    name: str
    matches: Callable[[Log], bool]
    exclusions: Sequence[_Exclusion]
    daily_limit: int | None
    reset_ms: int
    """The moment of the day (UTC, ms after midnight) at which the quota starts again."""


class Indexes:
    """Indexes compiled once, with what each has stored so far in each day of its quota."""

    def __init__(self, indexes: Sequence[_Index]) -> None:
        self._indexes = indexes
        self._stored: Counter[tuple[str, int]] = Counter()

    def copy(self) -> Indexes:
        """An independent copy of the indexes with what they have stored so far."""
        copied = Indexes(self._indexes)
        copied._stored.update(self._stored)
        return copied

    def store(self, log: Log, received_ms: int) -> Placement:
        """Place one log; logs have to come in the order in which they are received."""
        index = next((index for index in self._indexes if index.matches(log)), None)
        if index is None:
            return Placement("", False, "no index filter matches")
        exclusion = next((found for found in index.exclusions if found.matches(log)), None)
        if exclusion is not None and exclusion.drops(log):
            return Placement(index.name, False, f"excluded by {exclusion.name!r}")
        day = index.name, (received_ms - index.reset_ms) // DAY_MS
        if index.daily_limit is not None and self._stored[day] >= index.daily_limit:
            return Placement(index.name, False, f"the daily quota of {index.daily_limit} logs is used up")
        self._stored[day] += 1
        return Placement(index.name, True, "")


def compile_indexes(indexes: Sequence[Mapping[str, Any]]) -> Indexes:
    """Compile indexes in API JSON, in their order.

    Raises FiredrillError for what Datadog would refuse and Unsupported for an option the emulator does not know.
    """
    if len(indexes) > MAX_INDEXES:
        raise FiredrillError(f"there are {len(indexes)} log indexes; Datadog allows {MAX_INDEXES}.")
    compiled = [_compile(spec) for spec in indexes]
    names = [index.name for index in compiled]
    if repeated := [name for name, count in Counter(names).items() if count > 1]:
        raise FiredrillError(f"there are two log indexes named {repeated[0]!r}; give each its own name.")
    return Indexes(compiled)


def _compile(spec: Mapping[str, Any]) -> _Index:
    place = f"log index {spec.get('name', '')!r}"
    index = read(LogsIndex, spec, place)
    if not _NAME.fullmatch(index.name):
        raise FiredrillError(f"{place}: a name starts with a letter and holds lower-case letters, digits and '-' only.")
    with at(place):
        matches = compile_query(index.filter.query, where="index")
    made = [(each.is_enabled, _exclusion(each, place)) for each in index.exclusion_filters]
    exclusions = [exclusion for is_active, exclusion in made if is_active]
    return _Index(index.name, matches, exclusions, index.daily_limit, _reset_ms(index.daily_limit_reset, place))


def _exclusion(exclusion: Exclusion, place: str) -> _Exclusion:
    with at(f"{place} / exclusion filter {exclusion.name!r}"):
        matches = compile_query(exclusion.filter.query, where="index")
    return _Exclusion(exclusion.name, matches, _sampler(exclusion.filter))


def _sampler(rule: ExclusionFilter) -> Callable[[Log], bool]:
    """Whether a matching log is dropped; without the sample attribute it is kept."""
    rate = rule.sample_rate
    if rule.sample_attribute is None:
        return lambda log: _fraction(_identity(log)) < rate
    get = source(rule.sample_attribute.removeprefix("@"))
    return lambda log: (value := get(log)) is not None and _fraction(text(value)) < rate


def _identity(log: Log) -> str:
    """A log's trace where it has one, so that a trace is kept or dropped as a whole; else the log itself."""
    return str(log.attributes.get("trace_id") or f"{log.timestamp} {log.source} {log.message}")


def _fraction(identity: str) -> float:
    """An even share of [0, 1) that depends on `identity` alone."""
    return int.from_bytes(hashlib.blake2b(identity.encode(), digest_size=6).digest(), "big") / 2**48


def _reset_ms(reset: DailyLimitReset, place: str) -> int:
    time, offset = _RESET.fullmatch(reset.reset_time), _OFFSET.fullmatch(reset.reset_utc_offset)
    if not time or not offset:
        raise FiredrillError(
            f"{place}: 'daily_limit_reset' is {reset.reset_time!r} at {reset.reset_utc_offset!r}; it should be a full "
            "hour like '14:00' and an offset like '+02:00'."
        )
    hours = int(offset[2]) * (-1 if offset[1] == "-" else 1)
    return (int(time[1]) - hours) * HOUR_MS
