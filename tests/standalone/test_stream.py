"""Logs one after another: what is read of a file, in how much memory, and by how many processes."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.in_turn import in_turn
from firedrill.standalone import stream
from firedrill.standalone.read import Source, parse_json
from firedrill.standalone.stream import Entry, Line, chunks, entries_of, entry_of, lines_of
from firedrill.vendors.datadog.grok import compile_grok
from firedrill.vendors.datadog.grok.watch import Interrupted, is_watched, watched, within_limit
from firedrill.vendors.errors import FiredrillError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def read(text: bytes) -> list[Entry]:
    """The entries of a file."""
    found = entries_of(io.BytesIO(text), "f")
    return [entry_of(each, "f") if isinstance(each, Line) else each for each in found]


@given(st.dictionaries(st.text(), JSON), st.sampled_from([(",", ":"), (", ", ": "), (" , ", " : ")]), st.booleans())
def test_a_line_is_read_as_python_reads_it(log: dict[str, Any], separators: tuple[str, str], ascii_only: bool) -> None:
    line = json.dumps(log, separators=separators, ensure_ascii=ascii_only)
    text = line.encode(errors="replace")
    entry = entry_of(Line(1, text, len(text)), "f")
    expected = parse_json(Source("f", text.decode()))
    assert (entry.log, entry.problem) == (expected, "")
    assert json.dumps(entry.log) == json.dumps(expected), "numbers of the same types"


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":2}',
        '{"b":{"a":1,"a":2}}',
        '{"b":[{"a":1,"a":2}]}',
        '{"b":[[{"a":1,"a":2}]]}',
        '{"a" :1,"a":2}',
        '{"a" \t:1,"a":2}',
    ],
)
def test_a_name_that_is_given_twice_is_refused_wherever_it_is(text: str) -> None:
    (entry,) = read(f"{text}\n".encode())
    assert "key 'a' is defined twice" in entry.problem


@pytest.mark.parametrize(
    ("text", "logs"),
    [
        ('{"a":1}\n{"a":2}', [1, 2]),
        ('\ufeff{"a":1}\r\n\r\n{"a":2}\r\n', [1, 2]),
        ('[{"a":1},{"a":2}]', [1, 2]),
        ('[\n{"a":1},\n{"a":2}\n]', [1, 2]),
        ('{"a":\n1}\n', [1]),
        ('{"a":1}', [1]),
    ],
)
def test_logs_are_read_in_each_form(text: str, logs: list[int]) -> None:
    assert [entry.log for entry in read(text.encode())] == [{"a": value} for value in logs]


@pytest.mark.parametrize("text", ["", "\n", " \n\n"])
def test_an_empty_file_is_refused(text: str) -> None:
    with pytest.raises(FiredrillError, match="f is empty; it has to be JSON"):
        read(text.encode())


def test_a_line_that_is_not_utf8_is_named_and_the_rest_is_read() -> None:
    first, second, third = read(b'{"a":1}\n{"a":"\xff"}\n{"a":2}\n')
    assert (first.log, third.log) == ({"a": 1}, {"a": 2})
    assert second.problem == "f, line 2: not UTF-8 text (byte 0xff); save it as UTF-8."


def test_of_a_line_that_is_too_long_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MAX_REQUEST_BYTES", 20)
    lines = list(lines_of(io.BytesIO(b'{"a":1}\n{"a":"' + b"x" * 100 + b'"}\n{"a":2}\n')))
    assert [(line.number, len(line.text), line.size) for line in lines] == [(1, 8, 8), (2, 0, 109), (3, 8, 8)]
    assert entry_of(lines[1], "f").problem == "f, line 2: 109 bytes, over 20: refused (413)."


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(number: int) -> int:
        with (tmp_path / "logs").open("w") as file:
            file.writelines(f'{{"message":"log {each}","padding":"{"x" * 500}"}}\n' for each in range(number))
        tracemalloc.start()
        with (tmp_path / "logs").open("rb") as file:
            count = sum(len(chunk.entries) for chunk in chunks(entries_of(file, "f")))
        assert count == number
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(20_000) < 1.5 * peak(4_000)


def test_logs_stay_in_order_however_many_processes_share_the_work(
    firedrill: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "resources").write_text(
        json.dumps({"name": "p", "is_enabled": True, "filter": {"query": "*"}, "processors": []})
    )
    lines = [f'{{"message":"log {number}"}}' for number in range(5_000)]
    lines[3_000] = "{"
    (tmp_path / "logs").write_text("\n".join(lines))
    command = ("pipeline", "--resources", "resources", "--logs", "logs", "--json")
    alone, shared = (firedrill(*command, *more, folder=tmp_path) for more in ((), ("--jobs", "3")))
    assert (alone.code, alone.out, alone.err) == (shared.code, shared.out, shared.err)
    assert [json.loads(line)["message"] for line in shared.out.splitlines()[:3]] == ["log 0", "log 1", "log 2"]


def test_items_are_read_shortly_before_their_turn() -> None:
    read_so_far = []

    def items() -> Iterator[int]:
        for number in range(100):
            read_so_far.append(number)
            yield number

    results = in_turn(lambda number: number * 2, items(), 2)
    assert next(results) == 0
    assert len(read_so_far) <= 2 * 2 + 1
    assert list(results) == [number * 2 for number in range(1, 100)]


def test_a_grok_rule_that_backtracks_for_ever_is_interrupted() -> None:
    """It ends at all, which without a watch it would not within the life of whoever waits."""

    def endless(text: str) -> object:
        while True:
            text = text[::-1]

    assert not is_watched()
    with watched():
        assert is_watched()
        with pytest.raises(Interrupted):
            within_limit(endless, "x")
        rule = compile_grok(r"rule (?:%{word}|\w)+(?:\w|%{word})+-").rules[0]
        assert rule.match("word-")
    assert not is_watched()


def test_a_date_that_no_calendar_has_is_shown_as_milliseconds(firedrill: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "logs").write_text('{"timestamp": -9000000000000000000}')
    (tmp_path / "resources").write_text(json.dumps([{"name": "p", "is_enabled": True, "filter": {"query": "*"}}]))
    ran = firedrill("pipeline", "--resources", "resources", "--logs", "logs", folder=tmp_path)
    assert (ran.code, ran.out.splitlines()[1]) == (0, "  timestamp  -9000000000000000000 ms")
