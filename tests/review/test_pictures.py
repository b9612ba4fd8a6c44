"""Alerts before and after a change: which of them are shown, as letters and as a page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path as FilePath

import pytest

from firedrill.drill.verdicts import Expected, MonitorVerdict
from firedrill.report.evidence import AlertEvidence, Course, Levels, Path, Picture, Sent
from firedrill.review.page import to_html
from firedrill.review.pictures import Pair, Side, differs, highest, sparks
from firedrill.review.report import to_json, to_markdown
from firedrill.review.stack_review import StackReview
from tests.json_schemas import as_its_schema_says
from tools.browser.opened import missing, opened

MINUTES = tuple(range(-5, 19))


def side(fires: int = 3, threshold: float = 5.0, handle: str = "@slack-shop") -> Side:
    states = tuple("Alert" if fires <= minute < 12 else "OK" for minute in MINUTES)
    values = tuple(10.0 if 0 < minute < 12 else None if minute == 18 else 0.0 for minute in MINUTES)
    picture = Picture(
        scenario="broken",
        summary="Half fail.",
        fault=10,
        minutes=MINUTES,
        course=Course("", values, states),
        others=(),
        groups=1,
        levels=Levels(">", threshold),
        part="",
        sent=(Sent(fires, "alert", "Alert", "", "Errors", "Many.", (handle,), "P1"),),
        path=Path(1, 1, 1, 1, 1, 1),
        logs=(),
    )
    evidence = AlertEvidence("errors", "Errors", "query alert", f"sum(x) > {threshold:g}", Expected(10, 20), picture)
    return Side(MonitorVerdict("errors", (), 1, ()), evidence, ())


def review(*pairs: Pair) -> StackReview:
    return StackReview(consequences=("errors fires 2 min later in broken",), pairs=pairs)


@pytest.mark.parametrize(
    ("after", "seen"),
    [
        (side(), False),
        (side(fires=5), True),
        (side(threshold=6.0), True),
        (side(handle="@slack-other"), True),
        (None, True),
    ],
)
def test_an_alert_is_shown_where_a_reader_would_see_a_difference(after: Side | None, seen: bool) -> None:
    assert differs(side(), after, 0) is seen


def test_a_shift_that_a_new_recording_explains_is_none() -> None:
    assert not differs(side(), side(fires=5), 5)


def test_a_small_picture_is_a_row_of_letters() -> None:
    picture = side().evidence.picture
    assert picture is not None
    assert sparks(picture, highest(picture)) == "▁▁▁▁▁▁███████████▁▁▁▁▁▁·"


def test_the_comment_has_small_pictures_of_before_and_after() -> None:
    text = to_markdown(
        {"dev": review(Pair("shop", "a|b", side(), side(5)), Pair("shop", "new", None, side()))}, "a", "b"
    )
    assert "**What they look like**\n\n| alert of dev | before | after |\n| --- | --- | --- |\n" in text
    row = "`▁▁▁▁▁▁███████████▁▁▁▁▁▁·` > 5: Alert +{}, OK +12"
    assert f"| a\\|b | {row.format(3)} | {row.format(5)} |\n" in text
    assert f"| new | not declared | {row.format(3)} |\n" in text


def test_many_small_pictures_are_folded() -> None:
    text = to_markdown({"dev": review(*(Pair("shop", f"m{each}", None, side()) for each in range(13)))}, "a", "b")
    assert "<details><summary>13 alerts</summary>\n\n| alert of dev |" in text


def test_pictures_are_not_part_of_the_json() -> None:
    report = as_its_schema_says("diff", to_json({"dev": review(Pair("shop", "errors", side(), None))}, "a", "b"))
    assert set(report["stacks"]["dev"]) == {"changes", "consequences", "note", "modelled", "cost"}


def test_the_page_shows_both_sides_of_an_alert() -> None:
    html = to_html({"dev": review(Pair("shop", "errors", side(), side(5, 6.0)))}, "main", "topic", ["a note"])
    for said in ("Monitoring: main → topic", "a note", "errors fires 2 min later", "Before", "After", "sum(x) &gt; 6"):
        assert said in html
    assert html.count('class="chart"') == 2


def test_the_page_says_where_an_alert_is_gone() -> None:
    html = to_html({"dev": review(Pair("shop", "errors", side(), None))}, "main", "topic")
    assert "Not declared." in html
    assert 'class="card failed"' in html


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_a_browser_finds_nothing_wrong_on_the_page(tmp_path: FilePath) -> None:
    page = tmp_path / "diff.html"
    pairs = (Pair("shop", "errors", side(), side(5, 6.0)), Pair("shop", "gone", side(), None))
    page.write_text(to_html({"dev": review(*pairs)}, "main", "topic", ["a note"]), encoding="utf-8")
    found = opened(page)
    assert (found["requests"], found["console"], found["violations"]) == ([], [], [])
    assert set(found["overflow"].values()) == {0}


def test_a_hostile_name_is_text_on_the_page() -> None:
    hostile = "<script>alert(1)</script>"
    changed = replace(review(Pair(hostile, hostile, side(), None)), consequences=(hostile,), note=hostile)
    html = to_html({hostile: changed}, hostile, hostile, [hostile])
    assert "<script" not in html
