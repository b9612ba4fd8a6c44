"""A monitor's fields, and what of its type and its parts Datadog accepts.

Source: docs.datadoghq.com/api/latest/monitors (create a monitor)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from firedrill.vendors.datadog.rules.numbers import as_number
from firedrill.vendors.rules.breach import Breach, shown
from firedrill.vendors.rules.models import Model, read_partly
from firedrill.vendors.rules.suggestions import hint

METRIC_TYPES = ("metric alert", "query alert")
"""Two names of one type: Datadog answers with the second."""
COMPOSITE = "composite"
SLO_ALERT = "slo alert"
MAX_PARTS = 10

READ_ONLY = (
    "assets",
    "classification",
    "created",
    "created_at",
    "creator",
    "deleted",
    "draft_status",
    "matching_downtimes",
    "modified",
    "multi",
    "org_id",
    "overall_state",
    "overall_state_modified",
    "recommended_monitor_metadata",
    "restricted_roles",
    "restriction_policy",
    "state",
)
"""Fields that the API answers with, or that only guard editing; `draft_status` must be published."""

Text = Annotated[str, Field(min_length=1)]


class MonitorFields(Model):
    """A monitor as the API writes it, without what is read only; its options have a model of their own."""

    id: Any = ""
    message: str = ""
    name: Text = ""
    options: Annotated[dict[str, Any], Field(default_factory=dict)]
    priority: Annotated[int, Field(ge=1, le=5)] | None = None
    query: Text = ""
    tags: Annotated[tuple[str, ...], Field(strict=False)] = ()
    type: Text = ""


def read_fields(raw: Mapping[str, Any]) -> tuple[MonitorFields, list[Breach]]:
    """The fields, and everything that is wrong with them; a wrong one has its default in the result."""
    needed = {"name": "", "query": "", "type": ""}
    given = {name: value for name, value in raw.items() if value is not None and name not in READ_ONLY}
    priority = as_number(given.pop("priority", 0))
    if priority != 0 or isinstance(priority, bool):  # 0 is what exports have for none
        given["priority"] = priority
    fields, faults = read_partly(MonitorFields, needed | given)
    return fields, [fault.breach for fault in faults]


def priority_breaches(priority: object) -> list[Breach]:
    """What is wrong with a priority as API JSON has it, None for none."""
    return [each for each in read_fields({"priority": priority})[1] if each.field == "priority"]


def type_breaches(kind: str, known: Sequence[str], others: Sequence[str] = ()) -> list[Breach]:
    """Whether a monitor's type is one of those `known`; `others` are types too, and are not evaluated."""
    if kind in known:
        return []
    allowed = f"one of {', '.join((*known, *others))}{hint(kind, (*known, *others))}"
    return [Breach("type", shown(kind), allowed)]


def parts_breaches(ids: Sequence[str]) -> list[Breach]:
    """Whether a composite has more monitors than it may.

    Source: docs.datadoghq.com/monitors/types/composite
    """
    return [Breach("query", f"over {len(ids)} monitors", f"at most {MAX_PARTS}")] if len(ids) > MAX_PARTS else []
