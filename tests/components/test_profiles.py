"""Which monitors a kind of stack has."""

from __future__ import annotations

import pytest

from firedrill.components.config import declared_keys
from firedrill.components.monitor_settings import MonitorSettings
from firedrill.components.monitors.guards import GUARDS, problems
from firedrill.components.monitors.profiles import PROFILES
from firedrill.components.monitors.queries import Anomaly, Change, Forecast, Total
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


@pytest.mark.parametrize("profile", PROFILES)
def test_the_guards_of_a_profile_let_no_single_failure_be_a_rate_or_keep_one(profile: str) -> None:
    own, defaults = PROFILES[profile], declared_keys()
    given = {id_: defaults["monitors"].default[id_] | own.settings.get(id_, {}) for id_ in {*GUARDS, *GUARDS.values()}}
    settings = {id_: MonitorSettings.model_validate(each) for id_, each in given.items()}
    assert problems(settings) == []
    for ratio, guard in GUARDS.items():
        (danger,) = (spec.danger for spec in MONITORS if ratio in getattr(spec.query, "parts", ()))
        among = (defaults["dangers"].default[danger] | own.dangers.get(danger, {}))["among"]
        minutes = int(settings[guard].window.removeprefix("last_").removesuffix("m"))
        assert minutes * among >= settings[guard].critical, "a failure among so many is told"


@pytest.mark.parametrize("ratio", GUARDS)
def test_one_failure_in_five_minutes_keeps_no_alert_where_hardly_anybody_comes(ratio: str) -> None:
    """While the guard holds, the ratio may alert; when it lets go, the same failures must be a rate that recovers."""
    own, defaults = PROFILES["low-traffic"], declared_keys()
    rate, guard = ({**defaults["monitors"].default[id_], **own.settings[id_]} for id_ in (ratio, GUARDS[ratio]))
    assert rate["window"] == guard["window"] == "last_15m"
    assert 100 * (15 / 5) / guard["critical"] <= rate["recovery"]


@pytest.mark.parametrize("profile", PROFILES)
def test_what_learns_what_is_usual_stands_beside_what_compares(profile: str) -> None:
    """The danger of an anomaly up and down, or of a forecast, is told without what is only modelled, too."""
    has = [BY_ID[id_].query for id_ in PROFILES[profile].monitors]
    for query in has:
        if isinstance(query, Anomaly):
            compared = [each.comparator for each in has if isinstance(each, Change) and each.metric == query.metric]
            assert {">", "<"} <= {*compared}
        if isinstance(query, Forecast):
            assert any(isinstance(each, Total | Change) and each.metric == query.metric for each in has)


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
