"""docs/bring-your-own.md shows what is there: the example as it is committed, every key, every scenario."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from pydantic import BaseModel

from firedrill.drill.plan import plan_of
from firedrill.drill.service import Service, compile_services
from firedrill.render import render
from firedrill.runtime.take import Faults
from firedrill.scenarios.drill_file import Adjustment, Call, DrillFile, Extra, Sessions, keys
from firedrill.scenarios.generic import GENERIC

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "bring-your-own.md").read_text()
BLOCKS: list[tuple[str, str]] = re.findall(r"```(\w*)\n(.*?)```", PAGE, re.DOTALL)
TABLES: dict[str, type[BaseModel]] = {
    "the file": DrillFile,
    "of `traffic` and `more_traffic`": Sessions,
    "of `session`": Call,
    "of `adjust.<scenario>`": Adjustment,
    "of `scenarios.<name>`": Extra,
}


def block(language: str, number: int = 0) -> str:
    return [text for kind, text in BLOCKS if kind == language][number]


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def key_table(title: str, rows: Mapping[str, str]) -> str:
    head = "key" if title == "the file" else f"key {title}"
    return table((head, "what it takes"), ((f"`{key}`", allowed) for key, allowed in rows.items()))


@pytest.fixture(scope="module")
def chat_room() -> Service:
    """The Worker of the example."""
    (found,) = [service for service in compile_services(render("example", ROOT)) if service.name == "chat-room"]
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
    shown = yaml.safe_load(block("yaml", 1))
    assert shown == yaml.safe_load((ROOT / "examples" / "chat-room" / "drill.yaml").read_text())


def test_the_output_has_every_monitor_and_scenario_of_the_example(chat_room: Service) -> None:
    output = next(text for _, text in BLOCKS if text.startswith("stack example, Worker chat-room: "))
    shown = {line.split("|")[0].strip() for line in output.splitlines() if line.count("|") == 6}
    assert shown - {"", "monitor"} == set(chat_room.names.values())
    plan = plan_of(chat_room, ROOT)
    firing = {scenario.name for scenario in plan.scenarios if scenario.fires}
    assert {line.split("|")[1].strip().split(" (")[0] for line in output.splitlines() if line.count("|") == 6} == {
        "fires in",
        *firing,
    }
    assert f"proven: {len(chat_room.names)} of {len(chat_room.names)} monitors, 0 unexplained notifications" in output


@pytest.mark.parametrize("title", TABLES)
def test_every_key_is_listed_with_what_it_takes(title: str) -> None:
    expected = key_table(title, keys(TABLES[title]))
    assert expected in PAGE, expected


def test_every_fault_is_listed() -> None:
    missing = [field.name for field in dataclasses.fields(Faults) if f"`{field.name}`" not in PAGE]
    assert missing == []


def test_every_scenario_that_every_worker_gets_is_listed_with_what_it_fires() -> None:
    rows = (
        (
            f"`{each.name}`" + (", for each class" if each.per_class else ""),
            each.summary,
            ", ".join(f"`{id_}`" for id_ in (*each.fires, *each.seen_by_caller, *each.without_data)),
            ", ".join(f"`{id_}`" for id_ in each.may_fire),
        )
        for each in GENERIC
    )
    expected = table(("scenario", "what happens", "must fire", "may fire"), rows)
    assert expected in PAGE, expected
