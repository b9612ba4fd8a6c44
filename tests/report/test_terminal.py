"""The report for people, as text."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

from firedrill.drill.coverage import Coverage
from firedrill.drill.result import Delivered, DrillResult, Exposure, MetricTruth
from firedrill.drill.verdicts import Failure, Kind, MonitorVerdict, Proof
from firedrill.report.terminal import console_for, print_result


class Terminal(io.StringIO):
    """A stream that a person watches."""

    def isatty(self) -> bool:
        return True


def printed(result: DrillResult, stream: io.StringIO, *, verbose: bool = False) -> str:
    print_result(result, console_for(stream), verbose=verbose)
    return stream.getvalue()


def seen(result: DrillResult, *, verbose: bool = False) -> list[str]:
    """The lines that a person sees in a terminal."""
    return re.sub(r"\x1b\[[0-9;]*m", "", printed(result, Terminal(), verbose=verbose)).splitlines()


@pytest.fixture(autouse=True)
def no_wishes_about_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def test_a_proven_stack_takes_a_line_for_each_worker(good: DrillResult) -> None:
    assert printed(good, io.StringIO()) == (
        "stack prod: proven in 1.2 s\n"
        "chat: 1 of 1 alerts proven, 2 scenarios, 2 records, 0.0 s\n"
        "every proof with its times: --verbose\n"
    )


def test_what_traffic_came_to_takes_a_line(good: DrillResult) -> None:
    coverage = Coverage(
        {"classes": ("Room",), "handlers": ("fetch", "email"), "bindings": ("FILES", "CACHE")},
        {"classes": ("Room",), "handlers": ("fetch",), "bindings": ("CACHE",)},
        {"email": "the drill sends no mail"},
    )
    (worker,) = good.workers
    covered = replace(good, workers=(replace(worker, coverage=coverage),))
    assert printed(covered, io.StringIO()).splitlines()[2] == (
        "chat: traffic reached 1 of 1 class, 1 of 2 handlers, 1 of 2 bindings (email: the drill sends no mail)"
    )
    assert (coverage.missed("handlers"), coverage.missed("bindings")) == ([], ["FILES"])


@pytest.mark.parametrize(
    ("differences", "told"),
    [
        ((), "all true"),
        (("do.errors is 3",), "not true: do.errors is 3"),
        (("do.errors is 3", "do.misses is 1"), "not true: do.errors is 3; 1 more is not either"),
        (("do.errors is 3", "a", "b"), "not true: do.errors is 3; 2 more are not either"),
    ],
)
def test_the_first_metric_that_is_not_true_is_named_whatever_else_is_wrong(
    good: DrillResult, differences: tuple[str, ...], told: str
) -> None:
    truth = MetricTruth(metrics=9, takes=4, cells=30, differences=differences)
    workers = (replace(good.workers[0], truth=truth),)
    assert f"9 metrics in 4 kinds of traffic (30 cells): {told}\n" in printed(
        replace(good, workers=workers), io.StringIO()
    )


def test_what_means_nothing_for_a_class_takes_a_line_for_each_reason(good: DrillResult) -> None:
    why = "not applicable: no operation of the class used its storage in any take"
    (worker,) = good.workers
    verdict = MonitorVerdict("storage-spike", (), 0, (), exempt=why)
    worker = replace(worker, skipped={"storage-failing": why, "cpu-busy": "left out"}, verdicts=(verdict,))
    assert printed(replace(good, workers=(worker,)), io.StringIO()).splitlines()[1:3] == [
        "chat: 0 of 1 alerts proven, 1 not applicable, 2 scenarios (2 left out), 2 records, 0.0 s",
        f"chat: storage-failing, storage-spike: {why}",
    ]


def test_each_other_destination_takes_a_line(good: DrillResult) -> None:
    deliveries = (
        Delivered("chat-prod", "datadog", 1_204),
        Delivered("archive", "s3", 1_204),
        Delivered("events", "r2", 1_204, missing=2, surplus=1),
        Delivered("queue", "kafka", obstacle="nothing on this machine stands for kafka://"),
    )
    assert printed(replace(good, deliveries=deliveries), io.StringIO()).splitlines()[2:5] == [
        "archive: 1,204 records sent to s3://, read back: all of them",
        "events: 1,204 records sent to r2://, read back: 1,202 of them, 1 too many",
        "queue: not delivered to kafka://: nothing on this machine stands for kafka://",
    ]


def test_datadogs_intake_takes_a_line_where_it_is_asked_for_or_wrong(good: DrillResult) -> None:
    right, wrong = Delivered("chat", "datadog", 9), Delivered("chat", "datadog", 9, missing=1)
    line = "chat: 9 records sent to datadog://, read back: all of them"
    assert line in printed(replace(good, deliveries=(right,)), io.StringIO(), verbose=True)
    assert "datadog://" not in printed(replace(good, deliveries=(right,)), io.StringIO())
    assert "read back: 8 of them" in printed(replace(good, deliveries=(wrong,)), io.StringIO())


EXPOSURES = (
    Exposure("chat", "chat-dev", "datadog", {"query": (), "object name": (), "exception": ()}),
    Exposure("chat", "archive", "s3", {"query": ("Event",), "object name": ("Event",), "exception": ("Exceptions",)}),
)


def test_each_destination_takes_a_line_that_says_which_marked_values_it_gets(good: DrillResult) -> None:
    assert printed(replace(good, exposures=EXPOSURES), io.StringIO()).splitlines()[2:4] == [
        "chat-dev: of 3 marked values of chat, datadog:// gets none",
        "archive: of 3 marked values of chat, s3:// gets query, object name in Event; exception in Exceptions",
    ]


def test_the_table_of_marked_values_has_the_fields_that_carry_each_to_each_destination(good: DrillResult) -> None:
    shown = printed(replace(good, exposures=EXPOSURES), io.StringIO(), verbose=True).splitlines()
    (top,) = [at for at, line in enumerate(shown) if line.startswith("marked value")]
    assert [[cell.strip() for cell in line.split("|")] for line in shown[top : top + 5] if "-+-" not in line] == [
        ["marked value", "chat-dev (datadog)", "archive (s3)"],
        ["query", "-", "Event"],
        ["object name", "-", "Event"],
        ["exception", "-", "Exceptions"],
    ]


def test_what_was_not_asked_for_is_not_called_proven(good: DrillResult) -> None:
    first = printed(replace(good, chosen=True), io.StringIO()).splitlines()[0]
    assert first == "stack prod: what was chosen is proven in 1.2 s"


def test_everything_that_is_wrong_is_told_with_its_cause_and_what_to_do(result: DrillResult) -> None:
    assert printed(result, io.StringIO()) == (
        "stack dev: NOT PROVEN, 1 of 2 Workers are, in 6.0 s\n"
        "shop: 2 of 5 alerts proven, 1 exempt, 2 scenarios (1 left out), 12,345 records, 3.1 s\n"
        "chat: 1 of 1 alerts proven, 2 scenarios, 2 records, 0.0 s\n"
        "not proven: drill-exemptions.txt: errors is proven; remove its line\n"
        "not proven: shop: scenario calm left no point of runs{*}\n"
        "not proven: shop: latency never went to Alert in scenario broken\n"
        "  because its highest value was 12; it alerts at > 500\n"
        "  do: fix what the cause names; if the fault does not concern the monitor, say so in the drill file"
        " (does_not_fire)\n"
        "  look: firedrill drill --stack dev --scenario broken --explain latency\n"
        "not proven: shop: traffic went to Warn in scenario calm, which does not explain it\n"
        "  look: firedrill drill --stack dev --scenario calm --explain traffic\n"
        "modelled, not measured: CPU time; delivery\n"
        "modelled, as Datadog does not document it: grok filter useragent\n"
        "modelled, as Datadog does not document it: percentiles (latency)\n"
        "every proof with its times: --verbose\n"
    )


def test_verbose_adds_the_table_and_the_timings(result: DrillResult) -> None:
    shown = printed(result, io.StringIO(), verbose=True)
    assert (
        "Worker shop: 3 takes of the real Worker became 12,345 trace events, 12,300 logs, 70,001 metric points and 987"
        " evaluations on simulated time; 1 unexplained notifications\n"
        "monitor | fires in         | fault (simulated) | alerted         | recovered      | quiet in | verdict   \n"
        "--------+------------------+-------------------+-----------------+----------------+----------+-----------\n"
        "errors  | broken           | 00:00 to 00:25    | 00:03 (+3 min)  | 00:32 (+7 min) | 1 of 1   | proven    \n"
        "        | broken           | 00:00 to 00:25    | 00:04 (+4 min)  | 00:34 (+9 min) |          |           \n"
        "silence | broken (No Data) | 00:00 to 00:25    | 00:17 (+17 min) | 00:26 (+1 min) | 1 of 1   | proven    \n"
        "latency | broken           | 00:00 to 00:25    | never           | never          | 0 of 1   | NOT PROVEN\n"
        "traffic | -                | -                 | -               | -              | 1 of 2   | NOT PROVEN\n"
        "yearly  | -                | -                 | -               | -              | 1 of 1   | exempt    \n"
        "left out: alarm-failing, it has no alarm\n"
    ) in shown
    assert shown.endswith("stages: render 5.0 s, workerd 1.0 s\n")


NAMES = [f"ConversationStateDO/do-error-ratio-of-{kind}" for kind in ("reads", "writes")]
SCENARIOS = [f"ConversationStateDO/storage-failing-{kind} (other reading)" for kind in ("early", "late")]


@pytest.mark.parametrize("columns", [80, 60])
def test_names_that_are_too_long_for_a_terminal_are_wrapped_and_never_cut(
    good: DrillResult, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    proofs = tuple(Proof("", name, "Alert", 0, 60_000, 60_000, 120_000, "") for name in SCENARIOS)
    verdicts = tuple(MonitorVerdict(name, proofs, 1, ()) for name in NAMES)
    shown = seen(replace(good, workers=(replace(good.workers[0], verdicts=verdicts),)), verbose=True)
    header = next(number for number, line in enumerate(shown) if "alerted" in line)
    column = shown[header].index("alerted")
    names = "".join("".join(line[:column].split()) for line in shown[header:])
    assert all(len(line) <= columns for line in shown)
    assert [names.count("".join(name.split())) for name in (*NAMES, *SCENARIOS)] == [1, 1, 2, 2]


def test_the_summary_fits_a_terminal_of_80_columns(result: DrillResult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = seen(result)
    assert all(len(line) <= 80 for line in lines if "look: " not in line)
    assert any(line.startswith("    ") for line in lines)


def test_monitors_that_fail_for_one_reason_are_told_together(good: DrillResult) -> None:
    failed = [
        tuple(
            Failure(name, "never went to Alert in {scenario}", Kind.NEVER_FIRED, scenario, "Alert")
            for scenario in ("a", "b")
        )
        for name in ("errors", "latency")
    ]
    worker = replace(
        good.workers[0],
        verdicts=tuple(MonitorVerdict(each[0].monitor, (), 1, each) for each in failed),
        causes={failure: "the Logpush job 'x' is disabled" for each in failed for failure in each},
        remarks=("an object took 500 ms",),
    )
    shown = printed(replace(good, workers=(worker,)), io.StringIO()).splitlines()
    assert shown[1] == "chat: 0 of 2 alerts proven, 2 scenarios, 2 records, 0.0 s"
    assert shown[2:4] == [
        "not proven: errors, latency never went to Alert in scenarios a, b",
        "  because the Logpush job 'x' is disabled",
    ]
    assert "warning: an object took 500 ms" in shown


def shown_with(good: DrillResult, reached: tuple[str, ...], *, verbose: bool = False) -> list[str]:
    """What is not proven of a Worker with two classes, of which both fail and the Worker does."""
    failed = [
        Failure(
            name, f"never went to {state} in {{scenario}}", Kind.NEVER_FIRED, f"{name.partition('/')[0]}/slow", state
        )
        for name in ("Lobby/errors", "Room/errors", "worker-errors")
        for state in ("Alert", "Warn")
    ]
    worker = replace(
        good.workers[0],
        verdicts=tuple(MonitorVerdict(each.monitor, (), 1, (each,)) for each in failed),
        problems=("no request reaches Lobby",),
        coverage=Coverage(
            {"classes": ("Lobby", "Room"), "handlers": (), "bindings": ()},
            {"classes": reached, "handlers": (), "bindings": ()},
        ),
    )
    out = printed(replace(good, workers=(worker,)), io.StringIO(), verbose=verbose)
    return [line.removeprefix("not proven: ") for line in out.splitlines() if line.startswith("not proven")]


def test_what_follows_from_a_class_that_nothing_reaches_is_counted_in_one_line(good: DrillResult) -> None:
    cause, *others, last = shown_with(good, ("Room",))
    assert cause == "no request reaches Lobby"
    assert [line.split()[0] for line in others] == ["Room/errors", "Room/errors", "worker-errors", "worker-errors"]
    assert last == "2 findings follow, since no traffic reaches Lobby; --verbose has them"


def test_all_findings_follow_where_no_class_is_reached(good: DrillResult) -> None:
    assert shown_with(good, ()) == [
        "no request reaches Lobby",
        "6 findings follow, since no traffic reaches Lobby, Room; --verbose has them",
    ]
    assert len(shown_with(good, (), verbose=True)) == 1 + 6


def test_a_terminal_gets_colour(result: DrillResult) -> None:
    shown = printed(result, Terminal(), verbose=True)
    assert "\x1b[31m" in shown
    assert "NOT PROVEN" in shown


def test_a_terminal_gets_no_colour_where_none_is_wanted(result: DrillResult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    shown = printed(result, Terminal(), verbose=True)
    assert "\x1b[3" not in shown


def test_a_pipe_is_plain_and_unwrapped_whatever_the_environment_says(
    result: DrillResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = printed(result, io.StringIO(), verbose=True)
    assert "\x1b" not in wide
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert printed(result, io.StringIO(), verbose=True) == wide


def test_square_brackets_of_a_text_are_shown(result: DrillResult) -> None:
    (failure,) = result.workers[0].verdicts[2].failures
    shop = replace(result.workers[0], causes={failure: "the rule [bold]%{data}[/bold] does not match"})
    for console in (
        Console(file=io.StringIO(), width=140),
        Console(file=io.StringIO(), width=140, force_terminal=True),
    ):
        print_result(replace(result, workers=(shop,)), console)
        assert "  because the rule [bold]%{data}[/bold] does not match" in console.file.getvalue()  # type: ignore[attr-defined]
