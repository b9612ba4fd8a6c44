"""`firedrill compare` finds each alteration of an export, names it once, and nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firedrill.declared.declaration import Json
from firedrill.resources import Resource, dumps
from firedrill.standalone.compare.findings import Found, Part
from firedrill.standalone.compare.run import Files, How, compare
from firedrill.standalone.words import iso_ms
from firedrill.vendors.errors import FiredrillError
from tests.json_schemas import as_its_schema_says
from tests.standalone.test_any_input import changed
from tests.support.exports import Exports, exports

Run = Callable[..., Any]

ROOT = Path(__file__).resolve().parents[2]
BEGIN_MS = 1_767_607_200_000
AT_MS = BEGIN_MS + 20 * 60_000
MONITORS: list[Json] = [
    {
        "id": 11,
        "name": "Failed requests",
        "type": "query alert",
        "query": "sum(last_5m):sum:shop.requests{status_class:5xx} by {status_class}.as_count() > 1",
        "message": "",
        "options": {"thresholds": {"critical": 1}},
    },
    {
        "id": 12,
        "name": "Errors",
        "type": "log alert",
        "query": 'logs("status:error").index("*").rollup("count").by("@http.method").last("5m") > 0',
        "message": "",
        "options": {"thresholds": {"critical": 0}, "on_missing_data": "resolve"},
    },
    {
        "id": 13,
        "name": "Both",
        "type": "composite",
        "query": "11 && 11",
        "message": "",
        "options": {},
    },
]
RESOURCES: list[Json] = [*json.loads((ROOT / "docs" / "standalone" / "shop-logs.json").read_text()), *MONITORS]
QUERY = "sum:shop.requests{*} by {status_class}.as_count()"


def line(at_s: int, level: str = "INFO", method: str = "GET", status: int = 200, ms: int = 12) -> Json:
    """A log as the shop sends it."""
    message = f"{iso_ms(BEGIN_MS + 1000 * at_s)} {level} {method} /cart {status} {ms}ms"
    return {"ddsource": "shop", "ddtags": "env:dev,team:web", "service": "web", "hostname": "h1", "message": message}


SENT = [
    line(0),
    line(31, ms=9),
    line(95, "ERROR", "POST", 503),
    line(130, "ERROR", "POST", 503, 2040),
    line(200, "ERROR", "PUT", 500, 4),
    line(200, "ERROR", "PUT", 500, 4),
    line(420),
    line(700, "WARN", status=404),
]


class Comparing:
    """Exports as files, to be altered, and what comparing them comes to."""

    def __init__(self, folder: Path, sent: list[Json]) -> None:
        self.folder, self.sent = folder, sent
        self.held: Exports = exports(RESOURCES, sent, "shop.requests", AT_MS)
        self.remarks: list[str] = []

    def write(self, name: str, content: Any) -> str:
        """A file as given: text as it is, anything else as JSON."""
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    def files(self) -> dict[str, Any]:
        """Those of the command."""
        return {
            "sent": self.write("sent", self.sent),
            "resources": self.write("resources", RESOURCES),
            "logs": [self.write("search", self.held.search)],
            "metrics": [self.write("points", self.held.points)],
            "monitors": [self.write("monitors", self.held.monitors)],
        }

    def run(self, how: How | None = None, **instead: Any) -> dict[Part, Found]:
        """Compare the files, or others in place of them."""
        self.remarks = []
        return compare(Files(**(self.files() | instead)), how or How(at=str(AT_MS)), self.remarks.append)

    def found(self, how: How | None = None, **instead: Any) -> list[tuple[str, str, str]]:
        """The differences by part, kind and field."""
        compared = self.run(how, **instead)
        return [(each.part, each.kind, each.field) for found in compared.values() for each in found.differences]


@pytest.fixture
def comparing(tmp_path: Path) -> Comparing:
    return Comparing(tmp_path, SENT)


def log(held: Exports, number: int = 2) -> Json:
    fields: Json = held.search["data"][number]["attributes"]
    return fields


def test_what_is_as_the_emulator_has_it_has_no_difference(comparing: Comparing) -> None:
    compared = comparing.run()
    assert [found.differences for found in compared.values()] == [[], [], []]
    assert [found.tally.equal for found in compared.values()] == [8, 5, 3]


def test_an_archive_and_points_of_version_2_are_read_too(comparing: Comparing) -> None:
    archive = comparing.write("archive", "".join(f"{json.dumps(each)}\n" for each in comparing.held.archive))
    points = comparing.write("points_2", comparing.held.points_2)
    how = How(at=str(AT_MS), queries=[QUERY])
    compared = comparing.run(how, logs=[archive], metrics=[points])
    assert [(found.differences, found.tally.equal) for found in compared.values()] == [([], 8), ([], 5), ([], 3)]


def test_monitors_really_alert_and_recover_in_the_export(comparing: Comparing) -> None:
    failed, errors, both = (each["state"]["groups"] for each in comparing.held.monitors)
    assert failed["status_class:5xx"].keys() >= {"status", "last_triggered_ts"}
    assert {name: group["status"] for name, group in errors.items()} == {
        "@http.method:POST": "OK",
        "@http.method:PUT": "OK",
    }
    assert list(both) == ["status_class:5xx"]


ALTERATIONS: dict[str, tuple[Callable[[Exports], object], tuple[str, str, str]]] = {
    "an attribute": (
        lambda held: log(held)["attributes"]["http"].update(status_class="4xx"),
        ("log", "differs", "@http.status_class"),
    ),
    "an attribute that is another type": (
        lambda held: log(held)["attributes"]["http"].update(status_code="503"),
        ("log", "differs", "@http.status_code"),
    ),
    "an attribute that is an object now": (
        lambda held: log(held)["attributes"].update(level={"a": 1, "b": 2}),
        ("log", "differs", "@level"),
    ),
    "an attribute that is gone": (
        lambda held: log(held)["attributes"].pop("duration_ms"),
        ("log", "missing", "@duration_ms"),
    ),
    "an object that is gone": (lambda held: log(held)["attributes"].pop("http"), ("log", "missing", "@http")),
    "an attribute that is new": (
        lambda held: log(held)["attributes"].update(new=[1]),
        ("log", "extra", "@new"),
    ),
    "the message": (lambda held: log(held).update(message="x"), ("log", "differs", "message")),
    "the status": (lambda held: log(held).update(status="warn"), ("log", "differs", "status")),
    "the service": (lambda held: log(held).update(service="shop"), ("log", "differs", "service")),
    "the host": (lambda held: log(held).update(host=None), ("log", "differs", "host")),
    "the date": (
        lambda held: log(held).update(timestamp=iso_ms(BEGIN_MS + 95_001)),
        ("log", "differs", "date"),
    ),
    "the source": (lambda held: log(held)["tags"].__setitem__(2, "source:x"), ("log", "differs", "source")),
    "a tag": (lambda held: log(held)["tags"].__setitem__(0, "env:prod"), ("log", "differs", "tag env")),
    "a tag that is gone": (lambda held: log(held)["tags"].pop(1), ("log", "missing", "tag team")),
    "a tag that is new": (lambda held: log(held)["tags"].append("a:b"), ("log", "extra", "tag a")),
    "a log that is gone": (lambda held: held.search["data"].pop(3), ("log", "missing", "log")),
    "one of two equal logs": (lambda held: held.search["data"].pop(4), ("log", "missing", "log")),
    "a log that is new": (
        lambda held: held.search["data"].append({"id": "b", **copy.deepcopy(held.search["data"][0])} | {"id": "b"}),
        ("log", "extra", "log"),
    ),
    "a point": (
        lambda held: held.points["series"][0]["pointlist"][0].__setitem__(1, 9.0),
        ("metric", "differs", "point"),
    ),
    "a point that is gone": (
        lambda held: held.points["series"][0]["pointlist"].pop(0),
        ("metric", "missing", "point"),
    ),
    "a point that is new": (
        lambda held: held.points["series"][0]["pointlist"].append([BEGIN_MS + 300_000.0, 1.0]),
        ("metric", "extra", "point"),
    ),
    "a group's status": (
        lambda held: held.monitors[0]["state"]["groups"]["status_class:5xx"].update(status="Warn"),
        ("monitor", "differs", "status"),
    ),
    "when a group triggered": (
        lambda held: held.monitors[0]["state"]["groups"]["status_class:5xx"].update(
            last_triggered_ts=BEGIN_MS // 1000 + 900
        ),
        ("monitor", "differs", "last_triggered_ts"),
    ),
    "when a group recovered": (
        lambda held: held.monitors[1]["state"]["groups"]["@http.method:PUT"].pop("last_resolved_ts"),
        ("monitor", "differs", "last_resolved_ts"),
    ),
    "a group that is gone": (
        lambda held: held.monitors[1]["state"]["groups"].pop("@http.method:PUT"),
        ("monitor", "missing", "group"),
    ),
    "a group that is new": (
        lambda held: held.monitors[1]["state"]["groups"].update({"@http.method:GET": {"status": "OK"}}),
        ("monitor", "extra", "group"),
    ),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_an_alteration_is_named_once_and_nothing_else(comparing: Comparing, name: str) -> None:
    alter, expected = ALTERATIONS[name]
    alter(comparing.held)
    assert comparing.found() == [expected]


def test_a_difference_names_the_processor_that_made_the_value(comparing: Comparing) -> None:
    log(comparing.held)["attributes"]["http"]["status_class"] = "4xx"
    log(comparing.held, 3)["service"] = "other"
    log(comparing.held, 0)["status"] = "notice"
    official, first, second = comparing.run()["log"].differences
    assert official.cause == "processor 'status' of 'shop'"
    assert first.cause == "processor 'status class' of 'shop'"
    assert second.cause == "as it was sent, no processor wrote it"


def test_logs_of_a_stack_are_sent_as_its_logpush_job_sends_them(comparing: Comparing, rendered: list[Resource]) -> None:
    record = {"EventTimestampMs": BEGIN_MS, "Outcome": "ok", "message": "x"}
    held = {"date": iso_ms(BEGIN_MS), "message": "x", "status": "info", "source": "a", "service": "b"}
    files: dict[str, Any] = {
        "resources": comparing.write("rendered", dumps(rendered)),
        "sent": comparing.write("records", record),
        "logs": [comparing.write("archive", held)],
    }
    differing = {
        each.field: each.expected for each in comparing.run(**files, metrics=[], monitors=[])["log"].differences
    }
    assert (differing["source"], differing["service"]) == ("workers-trace-events", "conversation-state")
    assert any(text.startswith("sent as the Logpush job sends it, with ddsource=") for text in comparing.remarks)


def test_a_difference_of_a_model_says_so(comparing: Comparing) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0"
    parser = {"type": "user-agent-parser", "name": "ua", "is_enabled": True, "sources": ["agent"], "target": "ua"}
    pipeline = {"name": "p", "is_enabled": True, "filter": {"query": "*"}, "processors": [parser]}
    sent = {"ddsource": "a", "message": "x", "timestamp": BEGIN_MS, "agent": agent}
    held: Json = {"date": iso_ms(BEGIN_MS), "message": "x", "status": "info", "source": "a"}
    held["attributes"] = {"timestamp": BEGIN_MS, "agent": agent, "ua": {}}
    files = {"resources": pipeline, "sent": sent, "held": held}
    paths: dict[str, Any] = {name: comparing.write(f"of-{name}", content) for name, content in files.items()}
    held_path = paths.pop("held")
    found = comparing.run(**paths | {"logs": [held_path], "metrics": [], "monitors": []})["log"].differences
    assert found
    assert {each.cause for each in found} == {"processor 'ua' of 'p'"}
    assert all(each.modelled for each in found)


def test_what_datadog_adds_is_no_difference(comparing: Comparing) -> None:
    for each in comparing.held.search["data"]:
        each["attributes"]["tags"] += [
            "datadog.index:main",
            "datadog.submission_auth:api_key",
            "service:web",
            "host:h1",
        ]
    assert comparing.found() == []


def test_what_is_ignored_is_not_compared(comparing: Comparing) -> None:
    log(comparing.held)["attributes"]["http"]["status_class"] = "4xx"
    log(comparing.held)["tags"][0] = "env:prod"
    assert comparing.found(How(at=str(AT_MS), ignored=["@http", "tag env"])) == []


def test_logs_are_matched_by_an_attribute_where_one_is_named(comparing: Comparing) -> None:
    for number, entry in enumerate(comparing.sent):
        entry["id"] = f"r{number}"
    comparing.held = exports(RESOURCES, comparing.sent, "shop.requests", AT_MS)
    changed = log(comparing.held)
    changed |= {"message": "other", "timestamp": iso_ms(BEGIN_MS), "status": "ok", "service": "x", "host": "y"}
    found = comparing.found(How(at=str(AT_MS), id_path="@id"))
    assert {field for _, _, field in found} == {"message", "date", "status", "service", "host"}
    assert comparing.run(How(at=str(AT_MS), id_path="@id"))["log"].matched == {"by @id": 8}


LINES = st.builds(
    line,
    st.integers(0, 900),
    st.sampled_from(["INFO", "ERROR", "WARN"]),
    st.sampled_from(["GET", "PUT"]),
    st.sampled_from([200, 204, 500, 503]),
    st.integers(0, 99),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=12), st.data())
def test_any_single_alteration_of_any_export_is_found(
    tmp_path_factory: pytest.TempPathFactory, sent: list[Json], data: st.DataObject
) -> None:
    comparing = Comparing(tmp_path_factory.mktemp("any"), sent)
    assert comparing.found() == []
    part = data.draw(st.sampled_from(["log", "metric", "monitor"]))
    if part == "log":
        fields = data.draw(st.sampled_from(comparing.held.search["data"]))["attributes"]
        whole = data.draw(st.sampled_from([fields, fields["attributes"], fields["attributes"]["http"]]))
        name = data.draw(st.sampled_from(sorted(whole.keys() - {"attributes", "http", "tags", "timestamp"})))
        whole[name] = f"{whole[name]}!"
    elif part == "metric":
        series = data.draw(st.sampled_from(comparing.held.points["series"]))
        data.draw(st.sampled_from(series["pointlist"]))[1] += data.draw(st.sampled_from([-1, 0.5, 1000]))
    else:
        groups = [each for one in comparing.held.monitors for each in one["state"]["groups"].values()]
        if not groups:
            return
        group = data.draw(st.sampled_from(groups))
        group["status"] = data.draw(st.sampled_from([each for each in ("OK", "Warn") if each != group["status"]]))
    assert [found[0] for found in comparing.found()] == [part]


@pytest.fixture
def told(firedrill: Run, comparing: Comparing) -> Callable[..., str]:
    """The one message of a command that cannot compare."""

    def run(*options: str, **instead: Any) -> str:
        arguments = []
        for name, value in (comparing.files() | instead).items():
            for each in value if isinstance(value, list) else [value]:
                arguments += [f"--{name}", each]
        ran = firedrill("compare", *arguments, *options, folder=comparing.folder)
        assert (ran.code, ran.out) == (2, "")
        text: str = ran.err.splitlines()[-1]
        return text.removeprefix("firedrill: ").replace(f"{comparing.folder}/", "")

    return run


@pytest.mark.parametrize(
    ("option", "content", "message"),
    [
        ("logs", '{"data": [{"id": "a", "type": "log", "attri', "x, line 1, column 38: not JSON"),
        ("logs", '{"_id": "a", "date": "2026-01-05T10:00:00Z"}\n{"_id": "b", "da', "x, line 2, column 14: not JSON"),
        ("logs", "", "x is empty; it has to be JSON."),
        ("logs", {"data": []}, "x holds no log; check the search and the times that it was exported with."),
        ("logs", {"errors": ["Forbidden"]}, 'x: the API answered with an error: ["Forbidden"]'),
        ("logs", {"data": [7]}, "x: data 1 is 7; a log is a JSON object."),
        ("logs", {"series": [], "query": "a"}, "x is metric points; give it with --metrics."),
        ("logs", {"data": [{"attributes": {"timestamp": 67_768_036_191_676_800_000}}]}, "x, log 1 is {"),
        (
            "metrics",
            {"query": "sum:shop.requests{*}", "series": [], "from_date": -1, "to_date": 1},
            "x is not an answer about metric points",
        ),
        (
            "monitors",
            {"name": "Errors", "query": "", "state": {"groups": {"*": {"status": "OK", "last_triggered_ts": 10**12}}}},
            "x, monitor 1, group '*': last_triggered_ts is 1000000000000; allowed: seconds since 1970.",
        ),
        ("logs", SENT, 'x, log 1 is {"ddsource": "shop"'),
        (
            "logs",
            {"data": [{"attributes": {"timestamp": "2026-01-05T10:00:00Z", "tags": "a"}}]},
            'x, log 1: tags is "a"; allowed: a list of strings.',
        ),
        (
            "logs",
            {"data": [{"attributes": {"timestamp": "2026-02-05T10:00:00Z"}}]},
            "the logs sent are from 2026-01-05T10:00:00.000Z to 2026-01-05T10:11:40.000Z, those of the export from "
            "2026-02-05T10:00:00.000Z to 2026-02-05T10:00:00.000Z: they have no time in common; export the time of",
        ),
        ("metrics", {"data": []}, 'x is {"data": []}; it should be what GET /api/v1/query answers with'),
        ("metrics", {"query": "sum:shop.requests{*}", "series": [7]}, "x is not an answer about metric points: a nu"),
        (
            "metrics",
            {"query": "sum:shop.request{*}", "series": []},
            "x: no log-based metric 'shop.request' (did you mean 'shop.requests'?) is declared",
        ),
        ("metrics", {"query": "sum:shop.requests{", "series": []}, "query 'sum:shop.requests{', line 1"),
        (
            "metrics",
            {"query": "sum:shop.requests{*}", "series": [{"interval": 5, "pointlist": []}]},
            "x: its points are 5 s apart; only multiples of 10 s up to a day can be compared",
        ),
        (
            "metrics",
            {"query": "sum:shop.requests{*}", "series": [], "from_date": 0, "to_date": 1000},
            "x: its points are from 1970-01-01T00:00:00.000Z to 1970-01-01T00:00:01.000Z, the logs sent from",
        ),
        ("metrics", {"data": {"attributes": {"times": []}}}, "x: an answer of version 2 does not say what was asked"),
        ("monitors", [7], "x: monitor 1 is 7; a monitor is a JSON object."),
        ("monitors", {"series": []}, 'x, monitor 1 is {"series": []}; it should be what GET /api/v1/monitor/ID'),
        ("monitors", [], "x holds no monitor; export it again."),
        ("monitors", {"name": "a", "query": ""}, "x, monitor 1 'a' has no state.groups; export it with"),
        (
            "monitors",
            {"name": "Erors", "query": "", "state": {"groups": {}}},
            "x, monitor 1: resources declares no monitor 'Erors' (did you mean 'Errors'?).",
        ),
        (
            "monitors",
            {"name": "Errors", "query": "", "state": {"groups": {"*": {"status": "OK", "last_triggered_ts": "a"}}}},
            "x, monitor 1, group '*': last_triggered_ts is \"a\"; allowed: seconds since 1970.",
        ),
        ("sent", "[]", "x holds no log; give the logs as they were sent to the intake."),
    ],
)
def test_what_cannot_be_compared_is_one_message(
    comparing: Comparing, told: Callable[..., str], option: str, content: Any, message: str
) -> None:
    path = comparing.write("x", content)
    assert told(**{option: [path] if option != "sent" else path}).startswith(message)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--from", "2026-01-05T11:00:00Z", "--to", "2026-01-05T10:00:00Z"], "--from has to be before --to."),
        (
            ["--from", "2026-01-05T11:00:00Z"],
            "no log of those sent is left to compare; check --from, --to and --query.",
        ),
        (["--delay", "-1"], "--delay is '-1'; allowed: seconds from 0 to 86400."),
        (["--apart", "x"], "--apart is 'x'; allowed: seconds from 0 to 86400."),
        (["--tolerance", "nan"], "--tolerance is 'nan'; allowed: a number from 0 to 1."),
        (["--stack", "dev"], "give either --resources or --stack."),
        (["--at", "2026-01-05T09:00:00Z"], "the states are of 2026-01-05T09:00:00.000Z, the logs begin at"),
        (["--query", "status:("], "Log search 'status:(', line 1"),
    ],
)
def test_options_that_leave_nothing(told: Callable[..., str], options: list[str], message: str) -> None:
    assert told(*options).startswith(message)


def test_something_has_to_be_compared(told: Callable[..., str]) -> None:
    message = told(logs=[], metrics=[], monitors=[])
    assert message == "there is nothing to compare with: give --logs, --metrics or --monitors."


def test_a_cursor_on_the_last_page_is_told(comparing: Comparing) -> None:
    comparing.held.search["meta"]["page"] = {"after": "abc"}
    comparing.run()
    assert any("there are more logs; export every page" in text for text in comparing.remarks)
    first = comparing.write("first", comparing.held.search | {"data": comparing.held.search["data"][:3]})
    last = comparing.write("last", {"data": comparing.held.search["data"][2:]})
    both = comparing.write("both", (comparing.folder / "first").read_text() + "\n" + Path(last).read_text())
    assert Path(first).exists()
    assert comparing.found(logs=[both]) == []
    assert not any("cursor" in text for text in comparing.remarks)
    assert "1 logs of the export have the id of an earlier one and count once" in comparing.remarks


def test_a_log_without_a_date_has_that_of_datadog(comparing: Comparing) -> None:
    undated = {"ddsource": "other", "message": "no date"}
    comparing.sent = [*SENT, undated]
    comparing.held.search["data"].append(
        {
            "attributes": {
                "timestamp": iso_ms(BEGIN_MS + 5),
                "message": "no date",
                "status": "info",
                "tags": ["source:other"],
            }
        }
    )
    assert comparing.found() == []
    assert "1 log sent without a date, taken to be received at the date that Datadog has" in comparing.remarks


def test_logs_that_no_index_stores_are_not_expected_in_a_search(comparing: Comparing) -> None:
    index = {"name": "main", "filter": {"query": "status:error"}, "exclusion_filters": []}
    comparing.held.search["data"] = [
        each for each in comparing.held.search["data"] if each["attributes"]["status"] == "error"
    ]
    resources = comparing.write("indexed", [*RESOURCES, index])
    assert comparing.found(resources=resources) == []
    assert "4 logs sent not expected in the export: no index filter matches" in comparing.remarks


def test_a_monitor_that_logs_do_not_decide_is_not_compared(comparing: Comparing) -> None:
    other = MONITORS[0] | {"id": 14, "name": "CPU", "query": "avg(last_5m):avg:system.cpu.user{*} > 1"}
    comparing.held.monitors.append(other | {"state": {"groups": {"*": {"status": "Alert"}}}})
    compared = comparing.run(resources=comparing.write("more", [*RESOURCES, other]))
    assert compared["monitor"].differences == []
    assert compared["monitor"].tally.skipped == 1
    assert any("system.cpu.user" in text for text in comparing.remarks)


def test_the_command_prints_causes_and_lines_as_their_schema_says(firedrill: Run, comparing: Comparing) -> None:
    for number in (2, 3):
        log(comparing.held, number)["attributes"]["http"]["status_class"] = "4xx"
    comparing.held.search["data"].pop()
    arguments = [
        word
        for name, value in comparing.files().items()
        for word in (f"--{name}", value if isinstance(value, str) else value[0])
    ]
    ran = firedrill("compare", *arguments, "--at", str(AT_MS))
    assert ran.code == 1
    assert ran.out.splitlines()[:6] == [
        "8 logs: 5 equal, 2 differ, 1 missing; 1 metric query, 5 points: 5 equal; 3 monitors: 3 equal",
        "matched 5 in everything, 2 by date and message",
        "",
        "2 x log: @http.status_class has another value (processor 'status class' of 'shop')",
        "    sent log 3, 2026-01-05T10:01:35.000Z",
        '    exp: "5xx"',
    ]
    lines = firedrill("compare", *arguments, "--at", str(AT_MS), "--json").out.splitlines()
    documents = [as_its_schema_says("compare", each) for each in lines]
    assert [each.get("kind") for each in documents] == ["differs", "differs", "missing", None]
    assert documents[-1]["equal"] is False


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["search", "archive", "points", "points_2", "monitors", "sent"]), st.data())
def test_whatever_an_export_holds_there_is_a_result_or_one_message(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    comparing = Comparing(tmp_path_factory.mktemp("any"), SENT)
    if name == "sent":
        received = data.draw(st.sampled_from(["", str(BEGIN_MS)]))
        with suppress(FiredrillError):
            path = comparing.write("changed", data.draw(changed([*SENT, {"timestamp": BEGIN_MS, "status": 3}])))
            comparing.run(How(at=str(AT_MS), received=received), sent=path)
        return
    path = comparing.write("changed", data.draw(changed(getattr(comparing.held, name))))
    option = {"search": "logs", "archive": "logs", "points_2": "metrics"}.get(name, name.replace("points", "metrics"))
    with suppress(FiredrillError):
        comparing.run(How(at=str(AT_MS), queries=[QUERY]), **{option: [path]})
