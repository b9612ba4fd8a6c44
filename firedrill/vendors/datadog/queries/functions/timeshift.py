"""Values from earlier, shown now."""

from __future__ import annotations

from firedrill.vendors.datadog.queries.functions.registry import Function, Parameter

SOURCE = "docs.datadoghq.com/dashboards/functions/timeshift"
_DAY_S = 86_400


def _before(name: str, seconds: int) -> Function:
    return Function(f"{name}_before", SOURCE, shift_s=lambda: seconds)


FUNCTIONS = (
    Function(
        "timeshift",
        SOURCE,
        parameters=(Parameter("seconds"),),
        shift_s=lambda seconds: -seconds,
        note="seconds are negative: values from the past; rounded to 10 s",
    ),
    _before("hour", 3600),
    _before("day", _DAY_S),
    _before("week", 7 * _DAY_S),
    _before("month", 28 * _DAY_S),
)
