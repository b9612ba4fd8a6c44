"""The scripts that every CI system can call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest


class Finished(Protocol):
    code: int
    out: str
    calls: list[str]


class Place(Protocol):
    root: Path
    fake: Callable[[str, str], None]
    run: Callable[..., Finished]


def test_a_pull_request_is_tested_drilled_held_to_policies_and_compared(place: Place) -> None:
    done = place.run("pull_request.sh")
    assert done.code == 0
    assert done.calls == [
        "make setup",
        "make browser",
        "make test",
        "python -m firedrill drill --stack dev --json reports/drill-dev.json --junit reports/drill-dev.xml "
        "--html reports/drill-dev.html",
        "python -m firedrill drill --stack prod --json reports/drill-prod.json --junit reports/drill-prod.xml "
        "--html reports/drill-prod.html",
        "python -m firedrill policy --stack dev --json",
        "python -m firedrill policy --stack dev",
        "python -m firedrill policy --stack prod --json",
        "python -m firedrill policy --stack prod",
        "git rev-parse --short --verify --quiet origin/main",
        "python -m firedrill diff abc1234 --html reports/diff.html",
    ]


def test_the_tests_write_junit(place: Place) -> None:
    place.fake("make", 'echo "$PYTEST_ADDOPTS" >>"$0.addopts"')
    place.run("pull_request.sh", "tests")
    assert (place.root / "bin" / "make.addopts").read_text().splitlines()[-1] == "--junitxml=reports/tests.xml"


def test_one_part_runs_alone(place: Place) -> None:
    assert place.run("pull_request.sh", "tests").calls == ["make setup", "make browser", "make test"]


@pytest.mark.parametrize(
    ("command", "fault"),
    [("make", '[ "$1" = setup ]'), ("python", '[ "$3" != drill ]'), ("python", '[ "$3" != policy ]'), ("git", "false")],
)
def test_what_follows_a_failed_part_runs_all_the_same(place: Place, command: str, fault: str) -> None:
    whole = place.run("pull_request.sh").calls
    (place.root / "calls").unlink()
    place.fake(command, fault)
    done = place.run("pull_request.sh")
    assert done.code == 1
    assert done.calls == [call for call in whole if command != "git" or "diff" not in call]
    assert "failed: " in done.out


def test_nothing_runs_without_a_set_up(place: Place) -> None:
    place.fake("make", "exit 2")
    done = place.run("pull_request.sh")
    assert (done.code, done.calls) == (1, ["make setup"])


def test_an_unknown_part_is_refused_first(place: Place) -> None:
    done = place.run("pull_request.sh", "tests", "drills")
    assert (done.code, done.calls) == (2, [])
    assert done.out == "there is no part 'drills'; there are tests, drill, policy and diff.\n"


def test_the_diff_starts_from_base_and_goes_to_the_summary(place: Place) -> None:
    place.fake("python", "echo what changed")
    place.fake("git", 'echo "short $5"')
    summary = place.root / "summary.md"
    done = place.run("pull_request.sh", "diff", BASE="HEAD^1", GITHUB_STEP_SUMMARY=str(summary))
    assert done.calls[1:] == [
        "git rev-parse --short --verify --quiet HEAD^1",
        "python -m firedrill diff short HEAD^1 --html reports/diff.html",
    ]
    assert (place.root / "reports" / "diff.md").read_text() == "what changed\n"
    assert summary.read_text() == "what changed\n"


def test_a_base_that_was_not_fetched_is_told(place: Place) -> None:
    place.fake("git", "exit 1")
    done = place.run("pull_request.sh", "diff", BASE="HEAD^1")
    assert done.code == 1
    assert "git knows no revision 'HEAD^1' to compare with: fetch it, or name another one in BASE." in done.out
    assert (place.root / "reports" / "diff.md").read_text() == ""


def test_a_stack_is_deployed_once_it_is_proven_and_settled_after_a_migration(place: Place) -> None:
    up = "pulumi up --stack prod --yes --non-interactive --policy-pack firedrill/policies"
    assert place.run("deploy.sh", "prod").calls == ["make drill STACK=prod", up, f"{up} --skip-preview"]


def test_what_cannot_be_deployed_is_not_tried_again(place: Place) -> None:
    place.fake("pulumi", "exit 1")
    done = place.run("deploy.sh", "prod")
    assert (done.code, len(done.calls)) == (1, 2)


def test_the_levels_of_policies_go_with_them(place: Place) -> None:
    (place.root / "policies").mkdir()
    (place.root / "policies" / "config.json").write_text("{}")
    calls = place.run("deploy.sh", "prod").calls[1:]
    assert len(calls) == 2
    assert all("--policy-pack firedrill/policies --policy-pack-config policies/config.json" in call for call in calls)


def test_what_is_not_proven_is_not_deployed(place: Place) -> None:
    place.fake("make", "exit 1")
    done = place.run("deploy.sh", "prod")
    assert (done.code, done.calls) == (1, ["make drill STACK=prod"])


@pytest.mark.parametrize("script", ["deploy.sh", "drift.sh"])
def test_a_stack_has_to_be_named(place: Place, script: str) -> None:
    done = place.run(script)
    assert done.code != 0
    assert done.calls == []
    assert f"usage: tools/ci/{script} STACK" in done.out


def test_a_stack_as_it_was_deployed_has_an_empty_report(place: Place) -> None:
    done = place.run("drift.sh", "dev")
    assert done.code == 0
    assert (place.root / "reports" / "drift-dev.md").read_text() == ""
    assert done.calls[1].startswith("pulumi preview --stack dev --refresh --expect-no-changes --diff --non-interactive")


@pytest.mark.parametrize(
    ("said", "code", "heading"),
    [
        ("error: no changes were expected but changes were proposed", 1, "### `dev` has drifted"),
        ("error: getting stack: 403", 2, "### `dev` could not be compared"),
    ],
)
def test_drift_is_told_from_a_failure(place: Place, said: str, code: int, heading: str) -> None:
    place.fake("pulumi", f"echo '{said}' >&2; exit 255")
    done: Any = place.run("drift.sh", "dev")
    assert done.code == code
    assert (place.root / "reports" / "drift-dev.md").read_text() == f"{heading}\n\n~~~~~~~~text\n{said}\n~~~~~~~~\n"


def test_nothing_is_left_behind(place: Place) -> None:
    before = {file.name for file in place.root.iterdir()}
    place.run("drift.sh", "dev")
    assert {file.name for file in place.root.iterdir()} - before == {"reports"}
