"""Values that nobody should write into the fields of a destination: refused in words, or delivered as they are."""

from __future__ import annotations

from typing import Any

import pytest

from firedrill.components.config.advice import Advice
from firedrill.components.config.destinations import read
from firedrill.components.destination_settings import KINDS
from firedrill.vendors.cloudflare.rules.destinations.check import destination_breaches
from tests.destinations.cases import ACCOUNT, CASES, conf

HOSTILE = {
    "a blank": "a b",
    "a blank at its end": "ab ",
    "a parameter": "a&b=c",
    "half an escape": "a%2",
    "an escape": "a%2Fb",
    "a query": "a?b",
    "a fragment": "a#b",
    "letters of others": "é日本✓",
    "a quote": "a'b",
    "two quotes": '"ab"',
    "a line": "ab\n",
    "lines": "ab\r\nX-Key: y",
    "a tab": "a\tb",
    "a zero": "a\x00b",
    "colours": "a\x1b[31mb",
    "a delete": "a\x7fb",
    "no width": "a\u200bb",
    "right to left": "a\u202eb",
    "another line": "a\u2028b",
    "many": "a" * 5_000,
    "nothing": "",
    "a placeholder": "{DATE}",
    "a folder above": "../../x",
    "a backslash": "a\\b",
    "somebody": "user:password@host",
    "an address": "https://x.example/a?b=c",
}
TEXTS = {
    f"{kind} {field.alias}": (kind, str(field.alias))
    for kind, model in KINDS.items()
    for name, field in model.model_fields.items()
    if field.annotation is str and name not in ("fields", "residency")
}


def entry(kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": kind, **CASES[kind].fields, **fields}


@pytest.mark.parametrize("text", TEXTS)
def test_a_hostile_value_is_refused_in_words_or_comes_to_an_address_that_is_taken(text: str) -> None:
    kind, field = TEXTS[text]
    for what, hostile in HOSTILE.items():
        valid, problems = read({"archive": entry(kind, **{field: hostile})}, Advice("dev"))
        told = "\n".join(map(str, problems))
        assert told.replace("\n", "").isprintable(), what
        assert len(told) < 1_000, what
        if not problems:
            settings = valid["archive"]
            conf = settings.conf(ACCOUNT, {**dict.fromkeys(settings.secrets, "sig=a"), **CASES[kind].secrets})
            assert conf.isprintable(), what
            assert not set(conf) & set(" #"), what
            assert not [*destination_breaches(conf)], what


@pytest.mark.parametrize("where", ["{}", "{}/in", "in?team={}", "in?{}=a"])
def test_a_hostile_part_of_an_address_is_refused_in_words_or_taken(where: str) -> None:
    for what, hostile in HOSTILE.items():
        valid, problems = read(
            {"archive": entry("https", url=f"https://logs.example/{where}".format(hostile))}, Advice("dev")
        )
        assert "".join(map(str, problems)).replace("\n", "").isprintable(), what
        assert problems or valid["archive"].conf(ACCOUNT, CASES["https"].secrets).isprintable(), what


@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_credential_is_refused_without_being_shown_or_comes_to_an_address_of_one_line(kind: str) -> None:
    settings = KINDS[kind].model_validate(CASES[kind].fields)
    known = {**dict.fromkeys(settings.own_secrets, "key"), **CASES[kind].secrets}
    for name in {*settings.secrets, *settings.own_secrets} - {settings.challenge}:
        for what, hostile in HOSTILE.items():
            conf = settings.conf(ACCOUNT, {**known, name: f"PLANTED{hostile}"})
            told = "\n".join(map(str, destination_breaches(conf)))
            assert "PLANTED" not in told, what
            assert told or conf.isprintable(), what


@pytest.mark.parametrize(
    "signature",
    ["https://a.blob.core.windows.net/c?sv=1&sig=a", '"sv=1&sig=a"', "??sv=1&sig=a", "sv=1&amp;sig=a", " sv=1&sig=a"],
)
def test_what_is_no_query_of_a_signature_is_named(signature: str) -> None:
    conf = f"azure://acct.blob.core.windows.net/logs/f?{signature}"
    assert [str(each) for each in destination_breaches(conf)] == [
        "destination_conf is without the query of a SAS URL; allowed: one such as sv=...&sig=...;"
        " set what stands after the ? of a SAS URL, as it is"
    ]


def test_a_signature_whose_plus_is_written_as_it_is_is_named_without_being_shown() -> None:
    conf = "azure://acct.blob.core.windows.net/logs/f?sv=1&sig=PLANTED+a="
    (breach,) = destination_breaches(conf)
    assert (breach.field, breach.value) == ("destination_conf.sig", "no base64")


def test_a_signature_that_may_not_write_is_named() -> None:
    (breach,) = destination_breaches("azure://acct.blob.core.windows.net/logs/f?sp=rl&sig=a")
    assert (breach.field, breach.value) == ("destination_conf.sp", "'rl'")


@pytest.mark.parametrize("header", ["Authorization", "X-Key"])
def test_a_header_of_two_lines_is_named(header: str) -> None:
    (breach,) = destination_breaches(f"https://logs.example/in?header_{header}=PLANTED%0D%0AX%3A%20y")
    assert str(breach) == (
        f"destination_conf.header_{header} is more than one line, or has control characters;"
        " allowed: what a header can have: one line"
    )


def test_an_address_of_two_lines_is_named() -> None:
    (breach,) = destination_breaches("gs://trace-events/logs\nPLANTED")
    assert (breach.field, breach.value) == ("destination_conf", "more than one line, or has control characters")


@pytest.mark.parametrize("kind", [kind for kind in CASES if kind not in ("datadog", "https", "new-relic")])
def test_a_password_before_a_host_is_named_without_being_shown(kind: str) -> None:
    told = [str(each) for each in destination_breaches(conf(kind).replace("://", "://user:PLANTEDpw@", 1))]
    assert told == [
        "destination_conf is with a user name or password before its host; allowed: an address without them"
    ]


@pytest.mark.parametrize("name", ["a\tb", "a\x1b[31m", "x" * 5_000])
def test_a_hostile_name_of_a_destination_is_told_readably(name: str) -> None:
    _, (problem, *_) = read({name: entry("gcs")}, Advice("dev"))
    assert str(problem).replace("\n", "").isprintable()
    assert len(problem.place) < 1_000
