"""Which pipelines and processors run on a log, in which order, and how it is explained."""

from __future__ import annotations

from typing import Any

import pytest

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.pipelines import Step, compile_pipelines, in_order
from firedrill.vendors.datadog.search import SearchSyntaxError
from firedrill.vendors.errors import FiredrillError, Several, Unsupported


def pipeline(name: str, *processors: dict[str, Any], query: str = "*", **options: Any) -> dict[str, Any]:
    return {"name": name, "is_enabled": True, "filter": {"query": query}, "processors": list(processors), **options}


def writes(target: str, text: str = "x", **options: Any) -> dict[str, Any]:
    """A processor that writes a text."""
    return {
        "type": "string-builder-processor",
        "is_enabled": True,
        "name": target,
        "template": text,
        "target": target,
        **options,
    }


def remaps(kind: str, source: str) -> dict[str, Any]:
    return {"type": f"{kind}-remapper", "is_enabled": True, "name": source, "sources": [source]}


def nested(name: str, *processors: dict[str, Any], **options: Any) -> dict[str, Any]:
    return {"type": "pipeline", **pipeline(name, *processors, **options)}


def attributes(*pipelines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return compile_pipelines(pipelines).process(Log(fields, 0)).attributes


def test_every_pipeline_that_matches_runs_in_order() -> None:
    found = attributes(
        pipeline("a", writes("t", "one")),
        pipeline("b", writes("u"), query="@none:1"),
        pipeline("c", writes("t", "%{t} two")),
    )
    assert found == {"t": "one two"}


def test_a_filter_does_not_see_what_its_own_processors_add() -> None:
    assert attributes(pipeline("a", writes("t"), writes("u"), query="@t:x")) == {}


def test_a_filter_sees_what_earlier_pipelines_added() -> None:
    assert attributes(pipeline("a", writes("t")), pipeline("b", writes("u"), query="@t:x")) == {"t": "x", "u": "x"}


def test_pipelines_and_processors_are_disabled_unless_enabled() -> None:
    spec = {key: value for key, value in pipeline("a", writes("t")).items() if key != "is_enabled"}
    assert attributes(spec) == {}
    assert attributes(pipeline("a", {key: value for key, value in writes("t").items() if key != "is_enabled"})) == {}


def test_a_nested_pipeline_runs_in_its_place_for_logs_that_match_both_filters() -> None:
    spec = pipeline(
        "outer",
        writes("t", "one"),
        nested("inner", writes("t", "%{t} two"), query="@t:one"),
        nested("other", writes("u"), query="@none:1"),
        writes("t", "%{t} three"),
    )
    assert attributes(spec) == {"t": "one two three"}


def test_a_disabled_nested_pipeline_does_not_run() -> None:
    assert attributes(pipeline("outer", nested("inner", writes("t"), is_enabled=False))) == {}


def test_a_nested_pipeline_holds_no_pipeline() -> None:
    with pytest.raises(FiredrillError) as caught:
        compile_pipelines([pipeline("a", nested("b", nested("c")))])
    assert str(caught.value) == (
        "pipeline 'a' / pipeline 'b' / 1: a nested pipeline cannot hold a pipeline; move it one level up."
    )


def test_the_first_status_remapper_counts_over_all_pipelines() -> None:
    pipelines = compile_pipelines([pipeline("a", remaps("status", "x")), pipeline("b", remaps("status", "y"))])
    assert pipelines.process(Log({"x": "error", "y": "warn"}, 0)).status == "error"


def test_the_first_remapper_with_a_source_counts() -> None:
    specs = [pipeline("a", remaps("service", "x")), pipeline("b", remaps("service", "y"))]
    assert compile_pipelines(specs).process(Log({"y": "shop"}, 0)).service == "shop"


def test_one_log_does_not_claim_the_remappers_of_another() -> None:
    pipelines = compile_pipelines([pipeline("a", remaps("message", "x"))])
    assert [pipelines.process(Log({"x": text}, 0)).message for text in ("one", "two")] == ["one", "two"]


def test_explaining_runs_the_pipelines_and_says_what_each_did_and_why() -> None:
    pipelines = compile_pipelines(
        [
            pipeline(
                "outer",
                writes("a.b", "new"),
                writes("c", "%{missing}"),
                writes("off", is_enabled=False),
                nested("inner", remaps("status", "a.b"), {**remaps("attribute", "d"), "target": "e"}),
                remaps("status", "d"),
            ),
            pipeline("unmatched", query="@none:1"),
            pipeline("disabled", is_enabled=False),
        ]
    )
    log = Log({"d": 1}, 0, service="shop")
    assert pipelines.explain(log) == [
        Step("outer", "", True, "its filter matches: *"),
        Step("outer", "a.b", True, "@a.b = 'new'"),
        Step("outer", "c", False, "missing is missing"),
        Step("outer", "off", False, "disabled"),
        Step("outer / inner", "", True, "its filter matches: *"),
        Step("outer / inner", "a.b", True, "status = 'notice'"),
        Step("outer / inner", "d", True, "@e = 1, @d removed"),
        Step("outer", "d", False, "an earlier status remapper counts"),
        Step("unmatched", "", False, "its filter does not match: @none:1"),
        Step("disabled", "", False, "disabled"),
    ]
    assert (log.attributes, log.status) == ({"e": 1, "a": {"b": "new"}}, "notice")


def test_explaining_notes_a_change_that_changed_nothing() -> None:
    pipelines = compile_pipelines([pipeline("a", writes("t"))])
    assert pipelines.explain(Log({"t": "x"}, 0))[1] == Step("a", "t", True, "wrote what was there already")


def test_a_pipeline_filter_with_full_text_search_is_refused_as_at_datadog() -> None:
    with pytest.raises(FiredrillError) as caught:
        compile_pipelines([pipeline("a", query="*:hello")])
    assert str(caught.value).startswith("pipeline 'a': ")
    assert isinstance(caught.value.__cause__, SearchSyntaxError)


def test_an_unknown_option_of_a_pipeline_is_refused_by_name() -> None:
    with pytest.raises(Unsupported) as caught:
        compile_pipelines([pipeline("a", colour="red")])
    assert caught.value.feature == "option 'colour'"


def test_a_pipeline_as_the_api_returns_it_is_read_unchanged() -> None:
    answered = {"id": "x" * 22, "type": "pipeline", "is_read_only": False, "tags": ["team:a"], "description": "d"}
    assert attributes({**pipeline("a", writes("t")), **answered}) == {"t": "x"}


def test_the_order_resource_orders_the_pipelines() -> None:
    first, second = pipeline("a", id="1"), pipeline("b", id="2")
    assert in_order([first, second], ["2", "1"]) == [second, first]


def test_the_order_resource_has_to_list_every_pipeline_once() -> None:
    with pytest.raises(FiredrillError) as caught:
        in_order([pipeline("a", id="1"), pipeline("b", id="2")], ["1"])
    assert str(caught.value) == (
        "order of pipelines: it lists ['1'], the pipelines are ['1', '2']; it should list each once."
    )


def test_a_rule_that_takes_too_long_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("firedrill.vendors.datadog.grok.regex.TIMEOUT_S", 0.05)
    grok = {"type": "grok-parser", "is_enabled": True, "name": "g", "grok": {"match_rules": "r (?<x>(?:a|aa)+)[bc]"}}
    log = Log({}, 0, message="a" * 60 + "db")
    step = compile_pipelines([pipeline("a", grok)]).explain(log)[1]
    assert step == Step("a", "g", False, "took more than 0.05 s on text of 62 characters")
    assert log.attributes == {}


def test_every_mistake_of_every_pipeline_is_told_at_once() -> None:
    grok = {"type": "grok-parser", "is_enabled": True, "name": "g", "grok": {"match_rules": "r %{nope:x}"}}
    table = {"type": "lookup-processor", "is_enabled": True, "source": "a", "target": "b"}
    with pytest.raises(Several) as caught:
        compile_pipelines(
            [
                pipeline("a", {"type": "none"}, grok, table, query="("),
                pipeline("b", nested("c", writes("t", oops=1))),
                pipeline("d", filters=[]),
            ]
        )
    assert [(part.rule, str(part).split(";")[0].split(": found")[0]) for part in caught.value.parts] == [
        ("filter", "pipeline 'a': Log search '(', line 1, column 2"),
        ("none", "pipeline 'a' / processor 1 'none': 'type' is 'none'"),
        ("grok-parser", "pipeline 'a' / processor 2 'g': Grok rule 'r %{nope:x}', line 1, column 5"),
        ("lookup-processor", "pipeline 'a' / processor 3 'lookup-processor': 'lookup_table' is empty"),
        (
            "string-builder-processor",
            "pipeline 'b' / pipeline 'c' / processor 1 't': option 'oops' is not supported by the emulator",
        ),
        ("pipeline", "pipeline 'd': option 'filters' (did you mean 'filter'?) is not supported by the emulator"),
    ]


def test_a_single_mistake_keeps_its_kind() -> None:
    with pytest.raises(Unsupported):
        compile_pipelines([pipeline("a", writes("t", oops=1))])
