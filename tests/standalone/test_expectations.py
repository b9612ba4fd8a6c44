"""What is expected of monitors, and what the command says when it is not so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOP = ("monitor", "--resources", "docs/standalone/shop-monitors.json", "--series", "docs/standalone/shop-series.yaml")
NAME = "Failed requests of {{service.name}}"
Command = Callable[..., Any]


@pytest.fixture
def ran(firedrill: Command, tmp_path: Path) -> Command:
    """Runs the monitor of the shop's series against expectations: minute, state and group each."""

    def run(*expected: tuple[int, str, str], options: tuple[str, ...] = (), **more: str) -> Any:
        entries = [
            {"monitor": NAME, "minute": m, "state": state, "group": group, **more} for m, state, group in expected
        ]
        (tmp_path / "expect.json").write_text(json.dumps(entries))
        return firedrill(*SHOP, "--expect", str(tmp_path / "expect.json"), *options, folder=ROOT)

    return run


def test_what_is_as_expected_ends_with_0(ran: Command) -> None:
    ended = ran((7, "OK", "service:pay"), (8, "Alert", "service:pay"), (3, "none", "service:cart"))
    assert (ended.code, ended.out.splitlines()[-1]) == (0, "SUCCESS: 3 expectations")


def test_what_is_not_as_expected_is_shown_with_what_there_was_and_ends_with_1(ran: Command) -> None:
    ended = ran((8, "OK", "service:pay"), (4, "OK", "service:cart"), (8, "OK", "service:none"))
    assert ended.code == 1
    assert ended.out.endswith(
        "\n"
        f"FAILED: {NAME}, group service:pay, minute 8 (2026-01-05T10:08:00Z):\n"
        "    exp: OK\n"
        "    got: Alert, as 12 > 10 (critical)\n"
        f"FAILED: {NAME}, group service:none, minute 8 (2026-01-05T10:08:00Z):\n"
        "    exp: OK\n"
        "    got: none, as there is no such group\n"
        "FAILED: 2 of 3 expectations\n"
    )


def test_expectations_hold_for_the_whole_of_the_files_whatever_is_shown(ran: Command) -> None:
    assert ran((8, "Alert", "service:pay"), options=("--from", "2026-01-05T10:12:00Z")).code == 0


def test_each_expectation_is_a_line_of_json(ran: Command) -> None:
    ended = ran((8, "OK", "service:pay"), options=("--json",))
    assert ended.code == 1
    assert json.loads(ended.out.splitlines()[-1]) == {
        "version": 1,
        "expectation": {"monitor": NAME, "group": "service:pay", "minute": 8},
        "time": "2026-01-05T10:08:00Z",
        "exp": "OK",
        "got": "Alert",
        "met": False,
    }


@pytest.mark.parametrize(("state", "code"), [("Alert", 0), ("OK", 1)])
def test_a_series_file_can_carry_expectations(firedrill: Command, tmp_path: Path, state: str, code: int) -> None:
    series = (ROOT / "docs" / "standalone" / "shop-series.yaml").read_text()
    entry = f'expect:\n  - {{monitor: "{NAME}", group: "service:pay", minute: 8, state: {state}}}\n'
    (tmp_path / "series.yaml").write_text(series + entry)
    files = ("--resources", "docs/standalone/shop-monitors.json", "--series", str(tmp_path / "series.yaml"))
    assert firedrill("monitor", *files, folder=ROOT).code == code


@pytest.mark.parametrize(
    ("expected", "more", "told"),
    [
        ((8, "OK", ""), {"monitor": "Failed request"}, "expectation 1: no monitor 'Failed request'"),
        ((99, "OK", "service:pay"), {}, "expectation 1: minute 99 is not evaluated, the last one is 20; give a minute"),
        ((0, "OK", ""), {}, "minute is 0; allowed:"),
        ((8, "Alarm", ""), {}, "state is 'Alarm'"),
        ((8, "OK", ""), {"at": "now"}, "option 'at'"),
    ],
)
def test_an_expectation_that_cannot_be_met_is_a_mistake(
    ran: Command, expected: tuple[int, str, str], more: dict[str, str], told: str
) -> None:
    ended = ran(expected, **more)
    assert ended.code == 2
    assert told in ended.err
