from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.grok import Grok, GrokSyntaxError, TooSlow, compile_grok
from firedrill.vendors.datadog.grok.regex import longest_text
from firedrill.vendors.errors import Unsupported

REFERENCES = [
    "%{data:a}",
    "%{data::json}",
    "%{data:k:keyvalue}",
    "%{data:x:xml}",
    '%{data:c:csv("a,b")}',
    "%{data:r:rubyhash}",
    "%{data:l:array}",
    "%{data:u:url}",
    "%{data:q:querystring}",
    "%{number:n:scale(2)}",
    "%{integerExt:i}",
    "%{notSpace:w:decodeuricomponent}",
    "%{ipOrHost:h}",
    "%{quotedString:s:nullIf(\"''\")}",
    '%{date("yyyy-MM-dd HH:mm:ss z"):d}',
    '%{date("d MMM"):d}',
    "(?>%{word:a}|%{integer:b})?",
    r"(?<g>\w)?",
    "(?i)",
    r"\p{C}?",
    "[a-z&&[^b]]?",
    "{x}",
    "(?:a|aa)*",
]


def one(rule: str) -> Grok:
    return compile_grok(f"r {rule}")


def test_a_missing_year_is_1970_without_a_reference_time() -> None:
    assert one('%{date("MMM dd"):d}').parse("Jan 02") == {"d": 86_400_000}


def test_an_error_carries_line_column_what_was_found_and_what_was_expected() -> None:
    with pytest.raises(GrokSyntaxError) as error:
        compile_grok("a b\nc %{word:x")
    assert (error.value.line, error.value.column, error.value.found, error.value.expected) == (
        2,
        11,
        "the end",
        ": or }",
    )


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("firedrill.vendors.datadog.grok.regex.TIMEOUT_S", 0.05)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("(?<x>(?:a|aa)+)[bc]", "a" * 60 + "db"),
        ("%{data:a} %{data:b} %{data:c} %{data:d} %{data:e} %{data:f}[.!]x", "a " * 400 + "-x"),
        (r"(?<x>(?:\p{L}|\p{L}\p{L})+)[.!]", "é" * 60 + "-"),
    ],
)
def test_a_rule_that_backtracks_for_ever_is_given_up(rule: str, text: str) -> None:
    with pytest.raises(TooSlow, match=f"took more than 0.05 s on text of {len(text)} characters"):
        one(rule).parse(text)


@pytest.mark.usefixtures("impatient")
def test_a_key_value_filter_that_backtracks_for_ever_is_given_up() -> None:
    with pytest.raises(TooSlow):
        one('%{data::keyvalue("=", " ")}').parse("a " * 100_000 + "=;")


@pytest.mark.parametrize(
    ("regex", "length"),
    [
        (r"[0-9]+ \S+ .*", None),
        (r"(?P<v0>\S+) (?P<v1>.*)", None),
        (r'"[^"]*" \w+\b .{3}', None),
        (r".*a", 10_000),
        (r"\w+\d+ .*?:.*", 464),
        (r"(?:a|b)*", 0),
        (r"(?:a{1,3}b+){2,5}", 0),
        (r"(?:x+ )?y", None),
        (r"a++b*+", None),
        (r"\S+(?: x|)y", 10_000),
        (r"[^x]+x?y", 10_000),
        (r"a+|b", 10_000),
    ],
)
def test_pythons_engine_is_trusted_with_as_long_a_text_as_it_can_finish(regex: str, length: int | None) -> None:
    assert longest_text(regex) == length


def test_a_long_text_is_read_like_a_short_one() -> None:
    grok = one("%{data:a}: %{data:b}; %{data:c}")
    assert grok.parse(f"{'x' * 1000}: y; z") == {"a": "x" * 1000, "b": "y", "c": "z"}
    assert grok.parse("x: y; z") == {"a": "x", "b": "y", "c": "z"}


def test_rules_that_double_without_end_are_refused() -> None:
    support = "\n".join(["r0 %{ipv6}", *(f"r{n} %{{r{n - 1}}}%{{r{n - 1}}}" for n in range(1, 30))])
    with pytest.raises(GrokSyntaxError, match="a pattern of a usable size"):
        compile_grok("r %{r29}", support)


def test_parentheses_nested_too_deep_are_refused() -> None:
    with pytest.raises(GrokSyntaxError, match="parentheses nested at most 50 deep"):
        one("(" * 51 + "a" + ")" * 51)


def test_deeply_nested_json_gives_nothing() -> None:
    assert one("%{data:x:json}").parse("[" * 100_000) == {}


def test_parsing_twice_gives_separate_objects() -> None:
    grok = one("%{data:x:json}")
    first = grok.parse('{"a": [1]}')
    second = grok.parse('{"a": [1]}')
    assert first == second
    assert first is not None
    first["x"]["a"].append(2)
    assert second == {"x": {"a": [1]}}


def mistake(match_rules: str, support_rules: str = "") -> GrokSyntaxError | None:
    try:
        compile_grok(match_rules, support_rules)
    except GrokSyntaxError as error:
        return error
    except Unsupported:
        return None
    return None


@given(st.text())
def test_any_text_as_rules_compiles_or_is_refused_with_its_place(text: str) -> None:
    error = mistake(text, text)
    assert error is None or (error.line >= 1 and error.column >= 1 and error.found and error.expected)


@given(st.lists(st.sampled_from([*REFERENCES, "%{", "}", ":", "(", ")", "[", "\\", "%{word", '"', "a", " ", "|", "?"])))
def test_any_pieces_of_a_rule_compile_or_are_refused_with_their_place(pieces: list[str]) -> None:
    rule = "r " + "".join(pieces)
    error = mistake(rule)
    assert error is None or (error.line == 1 and 1 <= error.column <= len(rule) + 1 and error.expected)


GROKS = [one(rule) for rule in REFERENCES]


@given(st.sampled_from(GROKS), st.text() | st.text(alphabet="{}[]()<>=:,;\"'\\|&?%-+.eE0123456789abnulltrue \n\t"))
def test_any_text_is_parsed_without_a_crash(grok: Grok, text: str) -> None:
    result = grok.parse(text)
    assert result is None or isinstance(result, dict)


@given(st.dictionaries(st.text(alphabet="abc", min_size=1), st.integers() | st.text(min_size=1) | st.booleans()))
def test_a_json_object_comes_back_as_it_was(value: dict[str, object]) -> None:
    assert one("%{data:x:json}").parse(json.dumps(value)) == ({"x": value} if value else {})


@given(st.datetimes())
def test_a_formatted_date_comes_back_to_the_millisecond(moment: datetime) -> None:
    text = moment.replace(tzinfo=UTC).isoformat(sep=" ", timespec="milliseconds")
    milliseconds = (moment - datetime(1970, 1, 1)) // timedelta(milliseconds=1)
    assert one('%{date("yyyy-MM-dd HH:mm:ss.SSSZZ"):d}').parse(text) == {"d": milliseconds}
