from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.cloudflare.trace_items import Record
from firedrill.vendors.cloudflare.truncation import EXCEPTIONS_MARKER, LIMIT, LOGS_MARKER, NAMES_MARKER, truncate

exceptions = st.lists(st.fixed_dictionaries({"Name": st.text(max_size=9), "Message": st.text(max_size=9)}), max_size=4)
arguments = st.one_of(
    st.text(max_size=9), st.integers(), st.none(), st.dictionaries(st.text(max_size=3), st.booleans())
)
logs = st.lists(st.fixed_dictionaries({"Message": st.lists(arguments, max_size=3)}), max_size=4)


def test_a_record_at_the_real_limit_is_left_as_it_is(make_record: Callable[..., Record]) -> None:
    full = make_record(Logs=[{"Level": "log", "Message": ["x" * LIMIT], "TimestampMs": 0}])
    assert truncate(full) is full


def test_a_record_over_the_real_limit_is_cut_and_the_original_left_alone(make_record: Callable[..., Record]) -> None:
    full = make_record(Logs=[{"Level": "log", "Message": ["x" * (LIMIT + 1)], "TimestampMs": 0}])
    assert truncate(full)["Logs"][0]["Message"] == ["x" * LIMIT + LOGS_MARKER]
    assert full["Logs"][0]["Message"] == ["x" * (LIMIT + 1)]


@given(exceptions, logs, st.integers(0, 40))
def test_what_is_kept_is_within_the_limit_and_each_kind_has_at_most_one_marker(
    thrown: list[dict[str, Any]], written: list[dict[str, Any]], limit: int
) -> None:
    kept = truncate({"Exceptions": thrown, "Logs": written}, limit)
    texts = [entry["Name"] for entry in kept["Exceptions"]] + [entry["Message"] for entry in kept["Exceptions"]]
    texts += [_text(part) for log in kept["Logs"] for part in log["Message"]]
    markers = (NAMES_MARKER, EXCEPTIONS_MARKER, LOGS_MARKER)
    assert all(sum(marker in text for text in texts) <= 1 for marker in markers)
    assert sum(len(_without(text, markers)) for text in texts) <= limit


def _text(part: Any) -> str:
    return part if isinstance(part, str) else json.dumps(part, ensure_ascii=False, separators=(",", ":"))


def _without(text: str, markers: tuple[str, ...]) -> str:
    for marker in markers:
        text = text.removesuffix(marker)
    return text
