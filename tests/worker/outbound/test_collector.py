"""What the collector asks Cloudflare, and what it makes of the answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.workerd

ROOT = Path(__file__).parents[3]
ACCOUNT = "0123456789abcdef0123456789abcdef"
ROOM, LOBBY, OTHERS = ("a" * 32, "b" * 32, "c" * 32)
WORKERS = {
    "chat-dev": {"prefix": "chat.dev.", "tags": ["env:dev", "service:chat"]},
    "lobby-dev": {"prefix": "lobby.dev.", "tags": ["env:dev", "service:lobby"]},
}
BINDINGS = {
    "ACCOUNT_ID": f'text = "{ACCOUNT}"',
    "CLOUDFLARE_TOKEN": 'text = "token-planted"',
    "DD_API_KEY": 'text = "key-planted"',
    "DD_SITE": 'text = "datadoghq.eu"',
    "WORKERS": f"json = {json.dumps(json.dumps(WORKERS))}",
}
NAMESPACES = [
    {"id": ROOM, "name": "chat-dev_Room", "script": "chat-dev", "class": "Room", "use_sqlite": True},
    {"id": LOBBY, "name": "lobby-dev_Lobby", "script": "lobby-dev", "class": "Lobby", "use_sqlite": True},
    {"id": OTHERS, "name": "other_Thing", "script": "other", "class": "Thing", "use_sqlite": True},
]
INVOCATIONS = "durableObjectsInvocationsAdaptiveGroups"
PERIODIC = "durableObjectsPeriodicGroups"
STORAGE = "durableObjectsSqlStorageGroups"
RUNS = ".platform.collections"
PERIODIC_FIELDS = (
    "activeTime",
    "cpuTime",
    "duration",
    "rowsRead",
    "rowsWritten",
    "exceededCpuErrors",
    "exceededMemoryErrors",
    "fatalInternalErrors",
    "inboundWebsocketMsgCount",
    "outboundWebsocketMsgCount",
)
ROOM_TAGS = ("env:dev", "service:chat", "script:chat-dev", "class:Room")
LOBBY_TAGS = ("env:dev", "service:lobby", "script:lobby-dev", "class:Lobby")


def minute(clock: str) -> int:
    """Seconds since the epoch of a time on the day of these tests."""
    return int(datetime.fromisoformat(f"2026-11-20T{clock}:00+00:00").timestamp())


def at(clock: str) -> str:
    return datetime.fromtimestamp(minute(clock), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def invocations(namespace: str, clock: str, status: str = "success", **sums: Any) -> dict[str, Any]:
    return {"dimensions": {"namespaceId": namespace, "datetimeMinute": at(clock), "status": status}, "sum": sums}


def periodic(namespace: str, clock: str, **sums: Any) -> dict[str, Any]:
    return {"dimensions": {"namespaceId": namespace, "datetimeMinute": at(clock)}, "sum": sums}


def storage(namespace: str, clock: str, size: Any) -> dict[str, Any]:
    return {"dimensions": {"namespaceId": namespace, "datetimeHour": at(clock)}, "max": {"storedBytes": size}}


def _others(request: Any) -> list[Any]:
    return [series for series in request.body["series"] if not series["metric"].endswith(RUNS)]


class Vendors:
    """Cloudflare's API and Datadog's intake: what they answer, and what they were asked."""

    def __init__(self, sink: Any) -> None:
        self.sink = sink
        self.namespaces: tuple[int, Any] = (200, {"success": True, "result": NAMESPACES})
        self.rows: dict[str, list[Any]] = {}
        self.graphql: dict[str, tuple[int, Any]] = {}
        self.intake: tuple[int, Any] = (202, {"errors": []})
        sink.answer = self.answer

    def answer(self, request: Any) -> tuple[int, Any, dict[str, str]]:
        if "/api/v2/series" in request.url:
            return (*self.intake, {})
        if "/graphql" not in request.url:
            return (*self.namespaces, {})
        (dataset,) = re.findall(r"rows: (\w+)", request.body["query"])
        rows = {"data": {"viewer": {"accounts": [{"rows": self.rows.get(dataset, [])}]}}, "errors": None}
        return (*self.graphql.get(dataset, (200, rows)), {})

    def asked(self, part: str) -> list[Any]:
        return [request for request in self.sink.received if part in request.url]

    @property
    def runs(self) -> list[tuple[str, int, str]]:
        """How each run that was posted went: prefix, seconds, result."""
        return [
            (series["metric"].removesuffix("platform.collections"), point["timestamp"], series["tags"][-1])
            for request in self.asked("/api/v2/series")
            for series in request.body["series"]
            if series["metric"].endswith(RUNS)
            for point in series["points"]
        ]

    @property
    def points(self) -> dict[tuple[str, ...], list[tuple[int, float]]]:
        """Every point that was posted but of the runs themselves, by metric and tags."""
        found: dict[tuple[str, ...], list[tuple[int, float]]] = {}
        for request in self.asked("/api/v2/series"):
            for series in _others(request):
                key = (series["metric"], *series["tags"])
                assert key not in found
                found[key] = [(point["timestamp"], point["value"]) for point in series["points"]]
        return found

    @property
    def types(self) -> dict[str, tuple[int, int | None]]:
        """Type and interval by metric."""
        return {
            series["metric"]: (series["type"], series.get("interval"))
            for request in self.asked("/api/v2/series")
            for series in _others(request)
        }


@pytest.fixture(scope="module")
def client(start: Callable[..., Any]) -> Any:
    return start({"collector": ("collector.mjs", BINDINGS, True), "alone": ("collector.mjs", BINDINGS, False)})


@pytest.fixture
def vendors(sink: Any) -> Vendors:
    return Vendors(sink)


@pytest.fixture
def run(client: Any) -> Callable[..., Any]:
    """Runs the collector at a time of the day and gives the lines that it wrote."""
    return lambda clock="12:00", worker="collector": [
        json.loads(line) for line in client.ask(worker, {"scheduledTime": minute(clock) * 1000 + 321})
    ]


def test_invocations_arrive_as_counts_by_status(vendors: Vendors, run: Any) -> None:
    vendors.rows[INVOCATIONS] = [
        invocations(ROOM, "11:50", requests=7, errors=0, wallTime=3_500_000),
        invocations(ROOM, "11:49", requests=5, errors=0, wallTime=2_000),
        invocations(ROOM, "11:49", "scriptThrewException", requests=2, errors=2, wallTime=1_000),
        invocations(LOBBY, "11:50", requests=1, errors=0, wallTime=0),
    ]
    assert run() == []
    success, threw = (*ROOM_TAGS, "status:success"), (*ROOM_TAGS, "status:scriptThrewException")
    lobby = (*LOBBY_TAGS, "status:success")
    assert vendors.points == {
        ("chat.dev.platform.requests", *success): [(minute("11:50"), 7), (minute("11:49"), 5)],
        ("chat.dev.platform.errors", *success): [(minute("11:50"), 0), (minute("11:49"), 0)],
        ("chat.dev.platform.wall_time", *success): [(minute("11:50"), 3_500), (minute("11:49"), 2)],
        ("chat.dev.platform.requests", *threw): [(minute("11:49"), 2)],
        ("chat.dev.platform.errors", *threw): [(minute("11:49"), 2)],
        ("chat.dev.platform.wall_time", *threw): [(minute("11:49"), 1)],
        ("lobby.dev.platform.requests", *lobby): [(minute("11:50"), 1)],
        ("lobby.dev.platform.errors", *lobby): [(minute("11:50"), 0)],
        ("lobby.dev.platform.wall_time", *lobby): [(minute("11:50"), 0)],
    }
    assert set(vendors.types.values()) == {(1, 60)}


def test_active_time_and_the_like_arrive_as_counts_by_class(vendors: Vendors, run: Any) -> None:
    vendors.rows[PERIODIC] = [
        periodic(
            ROOM,
            "11:50",
            activeTime=60_000_000,
            cpuTime=1_500,
            duration=7.68,
            rowsRead=10,
            rowsWritten=4,
            exceededCpuErrors=1,
            exceededMemoryErrors=2,
            fatalInternalErrors=3,
            inboundWebsocketMsgCount=5,
            outboundWebsocketMsgCount=6,
        )
    ]
    assert run() == []
    values = {key[0]: value for key, ((_, value),) in vendors.points.items()}
    assert values == {
        "chat.dev.platform.active_time": 60_000,
        "chat.dev.platform.cpu_time": 1.5,
        "chat.dev.platform.duration": 7.68,
        "chat.dev.platform.rows_read": 10,
        "chat.dev.platform.rows_written": 4,
        "chat.dev.platform.exceeded_cpu": 1,
        "chat.dev.platform.exceeded_memory": 2,
        "chat.dev.platform.internal_errors": 3,
        "chat.dev.platform.messages_received": 5,
        "chat.dev.platform.messages_sent": 6,
    }
    assert {key[1:] for key in vendors.points} == {ROOM_TAGS}
    assert set(vendors.types.values()) == {(1, 60)}


def test_the_newest_stored_size_of_each_class_arrives_as_a_gauge_of_now(vendors: Vendors, run: Any) -> None:
    vendors.rows[STORAGE] = [
        storage(ROOM, "11:00", 4096),
        storage(LOBBY, "10:00", 0),
        storage(ROOM, "10:00", 8192),
    ]
    assert run("12:00") == []
    assert vendors.points == {
        ("chat.dev.platform.stored_bytes", *ROOM_TAGS): [(minute("11:55"), 4096)],
        ("lobby.dev.platform.stored_bytes", *LOBBY_TAGS): [(minute("11:55"), 0)],
    }
    assert set(vendors.types.values()) == {(3, None)}


def test_a_second_run_for_the_same_minute_posts_the_same_points(vendors: Vendors, run: Any) -> None:
    vendors.rows = {INVOCATIONS: [invocations(ROOM, "11:50", requests=7)], STORAGE: [storage(ROOM, "11:00", 1)]}
    run("12:00")
    run("12:00")
    first, second = vendors.asked("/api/v2/series")
    assert first.body == second.body


def test_runs_overlap_so_that_each_minute_is_asked_for_five_times(vendors: Vendors, run: Any) -> None:
    run("12:00")
    run("12:05")
    windows = {
        (query.body["variables"]["since"][11:16], query.body["variables"]["until"][11:16])
        for query in vendors.asked("/graphql")
        if STORAGE not in query.body["query"]
    }
    assert windows == {("11:30", "11:55"), ("11:35", "12:00")}


def test_only_the_namespaces_of_the_stacks_workers_are_asked_for(vendors: Vendors, run: Any) -> None:
    run()
    queries = vendors.asked("/graphql")
    assert {query.url for query in queries} == {"https://api.cloudflare.com/client/v4/graphql"}
    assert {query.headers["authorization"] for query in queries} == {"Bearer token-planted"}
    assert [query.body["variables"]["namespaces"] for query in queries] == [[ROOM, LOBBY]] * 3
    assert [query.body["variables"]["account"] for query in queries] == [ACCOUNT] * 3


def test_rows_of_other_namespaces_make_no_point(vendors: Vendors, run: Any) -> None:
    vendors.rows[STORAGE] = [storage(OTHERS, "11:00", 1), storage(ROOM, "11:00", 2)]
    run()
    assert [key[0] for key in vendors.points] == ["chat.dev.platform.stored_bytes"]


def test_points_go_to_the_site_with_the_key(vendors: Vendors, run: Any) -> None:
    vendors.rows[STORAGE] = [storage(ROOM, "11:00", 2)]
    run()
    (request,) = vendors.asked("datadoghq")
    assert request.url == "https://api.datadoghq.eu/api/v2/series"
    assert request.headers["dd-api-key"] == "key-planted"


def test_no_id_and_no_token_reaches_datadog(vendors: Vendors, run: Any) -> None:
    vendors.rows = {INVOCATIONS: [invocations(ROOM, "11:50", requests=7)], STORAGE: [storage(ROOM, "11:00", 1)]}
    run()
    sent = json.dumps([request.body for request in vendors.asked("datadoghq")])
    assert [planted for planted in (ROOM, LOBBY, ACCOUNT, "token-planted") if planted in sent] == []


@pytest.mark.parametrize(
    "row",
    [
        None,
        {},
        {"dimensions": None, "sum": None},
        {"dimensions": {"namespaceId": ROOM}, "sum": {"requests": 1}},
        {"dimensions": {"namespaceId": ROOM, "datetimeMinute": "soon"}, "sum": {"requests": 1}},
        invocations(ROOM, "11:50"),
        invocations(ROOM, "11:50", requests=None, errors="1", wallTime={}),
    ],
)
def test_what_is_missing_in_a_row_makes_no_point(vendors: Vendors, run: Any, row: Any) -> None:
    vendors.rows[INVOCATIONS] = [row, invocations(LOBBY, "11:50", requests=7)]
    assert run() == []
    assert vendors.points == {
        ("lobby.dev.platform.requests", *LOBBY_TAGS, "status:success"): [(minute("11:50"), 7)],
    }


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": {"viewer": {"accounts": []}}, "errors": None}])
def test_an_answer_without_rows_makes_no_point(vendors: Vendors, run: Any, body: Any) -> None:
    vendors.graphql = dict.fromkeys((INVOCATIONS, PERIODIC, STORAGE), (200, body))
    assert run() == []
    assert vendors.points == {}


def test_an_account_without_namespaces_is_asked_nothing_more(vendors: Vendors, run: Any) -> None:
    vendors.namespaces = (200, {"result": None})
    assert run() == []
    assert vendors.asked("/graphql") == []


def test_a_dataset_that_is_refused_costs_the_others_nothing(vendors: Vendors, run: Any) -> None:
    message = f"account {ACCOUNT} does not have access to the path"
    vendors.graphql[PERIODIC] = (200, {"data": None, "errors": [{"message": message, "path": ["viewer"]}]})
    vendors.rows[STORAGE] = [storage(ROOM, "11:00", 2)]
    assert run() == [
        {
            "collector": "failed",
            "until": "2026-11-20T11:55:00.000Z",
            "problems": [f"{PERIODIC}: account (id) does not have access to the path"],
        }
    ]
    assert len(vendors.points) == 1


def test_rows_that_come_with_an_error_are_used(vendors: Vendors, run: Any) -> None:
    rows = {"viewer": {"accounts": [{"rows": [storage(ROOM, "11:00", 2)]}]}}
    vendors.graphql[STORAGE] = (200, {"data": rows, "errors": [{"message": "partial"}, None]})
    (line,) = run()
    assert line["problems"] == [f"{STORAGE}: partial", f"{STORAGE}: no message"]
    assert len(vendors.points) == 1


@pytest.mark.parametrize("status", [401, 429, 500])
def test_a_refusal_by_cloudflare_is_told_once_and_made_good_by_the_next_run(
    vendors: Vendors, run: Any, status: int
) -> None:
    vendors.rows[PERIODIC] = [periodic(ROOM, "11:50", activeTime=1_000)]
    vendors.graphql[PERIODIC] = (status, {"errors": [{"message": "no"}]})
    (line,) = run("12:00")
    assert line["problems"] == [f"{PERIODIC}: HTTP {status}"]
    vendors.graphql = {}
    assert run("12:05") == []
    assert vendors.points == {("chat.dev.platform.active_time", *ROOM_TAGS): [(minute("11:50"), 1)]}


def test_without_the_names_of_namespaces_nothing_is_asked(vendors: Vendors, run: Any) -> None:
    vendors.namespaces = (403, {"errors": [{"code": 10000, "message": "Authentication error"}]})
    (line,) = run()
    assert line["problems"] == ["namespaces: HTTP 403"]
    assert vendors.asked("/graphql") == []


def test_each_run_is_counted_for_each_worker_at_its_own_time(vendors: Vendors, run: Any) -> None:
    run("12:00")
    run("12:05")
    assert vendors.runs == [
        (prefix, minute(clock), "result:ok") for clock in ("12:00", "12:05") for prefix in ("chat.dev.", "lobby.dev.")
    ]


def test_a_run_that_cloudflare_refuses_is_counted_as_failed(vendors: Vendors, run: Any) -> None:
    vendors.namespaces = (403, {"errors": [{"code": 10000, "message": "Authentication error"}]})
    run()
    assert {result for _, _, result in vendors.runs} == {"result:failed"}


def test_a_run_of_which_a_part_failed_did_not_go_well(vendors: Vendors, run: Any) -> None:
    vendors.graphql[PERIODIC] = (429, {})
    run()
    assert {result for _, _, result in vendors.runs} == {"result:failed"}


@pytest.mark.parametrize("status", [403, 429, 503])
def test_a_refusal_by_datadog_is_told(vendors: Vendors, run: Any, status: int) -> None:
    vendors.rows[STORAGE] = [storage(ROOM, "11:00", 2)]
    vendors.intake = (status, {"errors": ["no"]})
    (line,) = run()
    assert line["problems"] == [f"intake: HTTP {status}"]


def test_a_network_that_is_down_is_told(run: Any) -> None:
    (line,) = run(worker="alone")
    assert [problem.partition(": ")[0] for problem in line["problems"]] == ["namespaces", "intake"]


def test_an_answer_that_is_not_json_is_told_without_quoting_it(vendors: Vendors, run: Any) -> None:
    vendors.namespaces = (200, None)
    (line,) = run()
    assert line["problems"] == ["namespaces: SyntaxError"]


def test_the_page_about_it_shows_the_queries_and_names_every_metric(vendors: Vendors, run: Any) -> None:
    vendors.rows = {
        INVOCATIONS: [invocations(ROOM, "11:50", requests=1, errors=1, wallTime=1)],
        PERIODIC: [periodic(ROOM, "11:50", **dict.fromkeys(PERIODIC_FIELDS, 1))],
        STORAGE: [storage(ROOM, "11:00", 1)],
    }
    run()
    page = (ROOT / "docs/platform-metrics.md").read_text()
    shown = re.findall(r"```graphql\n(.*?)\n```", page, re.DOTALL)
    assert sorted(shown) == sorted(request.body["query"] for request in vendors.asked("/graphql"))
    kinds = {1: "count", 3: "gauge"}
    sent = {name.removeprefix("chat.dev."): kinds[kind] for name, (kind, _) in vendors.types.items()}
    sent["platform.collections"] = "count"
    assert dict(re.findall(r"^\| `(platform\.\w+)` \| (\w+) \|", page, re.MULTILINE)) == sent


def test_many_series_are_posted_in_parts(vendors: Vendors, run: Any) -> None:
    vendors.rows[INVOCATIONS] = [invocations(ROOM, "11:50", f"status{number}", requests=1) for number in range(450)]
    assert run() == []
    assert [len(request.body["series"]) for request in vendors.asked("/api/v2/series")] == [200, 200, 52]


def test_rows_beyond_the_limit_are_told(vendors: Vendors, run: Any) -> None:
    vendors.rows[STORAGE] = [storage(ROOM, "11:00", 2)] * 10_000
    (line,) = run()
    assert line["problems"] == [f"{STORAGE}: more than 10000 rows, the oldest are missing"]
