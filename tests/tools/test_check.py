"""The gate before the tests."""

from __future__ import annotations

import sys

import pytest

from tools import check


def command(text: str, code: int) -> list[str]:
    return [sys.executable, "-c", f"print({text!r}); raise SystemExit({code})"]


def test_a_check_that_passes_is_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    assert check.passes("types", command("all is well", 0))
    assert capfd.readouterr().out == "ok     types\n"


def test_a_check_that_fails_shows_its_output(capfd: pytest.CaptureFixture[str]) -> None:
    assert not check.passes("types", command("a.py:1: wrong", 1))
    assert capfd.readouterr().out == "FAILED types\na.py:1: wrong\n\n"


def test_every_check_runs_even_after_one_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def passes(name: str, command: list[str]) -> bool:
        ran.append(name)
        return name != "ruff check"

    monkeypatch.setattr(check, "passes", passes)
    assert check.main() == 1
    assert ran[:5] == ["ruff check", "ruff format", "mypy --strict", "import-linter", "generated files"]


def test_the_gate_is_open_when_every_check_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "passes", lambda name, command: True)
    assert check.main() == 0
