"""The report for machines, as the documents they read."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree

from firedrill.drill.result import DrillResult, Exposure
from firedrill.report.machine import iso, to_json, to_junit
from tests.json_schemas import as_its_schema_says


def parsed(junit: str) -> ElementTree.Element:
    return ElementTree.fromstring(junit.encode())  # noqa: S314 - our own text


def test_the_json_document_holds_everything(result: DrillResult) -> None:
    document = as_its_schema_says("drill", to_json(result))
    shop, chat = document.pop("workers")
    assert document == {
        "version": 1,
        "stack": "dev",
        "proven": False,
        "problems": ["drill-exemptions.txt: errors is proven; remove its line"],
        "modelled": ["CPU time", "delivery", "grok filter useragent", "percentiles (latency)"],
        "stages": {"render": 5.04, "workerd": 0.96},
        "deliveries": [],
        "exposures": [],
    }
    monitors = {each["monitor"]: each for each in shop.pop("monitors")}
    scenarios = shop.pop("scenarios")
    assert shop == {
        "worker": "shop",
        "proven": False,
        "unexplainedNotifications": 1,
        "problems": ["scenario calm left no point of runs{*}"],
        "skipped": {"alarm-failing": "it has no alarm"},
        "coverage": None,
        "volume": {"takes": 3, "trace_events": 12_345, "logs": 12_300, "points": 70_001, "evaluations": 987},
        "sensitivity": [],
        "metricTruth": None,
        "healthyDays": None,
    }
    assert (chat["worker"], chat["proven"]) == ("chat", True)
    assert list(monitors) == ["errors", "silence", "latency", "traffic", "yearly"]
    assert [each["scenario"] for each in scenarios] == ["broken", "calm"]


def test_marked_values_are_there_with_the_fields_that_carry_them_to_each_destination(good: DrillResult) -> None:
    exposure = Exposure("chat", "archive", "s3", {"query": ("Event",), "header": ()})
    document = as_its_schema_says("drill", to_json(replace(good, exposures=(exposure,))))
    assert document["exposures"] == [
        {"worker": "chat", "job": "archive", "destination": "s3", "reached": {"query": ["Event"], "header": []}}
    ]


def test_a_proof_has_its_times(result: DrillResult) -> None:
    errors = json.loads(to_json(result))["workers"][0]["monitors"][0]
    assert errors == {
        "monitor": "errors",
        "proven": True,
        "exempt": "",
        "quietScenarios": 1,
        "problems": [],
        "cause": "",
        "modelled": [],
        "proofs": [
            {
                "scenario": "broken",
                "state": "Alert",
                "faultBegan": "2026-01-05T00:00:00Z",
                "faultEnded": "2026-01-05T00:25:00Z",
                "alerted": alerted,
                "recovered": recovered,
                "problem": "",
                "billedUntilAlerted": None,
            }
            for alerted, recovered in (
                ("2026-01-05T00:03:00Z", "2026-01-05T00:32:00Z"),
                ("2026-01-05T00:04:00Z", "2026-01-05T00:34:00Z"),
            )
        ],
    }


def test_what_never_happened_has_no_time(result: DrillResult) -> None:
    (proof,) = json.loads(to_json(result))["workers"][0]["monitors"][2]["proofs"]
    assert (proof["alerted"], proof["recovered"]) == (None, None)
    assert proof["problem"] == "latency never went to Alert in scenario broken"


def test_a_failed_monitor_has_its_cause(result: DrillResult) -> None:
    latency = json.loads(to_json(result))["workers"][0]["monitors"][2]
    assert latency["cause"] == "in broken: its highest value was 12; it alerts at > 500"
    assert not latency["proven"]


def test_a_scenario_has_every_change_of_state(result: DrillResult) -> None:
    assert json.loads(to_json(result))["workers"][0]["scenarios"][0] == {
        "scenario": "broken",
        "summary": "Half fail.",
        "faultBegan": "2026-01-05T00:00:00Z",
        "faultEnded": "2026-01-05T00:25:00Z",
        "changes": [
            {
                "time": "2026-01-05T00:03:00Z",
                "monitor": "errors",
                "group": "op:store",
                "state": "Alert",
                "notification": "[Triggered] Errors",
            }
        ],
    }


def test_junit_has_a_suite_per_worker_and_one_for_the_rest(result: DrillResult) -> None:
    suites = parsed(to_junit(result))
    assert [suite.attrib for suite in suites] == [
        {"name": "firedrill.dev.shop", "tests": "6", "failures": "3", "skipped": "1"},
        {"name": "firedrill.dev.chat", "tests": "2", "failures": "0", "skipped": "0"},
        {"name": "firedrill.dev", "tests": "1", "failures": "1", "skipped": "0"},
    ]


def test_junit_has_a_case_per_monitor_and_one_for_the_drill(result: DrillResult) -> None:
    assert [(case.get("classname"), case.get("name")) for case in parsed(to_junit(result))[0]] == [
        ("firedrill.dev.shop", name)
        for name in ("errors", "silence", "latency", "traffic", "yearly", "the drill itself")
    ]


def test_junit_counts_what_it_holds(result: DrillResult) -> None:
    for suite in parsed(to_junit(result)):
        counted = {tag: str(len(suite.findall(f"testcase/{tag}"))) for tag in ("failure", "skipped")}
        assert counted == {"failure": suite.get("failures"), "skipped": suite.get("skipped")}


def test_a_failure_has_its_problem_and_its_cause(result: DrillResult) -> None:
    failures = parsed(to_junit(result)).findall("testsuite/testcase/failure")
    assert [(each.get("message"), each.text) for each in failures] == [
        (
            "latency never went to Alert in scenario broken",
            "latency never went to Alert in scenario broken\nin broken: its highest value was 12; it alerts at > 500",
        ),
        (
            "traffic went to Warn in scenario calm, which does not explain it",
            "traffic went to Warn in scenario calm, which does not explain it",
        ),
        ("scenario calm left no point of runs{*}", "scenario calm left no point of runs{*}"),
        ("drill-exemptions.txt: errors is proven; remove its line",) * 2,
    ]


def test_an_exempt_monitor_is_skipped_with_its_reason(result: DrillResult) -> None:
    suite = parsed(to_junit(result))
    assert [each.get("message") for each in suite.findall("testsuite/testcase[@name='yearly']/skipped")] == [
        "fires on New Year"
    ]


def test_a_proven_drill_has_no_failure(good: DrillResult) -> None:
    suites = parsed(to_junit(good))
    assert [(suite.get("tests"), suite.get("failures")) for suite in suites] == [("2", "0"), ("1", "0")]
    assert [len(case) for suite in suites for case in suite] == [0, 0, 0]


def test_junit_is_utf_8_whatever_the_machine_prefers(good: DrillResult) -> None:
    odd = replace(good, problems=('région <Zürich> & "more"',))
    text = to_junit(odd)
    assert text.startswith("<?xml version='1.0' encoding='utf-8'?>\n")
    failure = parsed(text).find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.text == 'région <Zürich> & "more"'


def test_json_keeps_letters_of_every_language(good: DrillResult) -> None:
    assert "Zürich" in to_json(replace(good, problems=("Zürich",)))


def test_times_are_told_in_utc_to_the_second() -> None:
    assert iso(1_767_571_261_999) == "2026-01-05T00:01:01Z"
