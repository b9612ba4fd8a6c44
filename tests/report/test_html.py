"""The report as a page, read as a browser's parser reads it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from firedrill.drill.bracket import Course as Minutes
from firedrill.drill.bracket import Sensitivity
from firedrill.drill.result import Delivered, Drawing, DrillResult, Line
from firedrill.report.evidence import AlertEvidence, Picture
from firedrill.report.html.chart import chart
from firedrill.report.html.dashboard import dashboards
from firedrill.report.html.markup import el, serialised
from firedrill.report.html.page import POLICY, to_html
from firedrill.scenarios.watched import STATELESS

HOSTILE = """</style></title><script>alert('1')</script><img src=x onerror="alert(2)">{{3}}&#x3c;svg onload=4>"""
Evidence = dict[str, dict[str, AlertEvidence]]


class Page(HTMLParser):
    """Every element with its attributes in their order, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def of(self, tag: str, class_: str = "") -> list[dict[str, str | None]]:
        return [each for name, each in self.elements if name == tag and class_ in (each.get("class") or "")]


def shown(evidence: Evidence, **changed: object) -> Evidence:
    """The evidence of chat's alert with another picture."""
    alert = evidence["chat"]["errors"]
    assert alert.picture
    return {"chat": {"errors": replace(alert, picture=replace(alert.picture, **changed))}}  # type: ignore[arg-type]


def test_the_page_begins_with_the_answer(good: DrillResult, evidence: Evidence) -> None:
    text = Page(to_html(good, evidence)).text
    for said in ("Proven", "1 of 1 alert", "Slack #shop", "3 min", "of 10 min promised", "as promised"):
        assert said in text


def test_a_drill_that_is_not_proven_says_what_is_wrong_and_what_to_do(result: DrillResult) -> None:
    page = Page(to_html(result, {}))
    assert "Not proven" in page.text
    for said in (
        "latency never went to Alert in scenario broken",
        "because its highest value was 12; it alerts at > 500",
        "do: fix what the cause names",
        "firedrill drill --stack dev --scenario broken --explain latency",
        "drill-exemptions.txt: errors is proven; remove its line",
    ):
        assert said in page.text
    cards = [each["id"] for each in page.of("article")]
    assert cards[:2] == ["shop--latency", "shop--traffic"]  # what is not proven comes first


def test_every_alert_has_a_card_that_the_index_and_the_overview_lead_to(result: DrillResult) -> None:
    page = Page(to_html(result, {}))
    linked = Counter(each["href"] for each in page.of("a"))
    assert page.of("article")
    for each in page.of("article"):
        assert linked[f"#{each['id']}"] == 2


def test_every_place_that_the_page_leads_to_is_on_it(
    result: DrillResult, good: DrillResult, evidence: Evidence
) -> None:
    for html in (to_html(result, {}), to_html(good, evidence)):
        page = Page(html)
        ids = {each.get("id") for _, each in page.elements}
        linked = {str(each["href"]) for each in page.of("a")}
        assert {each.removeprefix("#") for each in linked if each.startswith("#")} <= ids


def test_the_index_names_the_parts_of_one_worker_and_several_workers_by_name(
    result: DrillResult, good: DrillResult, evidence: Evidence
) -> None:
    assert "Skip to the alerts Alerts Path Each alert Time errors" in Page(to_html(good, evidence)).text
    assert "Skip to the alerts ✗ What is not proven shop chat Time ✗ latency of shop" in Page(to_html(result, {})).text


def test_the_index_leads_to_remarks_where_nothing_else_is_wrong(good: DrillResult, evidence: Evidence) -> None:
    (worker,) = good.workers
    remarked = replace(good, workers=(replace(worker, remarks=("an object took 500 ms",)),))
    assert "Skip to the alerts ✗ What is not proven Alerts" in Page(to_html(remarked, evidence)).text


def test_the_same_drill_makes_the_same_bytes(result: DrillResult, evidence: Evidence) -> None:
    assert to_html(result, evidence) == to_html(result, evidence)


def test_nothing_comes_from_elsewhere_and_nothing_runs(
    result: DrillResult, good: DrillResult, evidence: Evidence
) -> None:
    for html in (to_html(result, {}), to_html(good, evidence)):
        page = Page(html)
        names = {name for name, _ in page.elements}
        assert not names & {"script", "link", "img", "iframe", "object", "embed", "form", "use", "image"}
        given = {name for _, attributes in page.elements for name in attributes}
        assert not [name for name in given if name.startswith("on") or name in ("src", "srcset", "style")]
        assert {"http-equiv": "Content-Security-Policy", "content": POLICY} in page.of("meta")
        assert "url(" not in html
        assert "@import" not in html


Hostile = Callable[[DrillResult, Evidence], tuple[DrillResult, Evidence]]


def hostile_worker(good: DrillResult, evidence: Evidence) -> tuple[DrillResult, Evidence]:
    worker = replace(good.workers[0], worker=HOSTILE, problems=(HOSTILE,), skipped={HOSTILE: HOSTILE})
    return replace(good, stack=HOSTILE, workers=(worker,), problems=(HOSTILE,)), {HOSTILE: evidence["chat"]}


def hostile_log(good: DrillResult, evidence: Evidence) -> tuple[DrillResult, Evidence]:
    return good, shown(evidence, logs=(HOSTILE,), summary=HOSTILE, scenario=HOSTILE)


def hostile_message(good: DrillResult, evidence: Evidence) -> tuple[DrillResult, Evidence]:
    picture = evidence["chat"]["errors"].picture
    assert picture
    sent = tuple(
        replace(each, title=HOSTILE, message=HOSTILE, handles=(HOSTILE,), group=HOSTILE) for each in picture.sent
    )
    return good, shown(evidence, sent=sent)


def hostile_declaration(good: DrillResult, evidence: Evidence) -> tuple[DrillResult, Evidence]:
    alert = evidence["chat"]["errors"]
    expected = replace(alert.expected, runbook=HOSTILE)
    return good, {"chat": {"errors": replace(alert, title=HOSTILE, query=HOSTILE, kind=HOSTILE, expected=expected)}}


def hostile_delivery(good: DrillResult, evidence: Evidence) -> tuple[DrillResult, Evidence]:
    return replace(good, deliveries=(Delivered(HOSTILE, HOSTILE, obstacle=HOSTILE),), stages={HOSTILE: 1.0}), evidence


@pytest.mark.parametrize(
    "attack", [hostile_worker, hostile_log, hostile_message, hostile_declaration, hostile_delivery]
)
def test_hostile_text_stays_text(attack: Hostile, good: DrillResult, evidence: Evidence) -> None:
    page = Page(to_html(*attack(good, evidence)))
    assert HOSTILE in "".join(page.texts)
    assert not page.of("script")
    assert not page.of("img")
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]


def test_only_web_addresses_become_links(good: DrillResult, evidence: Evidence) -> None:
    picture = evidence["chat"]["errors"].picture
    assert picture
    message = "see https://example.com/a?b=1&c=2. not javascript:alert(1) nor data:text/html,x"
    sent = (replace(picture.sent[0], message=message),)
    alert = replace(evidence["chat"]["errors"], picture=replace(picture, sent=sent))
    alert = replace(alert, expected=replace(alert.expected, runbook="javascript:alert(1)"))
    links = [each["href"] for each in Page(to_html(good, {"chat": {"errors": alert}})).of("a")]
    assert [each for each in links if each and not each.startswith("#")] == ["https://example.com/a?b=1&c=2"]


def test_characters_that_no_page_may_hold_are_replaced(good: DrillResult, evidence: Evidence) -> None:
    html = to_html(good, shown(evidence, logs=("a\x00b\ud800c\u202ed\x1be",)))
    assert "a�b�c�d�e" in html
    html.encode("utf-8")


def test_a_picture_has_its_text_and_its_table(good: DrillResult, evidence: Evidence) -> None:
    page = Page(to_html(good, evidence))
    (chart,) = page.of("svg", "chart")
    assert chart["role"] == "img"
    ids = {each.get("id") for _, each in page.elements}
    assert {*str(chart["aria-labelledby"]).split()} <= ids
    for said in (
        "errors in scenario broken",
        "While it lasts the value is between 12 and 12.",
        "It alerts at > 5.",
        "Minute 3: @slack-shop is told (alert).",
        "+3 to +31",
        "no data",
    ):
        assert said in page.text


def test_the_line_of_a_picture_breaks_where_there_is_no_data(good: DrillResult, evidence: Evidence) -> None:
    (line,) = (each["d"] for each in Page(to_html(good, evidence)).of("path", "value") if "M48" in str(each["d"]))
    assert str(line).count("M") == 2
    assert str(line).count("L") == 6  # level stretches have no points between their ends


def test_the_shape_of_a_state_differs_and_not_only_its_colour(good: DrillResult, evidence: Evidence) -> None:
    page = Page(to_html(good, evidence))
    assert page.of("circle", "mark ok")
    assert page.of("path", "mark alert")
    for said in (
        "✓ proven",
        "alert +3 min",
        "recovery +32 min",
        "fault, 25 min",
        "alert > 5",
        "warn > 4",
        "recovers at 2",
    ):
        assert said in page.text


def test_alerts_whose_names_differ_in_a_sign_only_have_cards_of_their_own(good: DrillResult) -> None:
    (verdict,) = good.workers[0].verdicts
    names = ("a-b", "a/b", "A-b", "a b", "é", "ü", "a--b")
    worker = replace(good.workers[0], verdicts=tuple(replace(verdict, monitor=name) for name in names))
    cards = Page(to_html(replace(good, workers=(worker,)), {})).of("article")
    assert len({each["id"] for each in cards}) == len(names)


def test_what_is_modelled_is_labelled_at_its_alert_and_below_all(result: DrillResult) -> None:
    text = Page(to_html(result, {})).text
    assert "Modelled, not measured: CPU time; delivery." in text
    assert all(text.count(each) >= 1 for each in result.undocumented)
    modelled = [each for worker in result.workers for verdict in worker.verdicts for each in verdict.modelled]
    assert modelled
    assert all(text.count(each) == 2 for each in modelled)


def test_an_alert_that_is_over_before_its_fault_says_so(good: DrillResult, evidence: Evidence) -> None:
    (verdict,) = good.workers[0].verdicts
    (proof,) = verdict.proofs
    early = replace(verdict, proofs=(replace(proof, recovered_ms=proof.ended_ms - 3 * 60_000),))
    text = Page(to_html(replace(good, workers=(replace(good.workers[0], verdicts=(early,)),)), evidence)).text
    assert "Recovers 3 min early before the fault ends" in text


def test_an_alert_that_its_class_cannot_have_is_shown_with_the_reason(good: DrillResult, evidence: Evidence) -> None:
    (verdict,) = good.workers[0].verdicts
    excused = replace(verdict, failures=(), exempt=STATELESS)
    text = Page(to_html(replace(good, workers=(replace(good.workers[0], verdicts=(excused,)),)), evidence)).text
    assert "not applicable" in text
    assert STATELESS in text


def test_a_worker_that_no_alert_watches_says_so(good: DrillResult) -> None:
    text = Page(to_html(replace(good, workers=(replace(good.workers[0], verdicts=()),)), {})).text
    assert "No alert watches this Worker." in text


def test_every_id_is_there_once(result: DrillResult, good: DrillResult, evidence: Evidence) -> None:
    for html in (to_html(result, {}), to_html(good, evidence)):
        ids = re.findall(r' id="([^"]+)"', html)
        assert len(ids) == len(set(ids))


def test_a_searched_alert_tells_how_small_a_fault_it_sees(good: DrillResult, evidence: Evidence) -> None:
    found = Sensitivity("errors", "fails", "% of them", 7.5, 5.1, 4.9, 5.0, {1: Minutes(9, 4), 2: Minutes(4, None)})
    text = Page(to_html(replace(good, workers=(replace(good.workers[0], sensitivity=(found,)),)), evidence)).text
    assert "Fires from 5.1 % of them, quiet at 4.9; threshold 5; the danger is 7.5." in text
    assert "2 × (10.2 % of them) 4 min never" in text
    assert "errors 5.1 % of them 4.9 5 7.5 9 / 4 4 / never -" in text


def test_an_alert_that_fires_at_no_size_says_so(good: DrillResult, evidence: Evidence) -> None:
    found = Sensitivity("errors", "fails", "% of them", 7.5, None, 480.0, 5.0)
    text = Page(to_html(replace(good, workers=(replace(good.workers[0], sensitivity=(found,)),)), evidence)).text
    assert "No size that was tried fires it; the danger is 7.5 % of them." in text


def test_a_message_that_names_nobody_tells_nobody(good: DrillResult, evidence: Evidence) -> None:
    picture = evidence["chat"]["errors"].picture
    assert picture
    text = Page(to_html(good, shown(evidence, sent=tuple(replace(each, handles=()) for each in picture.sent)))).text
    assert "nobody: an event in Datadog only" in text
    assert "promised is Slack #shop" in text


@pytest.mark.parametrize("values", [(None,) * 71, (0.0,) * 71, (-3.5,) * 71, (1e12,) * 71, (1e-9,) * 71])
def test_any_values_make_a_picture(values: tuple[float | None, ...], good: DrillResult, evidence: Evidence) -> None:
    picture = evidence["chat"]["errors"].picture
    assert picture
    html = to_html(good, shown(evidence, course=replace(picture.course, values=values), levels=None, others=()))
    assert "nan" not in html
    assert "inf" not in re.sub("in words|information", "", html)


def test_a_picture_of_one_minute_is_drawn(good: DrillResult, evidence: Evidence) -> None:
    picture = evidence["chat"]["errors"].picture
    assert picture
    course = replace(picture.course, values=(1.0,), states=("OK",))
    one: Picture = replace(picture, minutes=(0,), course=course, others=(), sent=())
    alert = replace(evidence["chat"]["errors"], picture=one)
    assert "Nothing was sent." in Page(to_html(good, {"chat": {"errors": alert}})).text


def test_a_dashboard_is_drawn_widget_by_widget_with_the_scenario_of_each() -> None:
    line = Line("5xx", "failed", (None, 4.0, None, 2.0))
    drawn = Drawing("Shop", "Callers", "Failures <&>", "timeseries", "broken", 2, (-1, 0, 1, 2), (line,))
    empty = Drawing("Shop", "Callers", "Nothing", "timeseries", note="no scenario makes a point of m")
    text = serialised(el("main", None, *dashboards([drawn, empty])))
    assert text.count("<figure") == 2
    assert "Failures &lt;&amp;&gt;" in text
    assert "scenario broken" in text
    assert "no scenario makes a point of m" in text
    assert " in broken: 5xx, between 2 and 4." in text
    assert len(re.findall("M[0-9.]+ [0-9.]+h0.1", text)) == 2  # two stretches with a value


@pytest.mark.parametrize("minutes", [(3, 33, 37), (17, 26), (3, 5, 7, 9, 11), (50, 52, 55), (0, 54)])
def test_no_name_of_a_mark_lies_on_another_mark_or_name(minutes: tuple[int, ...], evidence: Evidence) -> None:
    picture = evidence["chat"]["errors"].picture
    assert picture
    alert, recovery = picture.sent
    sent = [replace(alert, minute=each, kind="renotify") for each in minutes[:-1]]
    drawn = chart(replace(picture, sent=(*sent, replace(recovery, minute=minutes[-1]))), "id", "title")
    row = [each for each in drawn if each.get("y") == "240"]
    places = [float(each.get("d", "")[1:].split(" ")[0]) for each in drawn if each.get("class") == "moment"]
    taken = [(place - 6, place + 6) for place in places]
    for each in row:
        left_of = each.get("class") == "end"
        x, length = float(each.get("x", "")), 7 * len(each.text or "")
        taken.append((x - length, x) if left_of else (x, x + length))
    assert len(row) > 1  # the word before them, and a name
    ordered = sorted(taken)
    names = {(begin, end) for begin, end in taken[len(places) :]}
    for (begin, end), (next_begin, next_end) in pairwise(ordered):
        assert end <= next_begin or not {(begin, end), (next_begin, next_end)} & names
