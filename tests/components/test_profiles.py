"""Which monitors a kind of stack has."""

from __future__ import annotations

import pytest

from firedrill.components.config import declared_keys
from firedrill.components.monitors.profiles import PROFILES
from firedrill.components.monitors.table import BY_ID, MONITORS
from firedrill.components.settings import Settings
from firedrill.scenarios.dangers import KINDS

MOST_PAGES = 6
"""So many may wake somebody, the alerts of objectives apart."""


def told_by(profile: str) -> set[str]:
    """The ids of the monitors of a profile that tell somebody."""
    has = {*PROFILES[profile].monitors}
    return {spec.id for spec in MONITORS if spec.notify and {*getattr(spec.query, "parts", (spec.id,))} <= has}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_names_monitors_that_exist_and_few_of_them_page(profile: str) -> None:
    assert {*PROFILES[profile].monitors} <= {*BY_ID}
    pages = [id_ for id_ in told_by(profile) if BY_ID[id_].notify == "page"]
    assert len(pages) <= MOST_PAGES


def test_a_quiet_stack_has_at_most_twelve_monitors_that_tell_somebody() -> None:
    assert len(told_by("quiet")) <= 12


def test_the_config_takes_each_profile_and_no_other() -> None:
    assert Settings.model_fields["profile"].description == f"one of {', '.join(PROFILES)}"


def test_a_busy_stack_has_every_monitor() -> None:
    assert {spec.id for spec in MONITORS if spec.has_settings} == {*PROFILES["busy"].monitors}


def test_every_monitor_that_tells_somebody_has_a_danger_that_it_tells_as_the_config_says() -> None:
    dangers = declared_keys()["dangers"].default
    kinds = {id_: kind.id for kind in KINDS for id_ in kind.told_by}
    for spec in MONITORS:
        if spec.notify:
            told = dangers[spec.danger]
            assert (spec.danger, told["tell"], told["priority"]) == (kinds[spec.id], spec.notify, spec.priority)
