"""Values from earlier, shown now."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from firedrill.vendors.datadog.queries.functions.registry import Function, Parameter

SOURCE = "docs.datadoghq.com/dashboards/functions/timeshift"
_DAY_S = 86_400
_SHIFT = re.compile(r"-([1-9][0-9]{0,2})(mo|[dw])")
_UNITS_S = {"d": _DAY_S, "w": 7 * _DAY_S, "mo": 28 * _DAY_S}


def _before(name: str, seconds: int) -> Function:
    return Function(f"{name}_before", SOURCE, shift_s=lambda: seconds)


def _calendar_s(shift: str, timezone: str = "UTC", length: str = "") -> int:
    match = _SHIFT.fullmatch(shift)
    assert match
    return int(match[1]) * _UNITS_S[match[2]]


FUNCTIONS = (
    Function(
        "timeshift",
        SOURCE,
        parameters=(Parameter("seconds"),),
        shift_s=lambda seconds: -seconds,
        note="seconds are negative: values from the past; rounded to 10 s",
    ),
    Function(
        "calendar_shift",
        SOURCE,
        parameters=(
            Parameter("shift", kind="text", accepts=_SHIFT.fullmatch, example="'-1d'"),
            Parameter(
                "timezone",
                required=False,
                kind="text",
                accepts=lambda name: name in available_timezones(),
                example="'UTC'",
            ),
            # only in dashboards that Datadog publishes (integrations-extras)
            Parameter("length", ("preserve_duration",), required=False, kind="text", example="'preserve_duration'"),
        ),
        shift_s=_calendar_s,
        status="modelled",
        note="days, weeks and months of 24 hours, 7 and 28 days; a change of the clocks is not seen",
    ),
    _before("hour", 3600),
    _before("day", _DAY_S),
    _before("week", 7 * _DAY_S),
    _before("month", 28 * _DAY_S),
)
