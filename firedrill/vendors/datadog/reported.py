"""Events and runs of service checks, in the form that Datadog's API takes them in and answers with them.

Sources: docs.datadoghq.com/api/latest/events (versions 1 and 2), docs.datadoghq.com/api/latest/service-checks
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from firedrill.vendors.datadog import dates
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.queries.records import CheckRun, CheckStatus
from firedrill.vendors.datadog.rules.tags import normalised
from firedrill.vendors.errors import FiredrillError, refuse
from firedrill.vendors.rules.models import Model, ModelT, faults


def _milliseconds(unit_ms: int) -> BeforeValidator:
    """A time in ms since 1970, from a number of units since then or from ISO 8601."""

    def read(value: object) -> int:
        if isinstance(value, int | float) and not isinstance(value, bool):
            time_ms: int | None = math.floor(value * unit_ms)
        else:
            time_ms = None if isinstance(value, bool) else dates.parse(value, 0)
        if time_ms is None or not 0 <= time_ms <= dates.LATEST_MS:
            raise ValueError
        return time_ms

    return BeforeValidator(read)


def _status(value: object) -> CheckStatus:
    if isinstance(value, str) and value.upper() in CheckStatus.__members__:
        return CheckStatus[value.upper()]
    if isinstance(value, int) and not isinstance(value, bool):
        return CheckStatus(value)
    raise ValueError


_ISO = "or ISO 8601, such as '2026-01-05T00:00:00Z'"
Seconds = Annotated[int, _milliseconds(1000), Field(description=f"seconds since 1970, {_ISO}")]
Milliseconds = Annotated[int, _milliseconds(1), Field(description=f"milliseconds since 1970, {_ISO}")]
Status = Annotated[
    CheckStatus, BeforeValidator(_status), Field(description="0 (OK), 1 (WARNING), 2 (CRITICAL) or 3 (UNKNOWN)")
]
Name = Annotated[str, Field(min_length=1)]
Identifier = Annotated[int | str, Field(description="a number or text")]


class EventFields(Model):
    """An event as version 1 of the API takes it and answers with it."""

    title: str | None = None
    text: str | None = None
    date_happened: Seconds
    tags: Sequence[str] | None = None
    host: str | None = None
    source_type_name: str | None = None
    source: str | None = None
    alert_type: str | None = None
    priority: str | None = None
    aggregation_key: str | None = None
    device_name: str | None = None
    related_event_id: int | None = None
    id: Identifier | None = None
    id_str: str | None = None
    url: str | None = None
    payload: str | None = None
    resource: str | None = None
    comments: Sequence[Any] | None = None
    children: Sequence[Any] | None = None
    is_aggregate: bool | None = None


class AnsweredFields(BaseModel):
    """The inner attributes of an event of version 2; those that an integration or a sender added are kept."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)

    title: str | None = None
    hostname: str | None = None
    service: str | None = None
    source_type_name: str | None = None
    status: str | None = None
    tags: Sequence[str] | None = None
    timestamp: Milliseconds | None = None
    date_happened: Seconds | None = None
    evt: dict[str, Any] = {}


class Answer(Model):
    """The attributes of an event as version 2 of the API answers with it."""

    attributes: AnsweredFields = AnsweredFields()
    message: str | None = None
    tags: Sequence[str] | None = None
    timestamp: Milliseconds | None = None


class Answered(Model):
    """An event as version 2 of the API answers with it."""

    attributes: Answer
    id: Identifier | None = None
    type: Literal["event"] = "event"


class CheckRunFields(Model):
    """A run of a service check as the API takes it."""

    check: Name
    status: Status
    timestamp: Seconds
    host_name: str | None = None
    tags: Sequence[str] | None = None
    message: str | None = None


def read_event(raw: Mapping[str, Any], place: str) -> Log:
    """An event in the shape of a log, as `Record` has it; `place` says which one, for errors.

    Its status is spelled as the API spells it (error, warning, info, success ...). What it does not say of its host,
    service and source, its tags do. Raises FiredrillError with everything that is wrong, Several for more.
    """
    return _answered(raw, place) if "attributes" in raw else _first_version(raw, place)


def read_check_run(raw: Mapping[str, Any], place: str) -> CheckRun:
    """A run of a service check, which arrives as it happens. Raises FiredrillError as `read_event` does."""
    fields = _read(CheckRunFields, raw, place)
    tags = [*(fields.tags or ()), *([f"host:{fields.host_name}"] if fields.host_name else [])]
    at_ms = fields.timestamp
    return CheckRun(fields.check, fields.status, tuple(_tags(tags)), at_ms, at_ms, fields.message or "")


def _first_version(raw: Mapping[str, Any], place: str) -> Log:
    event = _read(EventFields, raw, place)
    identifier = event.id_str or event.id
    attributes = {
        "title": event.title,
        "evt": None if identifier is None else {"id": str(identifier)},
        "priority": event.priority,
        "aggregation_key": event.aggregation_key,
        "device_name": event.device_name,
        "related_event_id": event.related_event_id,
    }
    source = event.source_type_name or event.source
    return _log(attributes, event.date_happened, event.text, event.alert_type, None, source, event.host, event.tags)


def _answered(raw: Mapping[str, Any], place: str) -> Log:
    event = _read(Answered, raw, place)
    outer, inner = event.attributes, event.attributes.attributes
    times_ms = (inner.timestamp, outer.timestamp, inner.date_happened)
    time_ms = next((each for each in times_ms if each is not None), None)
    if time_ms is None:
        raise FiredrillError(f"{place}: attributes.timestamp is missing; allowed: {_ISO.removeprefix('or ')}.")
    identifier = {} if event.id is None else {"id": str(event.id)}
    attributes = {**raw["attributes"].get("attributes", {}), "evt": identifier | inner.evt}
    tags = [*(outer.tags or ()), *(inner.tags or ())]
    where = (inner.status, inner.service, inner.source_type_name, inner.hostname)
    return _log(attributes, time_ms, outer.message, *where, tags)


def _log(
    attributes: Mapping[str, Any],
    time_ms: int,
    message: str | None,
    status: str | None,
    service: str | None,
    source: str | None,
    host: str | None,
    given: Sequence[str] | None,
) -> Log:
    tags = _tags(given or ())
    tagged = dict(tag.split(":", 1) for tag in reversed(tags) if ":" in tag)
    return Log(
        {name: value for name, value in attributes.items() if value is not None},
        time_ms,
        message or "",
        status or "",
        service or tagged.get("service", ""),
        source or tagged.get("source", ""),
        host or tagged.get("host", ""),
        tags,
    )


def _tags(given: Sequence[str]) -> list[str]:
    return [tag for tag in dict.fromkeys(map(normalised, given)) if tag]


def _read(model: type[ModelT], raw: Mapping[str, Any], place: str) -> ModelT:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        refuse(place, [fault.breach for fault in faults(model, error)])
        raise
