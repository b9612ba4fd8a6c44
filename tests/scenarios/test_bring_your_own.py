"""docs/bring-your-own.md shows what is there: the example as it is committed, and what its drill proves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from firedrill.drill.compiled import CompiledWorker, compile_workers
from firedrill.drill.plan import plan_of
from firedrill.render import render

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "bring-your-own.md").read_text()
BLOCKS: list[tuple[str, str]] = re.findall(r"```(\w*)\n(.*?)```", PAGE, re.DOTALL)


def block(language: str, number: int = 0) -> str:
    return [text for kind, text in BLOCKS if kind == language][number]


@pytest.fixture(scope="module")
def chat_room() -> CompiledWorker:
    """The Worker of the example."""
    (found,) = [service for service in compile_workers(render("example", ROOT)) if service.name == "chat-room"]
    return found


def test_the_lines_changed_in_the_code_are_those_of_the_example() -> None:
    changed = block("diff").splitlines()
    added = [line[1:] for line in changed if line.startswith("+")]
    removed = [line[1:] for line in changed if line.startswith("-")]
    code = (ROOT / "examples" / "chat-room" / "src" / "index.js").read_text().splitlines()
    assert [line for line in code if line in added] == added
    assert [line for line in code if line in removed] == []
    assert len(added) == 5, "the page says that five lines change"
    assert [line for line in code if "observe" in line and line not in added] == []


def test_the_config_is_that_of_the_example_stack() -> None:
    shown = yaml.safe_load(block("yaml"))
    assert shown == {
        "firedrill:workers": yaml.safe_load((ROOT / "Pulumi.example.yaml").read_text())["config"]["firedrill:workers"]
    }
    assert len(block("yaml").splitlines()) == 11, "the page says that 11 lines are added"


def test_the_traffic_is_that_of_the_example() -> None:
    shown = next(
        yaml.safe_load(text) for language, text in BLOCKS if language == "yaml" and text.startswith("# What chat")
    )
    assert shown == yaml.safe_load((ROOT / "examples" / "chat-room" / "drill.yaml").read_text())


def test_the_output_has_every_monitor_and_scenario_of_the_example(chat_room: CompiledWorker) -> None:
    output = next(text for _, text in BLOCKS if text.startswith("Worker chat-room: "))
    shown = {line.split("|")[0].strip() for line in output.splitlines() if line.count("|") == 6}
    assert shown - {"", "monitor"} == set(chat_room.names.values())
    plan = plan_of(chat_room, ROOT)
    firing = {scenario.name for scenario in plan.scenarios if scenario.fires}
    assert {line.split("|")[1].strip().split(" (")[0] for line in output.splitlines() if line.count("|") == 6} == {
        "fires in",
        *firing,
    }
    summary = next(text for _, text in BLOCKS if text.startswith("stack example: "))
    assert f"chat-room: {len(chat_room.names)} of {len(chat_room.names)} alerts proven, " in summary
