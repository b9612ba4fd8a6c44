"""The policies on rendered resources: verdicts, levels, reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from firedrill.policies.offline import judge, read_levels
from firedrill.policies.report import as_json, as_text
from firedrill.policies.rule import ANY, Level
from firedrill.policies.rules import RULES
from firedrill.policies.run import run_policy
from firedrill.resources import MONITOR, Resource
from firedrill.vendors.errors import FiredrillError
from tests.json_schemas import as_its_schema_says

LONELY = Resource(
    MONITOR,
    "lonely",
    "urn:lonely",
    "1",
    {
        "name": "lonely",
        "type": "composite",
        "query": "1 && 2",
        "message": "Runbook: https://x.example/runbooks/do-latency.md",
        "tags": ["env:dev", "monitor:lonely"],
        "requireFullWindow": False,
    },
)
UNDRILLED: dict[str, Level] = {"monitor-drilled": "disabled"}  # a single monitor has no Worker around it


def levels(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.json"
    path.write_text(text)
    return path


def test_a_mandatory_violation_refuses_the_stack_and_an_advisory_one_does_not() -> None:
    verdict = judge("dev", [LONELY], UNDRILLED)
    assert [(each.rule.id, each.level) for each in verdict.violations] == [
        ("monitor-tag-team", "mandatory"),
        ("monitor-priority", "advisory"),
    ]
    assert not verdict.passed
    assert judge("dev", [LONELY], UNDRILLED | {"monitor-tag-team": "advisory"}).passed


def test_a_disabled_policy_finds_nothing_and_counts_no_check() -> None:
    whole, less = (
        judge("dev", [LONELY], UNDRILLED),
        judge("dev", [LONELY], UNDRILLED | {"monitor-tag-team": "disabled"}),
    )
    assert [each.rule.id for each in less.violations] == ["monitor-priority"]
    assert less.checks == whole.checks - 1


def test_the_report_says_what_why_and_how_to_mend_it() -> None:
    checks = sum(MONITOR in rule.of or ANY in rule.of for rule in RULES) - len(UNDRILLED)
    assert as_text(judge("dev", [LONELY], UNDRILLED)) == (
        f"stack dev: {len(RULES)} policies, {checks} checks\n"
        "mandatory: monitor-tag-team: lonely\n"
        "  it has no tag team:\n"
        "  why:  Whoever is paged must see whose monitor it is.\n"
        "  fix:  add the tag team:..., and service: and team: as the Worker's logs have them\n"
        "advisory: monitor-priority: lonely\n"
        "  it has no priority\n"
        "  why:  Who is on call sorts by it.\n"
        "  fix:  set priority, 1 (highest) to 5\n"
        "refused: 1 mandatory and 1 advisory violations\n"
    )


def test_the_json_report_names_resource_and_policy() -> None:
    report = as_its_schema_says("policy", as_json(judge("dev", [LONELY], UNDRILLED)))
    assert (report["stack"], report["passed"]) == ("dev", False)
    assert report["violations"][0]["policy"] == "monitor-tag-team"
    assert report["violations"][0]["urn"] == "urn:lonely"


def test_levels_come_from_the_file_that_pulumi_takes(tmp_path: Path) -> None:
    path = levels(tmp_path, '{"monitor-priority": "mandatory", "monitor-tag-env": {"enforcementLevel": "disabled"}}')
    assert read_levels(path) == {"monitor-priority": "mandatory", "monitor-tag-env": "disabled"}


def test_one_level_for_all_policies_gives_way_to_that_of_one(tmp_path: Path) -> None:
    path = levels(tmp_path, '{"monitor-priority": "disabled", "all": {"enforcementLevel": "advisory"}}')
    assert read_levels(path) == {rule.id: "advisory" for rule in RULES} | {"monitor-priority": "disabled"}


def test_without_a_file_each_policy_has_its_own_level(tmp_path: Path) -> None:
    assert read_levels(tmp_path / "none.json") == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '{"monitor-priority": "must"}',
            "the level of monitor-priority is 'must'; it can be mandatory, advisory, disabled.",
        ),
        (
            '{"monitor-prio": "advisory"}',
            "there is no policy 'monitor-prio' (did you mean 'monitor-priority'?); there are all, worker-logpush-on, ",
        ),
        ("[]", "holds []; it must be an object of policy names."),
        ("{", "config.json, line 1, column 2: not JSON (Expecting property name"),
        (
            '{"all": "advisory",\n "all": "mandatory"}',
            "config.json, line 2, column 2: key 'all' is defined at line 1 and again at line 2; remove one.",
        ),
    ],
)
def test_a_mistake_in_the_levels_is_told(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(FiredrillError) as error:
        read_levels(levels(tmp_path, text))
    assert message in str(error.value)


def test_a_stack_in_which_nothing_is_looked_at_does_not_pass(tmp_path: Path) -> None:
    empty = tmp_path / "empty.json"
    empty.write_text("[]")
    with pytest.raises(FiredrillError) as caught:
        run_policy("dev", tmp_path, empty, json_report=False)
    assert str(caught.value) == (
        f"No policy found anything to look at in '{empty}', which has 0 resources: give what firedrill render "
        "prints, and see whether policies/config.json disables every policy."
    )
