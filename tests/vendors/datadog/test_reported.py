"""Events and check runs of the API in the form that monitors read."""

from __future__ import annotations

from typing import Any

import pytest

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.queries.records import CheckRun, CheckStatus
from firedrill.vendors.datadog.reported import read_check_run, read_event
from firedrill.vendors.errors import FiredrillError

T0_S = 1_767_571_200
T0_MS = 1000 * T0_S


def event_of_version_2(**attributes: Any) -> dict[str, Any]:
    inner = {"timestamp": T0_MS, **attributes}
    return {"id": "e", "type": "event", "attributes": {"message": "m", "tags": ["a:b"], "attributes": inner}}


def test_an_event_of_version_1_has_the_names_of_version_2() -> None:
    raw = {
        "title": "T",
        "text": "m",
        "date_happened": T0_S,
        "tags": ["Env:Prod", "env:prod"],
        "host": "h",
        "source_type_name": "git",
        "alert_type": "warning",
        "priority": "low",
        "aggregation_key": "k",
        "id": 17,
        "device_name": None,
    }
    attributes = {"title": "T", "evt": {"id": "17"}, "priority": "low", "aggregation_key": "k"}
    assert read_event(raw, "p") == Log(attributes, T0_MS, "m", "warning", "", "git", "h", ["env:prod"])


def test_an_event_of_version_2_keeps_what_its_sender_added() -> None:
    raw = event_of_version_2(title="T", hostname="h", service="s", source_type_name="git", status="error", build=7)
    log = read_event(raw, "p")
    assert (log.status, log.service, log.source, log.host, log.tags) == ("error", "s", "git", "h", ["a:b"])
    assert (log.attributes["build"], log.attributes["title"], log.attributes["evt"]) == (7, "T", {"id": "e"})


@pytest.mark.parametrize(
    "raw",
    [
        event_of_version_2(),
        {"attributes": {"timestamp": "2026-01-05T01:00:00+01:00"}},
        {"attributes": {"timestamp": "2027-01-05T00:00:00Z", "attributes": {"timestamp": T0_MS}}},
        {"attributes": {"attributes": {"date_happened": T0_S}}},
        {"date_happened": T0_S},
        {"date_happened": "2026-01-05T00:00:00Z"},
    ],
)
def test_an_event_says_in_several_ways_when_it_happened(raw: dict[str, Any]) -> None:
    assert read_event(raw, "p").timestamp == T0_MS


def test_tags_say_what_the_fields_of_an_event_do_not() -> None:
    tags = ["service:cart", "service:pay", "source:git", "host:h"]
    log = read_event({"date_happened": T0_S, "tags": tags, "host": "other"}, "p")
    assert (log.service, log.source, log.host) == ("cart", "git", "other")


@pytest.mark.parametrize(
    ("status", "expected"),
    [(0, CheckStatus.OK), (3, CheckStatus.UNKNOWN), ("OK", CheckStatus.OK), ("warning", CheckStatus.WARNING)],
)
def test_the_status_of_a_check_run_is_a_number_or_its_name(status: Any, expected: CheckStatus) -> None:
    raw = {"check": "up", "status": status, "timestamp": T0_S, "host_name": "H", "tags": ["Env:Prod"], "message": "m"}
    assert read_check_run(raw, "p") == CheckRun("up", expected, ("env:prod", "host:h"), T0_MS, T0_MS, "m")


@pytest.mark.parametrize("status", [True, -1, 4, 1.0, "fine", None])
def test_any_other_status_is_refused(status: Any) -> None:
    with pytest.raises(FiredrillError, match=r"^p: status is .*; allowed: 0 \(OK\), 1 \(WARNING\)"):
        read_check_run({"check": "up", "status": status, "timestamp": T0_S}, "p")
