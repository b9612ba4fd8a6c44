"""The report for people, as text."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from firedrill.drill.result import DrillResult
from firedrill.report.terminal import console_for, print_result


class Terminal(io.StringIO):
    """A stream that a person watches."""

    def isatty(self) -> bool:
        return True


def printed(result: DrillResult, stream: io.StringIO) -> str:
    print_result(result, console_for(stream))
    return stream.getvalue()


@pytest.fixture(autouse=True)
def no_wishes_about_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def test_a_pipe_gets_plain_text(good: DrillResult) -> None:
    assert printed(good, io.StringIO()) == (
        "stack prod, Worker chat: 1 monitors, 2 scenarios; 1 takes of the real Worker became 2 trace events, 3 logs,"
        " 4 metric points and 5 evaluations on simulated time\n"
        "monitor | fires in | fault (simulated) | alerted        | recovered      | quiet in | verdict\n"
        "--------+----------+-------------------+----------------+----------------+----------+--------\n"
        "errors  | broken   | 00:00 to 00:25    | 00:03 (+3 min) | 00:32 (+7 min) | 1 of 2   | proven \n"
        "proven: 1 of 1 monitors, 0 unexplained notifications\n"
        "stages: simulate 1.2 s\n"
    )


def test_everything_that_is_wrong_is_told_with_its_cause(result: DrillResult) -> None:
    assert printed(result, io.StringIO()) == (
        "stack dev, Worker shop: 5 monitors, 2 scenarios; 3 takes of the real Worker became 12,345 trace events,"
        " 12,300 logs, 70,001 metric points and 987 evaluations on simulated time\n"
        "monitor | fires in         | fault (simulated) | alerted         | recovered      | quiet in | verdict   \n"
        "--------+------------------+-------------------+-----------------+----------------+----------+-----------\n"
        "errors  | broken           | 00:00 to 00:25    | 00:03 (+3 min)  | 00:32 (+7 min) | 1 of 1   | proven    \n"
        "        | broken           | 00:00 to 00:25    | 00:04 (+4 min)  | 00:34 (+9 min) |          |           \n"
        "silence | broken (No Data) | 00:00 to 00:25    | 00:17 (+17 min) | 00:26 (+1 min) | 1 of 1   | proven    \n"
        "latency | broken           | 00:00 to 00:25    | never           | never          | 0 of 1   | NOT PROVEN\n"
        "traffic | -                | -                 | -               | -              | 1 of 2   | NOT PROVEN\n"
        "yearly  | -                | -                 | -               | -              | 1 of 1   | exempt    \n"
        "not proven: scenario calm left no point of runs{*}\n"
        "not proven: latency never went to Alert in scenario broken\n"
        "  because its highest value was 12; it alerts at > 500\n"
        "not proven: traffic went to Warn in scenario calm, which does not explain it\n"
        "left out: alarm-failing, it has no alarm\n"
        "proven: 2 of 5 monitors, 1 exempt, 1 unexplained notifications\n"
        "stack dev, Worker chat: 1 monitors, 2 scenarios; 1 takes of the real Worker became 2 trace events, 3 logs,"
        " 4 metric points and 5 evaluations on simulated time\n"
        "monitor | fires in | fault (simulated) | alerted        | recovered      | quiet in | verdict\n"
        "--------+----------+-------------------+----------------+----------------+----------+--------\n"
        "errors  | broken   | 00:00 to 00:25    | 00:03 (+3 min) | 00:32 (+7 min) | 1 of 2   | proven \n"
        "proven: 1 of 1 monitors, 0 unexplained notifications\n"
        "not proven: drill-exemptions.txt: errors is proven; remove its line\n"
        "stack dev: 1 of 2 Workers are proven\n"
        "modelled, not measured: CPU time; delivery\n"
        "stages: render 5.0 s, workerd 1.0 s\n"
    )


def test_a_terminal_gets_colour(result: DrillResult) -> None:
    shown = printed(result, Terminal())
    assert "\x1b[31m" in shown
    assert "NOT PROVEN" in shown


def test_a_pipe_gets_the_whole_table_however_narrow_the_screen_is(
    result: DrillResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = printed(result, io.StringIO())
    monkeypatch.setenv("COLUMNS", "20")
    assert printed(result, io.StringIO()) == wide


def test_square_brackets_of_a_text_are_shown(result: DrillResult) -> None:
    written = io.StringIO()
    odd = {"latency": "the rule [bold]%{data}[/bold] does not match"}
    shop = replace(result.workers[0], causes=odd)
    print_result(replace(result, workers=(shop,)), Console(file=written, width=140))
    assert "  because the rule [bold]%{data}[/bold] does not match\n" in written.getvalue()
