"""What the intake refuses, cuts and drops, and what it says about it."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog import dates
from firedrill.vendors.datadog.intake import MAX_LOG_BYTES, receive, within_window
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.undocumented import Undocumented

NOW = 1_700_000_000_000
HOUR = 3_600_000


def test_a_request_over_five_megabytes_is_refused_as_a_whole() -> None:
    intake = receive([{"a": 1}, {"b": 2}], params={}, received_ms=NOW, size_bytes=5_000_001)
    assert intake.logs == []
    assert intake.dropped == [("request of 5000001 bytes, over 5000000: refused (413)", 2)]


def test_the_size_of_a_request_is_measured_in_bytes_when_not_given() -> None:
    assert receive([{"a": "é" * 2_500_000}], params={}, received_ms=NOW).dropped == [
        ("request of 5000010 bytes, over 5000000: refused (413)", 1)
    ]


def test_a_request_of_more_than_a_thousand_logs_is_refused_as_a_whole() -> None:
    assert len(receive([{}] * 1000, params={}, received_ms=NOW).logs) == 1000
    intake = receive([{}] * 1001, params={}, received_ms=NOW)
    assert intake.logs == []
    assert intake.dropped == [("request of 1001 logs, over 1000: refused (413)", 1001)]


def test_a_log_over_a_megabyte_is_accepted_and_cut_while_others_stay_whole() -> None:
    intake = receive([{"a": "x" * MAX_LOG_BYTES, "ddsource": "s"}, {"b": 1}], params={}, received_ms=NOW)
    cut, whole = intake.logs
    assert (len(cut.message), cut.attributes, cut.source) == (MAX_LOG_BYTES, {}, "s")
    assert cut.message.startswith('{"a":"xxx')
    assert whole.attributes == {"b": 1}
    assert (intake.truncated, intake.dropped) == (1, [])


def test_a_log_of_exactly_a_megabyte_is_whole() -> None:
    entry = {"a": "x" * (MAX_LOG_BYTES - len('{"a":""}'))}
    assert receive([entry], params={}, received_ms=NOW).logs[0].attributes == entry


def test_a_log_keeps_a_hundred_tags_of_256_characters() -> None:
    tags = ",".join([*(f"k{index}:v" for index in range(120))])
    (log,) = receive([{"ddtags": "long:" + "v" * 300}], params={"ddtags": tags}, received_ms=NOW).logs
    assert log.tags == [f"k{index}:v" for index in range(100)]
    (log,) = receive([{"ddtags": "long:" + "v" * 300}], params={}, received_ms=NOW).logs
    assert len(log.tags[0]) == 200


def test_logs_more_than_eighteen_hours_old_are_dropped_and_counted() -> None:
    entries = [{"timestamp": NOW - 18 * HOUR}, {"timestamp": NOW - 18 * HOUR - 1}, {"timestamp": 0}]
    intake = receive(entries, params={}, received_ms=NOW)
    assert [log.timestamp for log in intake.logs] == [NOW - 18 * HOUR]
    assert intake.dropped == [("dated more than 18 hours before it was received", 2)]


def test_logs_more_than_two_hours_ahead_are_dropped_or_kept_by_switch() -> None:
    logs = [Log({}, NOW + 2 * HOUR), Log({}, NOW + 2 * HOUR + 1)]
    assert within_window(logs, NOW) == (logs[:1], [("dated more than 2 hours ahead (modelled: dropped)", 1)])
    assert within_window(logs, NOW, Undocumented(future_date="keep")) == (logs, [])


def test_the_entries_of_a_request_are_not_changed() -> None:
    entries: list[dict[str, Any]] = [{"message": '{"a":{"b":1}}', "ddtags": "x:y"}, {"a": {"b": [1]}}]
    before = copy.deepcopy(entries)
    for log in receive(entries, params={"ddtags": "env:dev"}, received_ms=NOW).logs:
        log.attributes["added"] = True
        log.tags.append("added")
    assert entries == before


def test_a_message_made_of_json_shows_the_log_as_it_was_received() -> None:
    (log,) = receive([{"a": 1}], params={}, received_ms=NOW).logs
    log.attributes["b"] = 2
    assert log.message == '{\n  "a" : 1\n}'
    log.message = "new"
    assert log.message == "new"


@given(st.text() | st.integers() | st.none() | st.floats() | st.from_regex(r"[0-9TZ:+ .-]{4,30}"))
def test_any_value_is_a_date_or_not(value: object) -> None:
    parsed = dates.parse(value, NOW)
    assert parsed is None or isinstance(parsed, int)


def test_a_message_of_json_that_is_nested_without_end_stays_a_text() -> None:
    message = '{"a":' * 5_000
    (log,) = receive([{"message": message}], params={}, received_ms=NOW).logs
    assert (log.message, log.attributes) == (message, {})
