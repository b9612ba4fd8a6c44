"""Who is told by notification rules, and when a deployment mutes, as a stack's config has it."""

from __future__ import annotations

import re
from datetime import MAXYEAR, MINYEAR, datetime, timedelta
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from firedrill.components.config_model import ConfigModel, once
from firedrill.vendors.datadog.rules.handles import HANDLE, handle_breaches
from firedrill.vendors.datadog.rules.notification_rules import MAX_RECIPIENTS
from firedrill.vendors.datadog.rules.recurrences import rule_breaches
from firedrill.vendors.rules.models import NO_FLAG


def _is_time(text: str) -> str:
    if text and not MINYEAR < datetime.fromisoformat(text).year < MAXYEAR:  # in no zone a day that there is not
        raise ValueError(text)
    return text


def _reaches_somebody(handle: str) -> str:
    if handle_breaches("handle", handle):
        raise ValueError(handle)
    return handle


def _recurs(rule: str) -> str:
    if rule and (any(rule_breaches("rrule", rule)) or re.search("FREQ=(SECONDLY|MINUTELY|HOURLY)", rule)):
        raise ValueError(rule)
    return rule


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(name)
    return name


RECIPIENTS = f"a list of at least one and at most {MAX_RECIPIENTS} handles such as @slack-alerts, none twice"
UTC_TIME = r"^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?$"
UTC_WORDS = "a time such as 2027-01-02T03:04:05Z"
CAUSED_BY_DEPLOYMENTS = ("cpu-p99", "do-latency")
"""What starting anew shows in by itself; failures of a deployment stay told."""
RULE = "a rule of RFC 5545 without dates, at most once a day, such as FREQ=WEEKLY;BYDAY=TU,TH"

Time = Annotated[str, Field(pattern=UTC_TIME, description=UTC_WORDS), AfterValidator(_is_time)]
Handle = Annotated[str, AfterValidator(_reaches_somebody), Field(description=HANDLE)]


class Route(ConfigModel):
    """One entry of `routes`: who hears of what pages somebody, or of what only informs."""

    to: Annotated[
        tuple[Handle, ...],
        AfterValidator(once),
        Field(min_length=1, max_length=MAX_RECIPIENTS, description=RECIPIENTS, title="Who is told."),
    ]
    bundle_minutes: Annotated[
        int,
        NO_FLAG,
        Field(
            ge=0,
            le=60,
            description="whole minutes, 0 to 60",
            title="Minutes in which each of them gets one message for all that comes; 0 for a message each.",
        ),
    ] = 0


class DeployWindow(ConfigModel):
    """When a deployment mutes alerts; never by default. With `rrule` the time from start to end is the first window."""

    start: Annotated[Time, Field(title="From when, in UTC.")] = ""
    end: Annotated[Time, Field(title="Until when, in UTC.")] = ""
    rrule: Annotated[
        str,
        AfterValidator(_recurs),
        Field(description=RULE, title="When it recurs."),
    ] = ""
    timezone: Annotated[
        str,
        AfterValidator(_zone),
        Field(description="a name of the time zone database, as Europe/Paris", title="Whose clock the rule follows."),
    ] = "UTC"
    mutes: Annotated[
        tuple[str, ...],
        AfterValidator(once),
        Field(description="a list of ids of monitors, none twice", title="What a deployment may cause by itself."),
    ] = CAUSED_BY_DEPLOYMENTS

    @property
    def minutes(self) -> int:
        """The whole minutes from start to end; both have to be given."""
        return (datetime.fromisoformat(self.end) - datetime.fromisoformat(self.start)) // timedelta(minutes=1)
