"""A mistake is refused at every door that it can come in by, in the words of the one rule; a sound value at none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.doors import cloudflare, datadog, doors
from tests.doors.stack import changed, stack_with
from tests.doors.table import LeftOut, Own, Row

COMPONENTS: Mapping[str, Callable[[], object]] = {
    "script": cloudflare.worker,
    "job": cloudflare.delivery,
    "r2": cloudflare.delivery,
    "requests": lambda: datadog.log_metrics("shop."),
}
"""What declares the resources of these names without a mistake."""
VENDORS = {"datadog": datadog, "cloudflare": cloudflare}
MISTAKES = [row for vendor in VENDORS.values() for row in vendor.MISTAKES]
EDGES = [row for vendor in VENDORS.values() for row in vendor.EDGES]


def api(row: Row) -> Any:
    """What `check` reads of the mistake as API JSON."""
    if row.check is not None or not changed(row.of, {}).type.startswith("datadog:"):
        return row.check or LeftOut("check reads API JSON of Datadog's only")
    return row.api if row.api is not None else doors.api_json(stack_with(changed(row.of, row.given)))


MEETS: Mapping[str, Callable[[Row], Any]] = {
    "config": lambda row: row.config,
    "preview": lambda row: row.config,
    "component": lambda row: row.component,
    "wrangler": lambda row: row.wrangler,
    "check": lambda row: row.check or row.given,
    "check-api": api,
    "policy": lambda row: row.policy,
    "up": lambda row: row.given,
    "drill": lambda row: row.drill or row.given,
}
"""By door, what of a row leads there: LeftOut for a door that cannot meet it."""


@pytest.fixture(scope="session")
def sink() -> Iterator[str]:
    with doors.sink() as address:
        yield address


@pytest.fixture
def enter(tmp_path: Path, sink: str) -> Callable[[str, Row], list[str]]:
    """The problems that a door finds with a row."""

    def through(door: str, row: Row) -> list[str]:
        given = MEETS[door](row)
        given = given.given if isinstance(given, Own) else given
        resource = changed(row.of, row.given)
        drivers: Mapping[str, Callable[[], list[str]]] = {
            "config": lambda: doors.by_config(given),
            "preview": lambda: doors.by_program(given),
            "component": lambda: doors.by_component(given),
            "wrangler": lambda: doors.by_wrangler(given, tmp_path),
            "check": lambda: doors.by_check(resource, tmp_path),
            "check-api": lambda: doors.by_check_of_api_json(given),
            "policy": lambda: doors.by_policy(resource, given),
            "up": lambda: doors.by_up(resource, tmp_path, sink),
            "drill": lambda: doors.by_drill(resource, tmp_path),
        }
        return drivers[door]()

    return through


Cell = tuple[str, Row]


def cells(rows: list[Row]) -> list[Cell]:
    """Every row with each door that can meet it."""
    return [(door, row) for row in rows for door in MEETS if not isinstance(MEETS[door](row), LeftOut)]


def sound() -> list[Cell]:
    """What the mistakes were made of, without them, at the same doors: each once."""
    found: dict[object, Cell] = {}
    for door, row in cells(MISTAKES):
        unchanged = Row(f"nothing wrong with {row.of}", row.of, {}, config={}, wrangler={}, policy=row.policy)
        component: Callable[[], object] | LeftOut = COMPONENTS.get(row.of, unchanged.component)
        of = row.of if door in ("component", "check", "check-api", "up", "drill") else ""
        found[door, of, MEETS[door](row) if door == "policy" else ""] = door, replace(unchanged, component=component)
    return list(found.values())


def each(found: list[Cell]) -> pytest.MarkDecorator:
    """Runs a test for every one of the cells."""
    return pytest.mark.parametrize(
        ("door", "row"), [pytest.param(*cell, id=f"{cell[1].name}-{cell[0]}") for cell in found]
    )


@each(cells(MISTAKES))
def test_a_mistake_is_refused_in_the_words_of_its_rule(
    door: str, row: Row, enter: Callable[[str, Row], list[str]]
) -> None:
    met = MEETS[door](row)
    allowed = met.allowed if isinstance(met, Own) else row.allowed
    found = enter(door, row)
    assert len(found) == 1, found
    value = f"is {row.value}" if row.value else "is missing"
    assert re.search(rf"\b{re.escape(value)};? allowed: {re.escape(allowed)}(\.?$|; | change: )", found[0]), found[0]


@each(sound())
def test_without_the_mistake_nothing_is_refused(door: str, row: Row, enter: Callable[[str, Row], list[str]]) -> None:
    assert enter(door, row) == []


@each(cells(EDGES))
def test_a_value_at_the_edge_of_a_rule_is_accepted(door: str, row: Row, enter: Callable[[str, Row], list[str]]) -> None:
    assert enter(door, row) == []


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_mistakes_are_against_many_rules_of_each_vendor(vendor: str) -> None:
    mistakes = VENDORS[vendor].MISTAKES
    assert len({row.name for row in mistakes}) == len(mistakes)
    assert len({row.allowed for row in mistakes}) >= 30


@pytest.mark.parametrize("row", [*MISTAKES, *EDGES], ids=lambda row: row.name)
def test_a_door_is_left_out_only_with_a_reason(row: Row) -> None:
    met = [meets(row) for meets in MEETS.values()]
    assert all(each.reason for each in met if isinstance(each, LeftOut | Own))
    assert any(not isinstance(each, LeftOut) for each in met)
