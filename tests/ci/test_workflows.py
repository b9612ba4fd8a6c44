"""What the workflows may do: nothing with the code of strangers that they may do with credentials."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SCRIPTS = sorted((ROOT / "tools" / "ci").glob("*.sh"))
VENV = ROOT / ".venv" / "bin"
OWN_BRANCH = "github.event.pull_request.head.repo.full_name == github.repository"

each_workflow = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def load(file: Path) -> dict[str, Any]:
    # YAML 1.1 takes the key `on` for the boolean
    return {("on" if key is True else key): value for key, value in yaml.safe_load(file.read_text()).items()}


def jobs(file: Path) -> dict[str, dict[str, Any]]:
    return dict(load(file)["jobs"])


def steps(file: Path) -> Iterator[dict[str, Any]]:
    for job in jobs(file).values():
        yield from job["steps"]


def test_there_are_the_four_workflows() -> None:
    assert [file.stem for file in FILES] == ["comment", "deploy", "drift", "pull-request"]


@each_workflow
def test_every_action_is_pinned_by_its_commit_with_the_version_beside_it(file: Path) -> None:
    used = re.findall(r"uses: (.*)", file.read_text())
    assert len(used) == sum("uses" in step for step in steps(file))
    for action in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_an_action_has_one_version_everywhere() -> None:
    used = {action for file in FILES for action in re.findall(r"uses: (.*)", file.read_text())}
    assert len(used) == len({action.partition("@")[0] for action in used})


@each_workflow
def test_nothing_is_permitted_but_what_a_job_names(file: Path) -> None:
    assert load(file)["permissions"] == {}
    for name, job in jobs(file).items():
        assert job["permissions"], name


def test_only_the_tellers_may_write() -> None:
    writing = {
        (file.stem, name, scope)
        for file in FILES
        for name, job in jobs(file).items()
        for scope, level in job["permissions"].items()
        if level != "read"
    }
    assert writing == {("comment", "comment", "pull-requests"), ("drift", "issue", "issues")}


@each_workflow
def test_every_job_ends_and_runs_on_a_named_image(file: Path) -> None:
    for name, job in jobs(file).items():
        assert 0 < job["timeout-minutes"] <= 60, name
        assert job["runs-on"] == "ubuntu-24.04", name


@each_workflow
def test_runs_of_one_kind_do_not_overtake_each_other(file: Path) -> None:
    assert load(file)["concurrency"]["group"]


def test_a_deployment_is_never_cancelled_by_the_next() -> None:
    assert load(ROOT / ".github/workflows/deploy.yml")["concurrency"] == {
        "group": "deploy",
        "cancel-in-progress": False,
    }


@each_workflow
def test_the_token_of_a_checkout_is_not_left_in_the_folder(file: Path) -> None:
    for step in steps(file):
        if "actions/checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


@each_workflow
def test_a_step_is_one_line_that_calls_what_other_ci_systems_can_call(file: Path) -> None:
    for step in steps(file):
        if "run" not in step:
            continue
        words = step["run"].strip().splitlines()[0].removeprefix("python3 ").split()
        assert len(step["run"].strip().splitlines()) == 1, step
        script = ROOT / words[0]
        assert step["run"] == "make setup" or (script.is_file() and words[0].startswith("tools/ci/")), step
        assert script.suffix != ".sh" or os.access(script, os.X_OK), script
        assert set(re.findall(r"\$\{\{ *(.*?) *\}\}", step["run"])) <= {"matrix.part", "matrix.stack"}, step


def test_no_workflow_runs_a_strangers_code_with_the_rights_of_the_project() -> None:
    for file in FILES:
        assert "pull_request_target" not in load(file)["on"], file.stem
    comment = load(ROOT / ".github/workflows/comment.yml")
    assert "secrets." not in str(comment)
    for step in comment["jobs"]["comment"]["steps"]:
        assert "ref" not in step.get("with", {})
        assert step.get("run", "python3 tools/ci/github.py").startswith("python3 tools/ci/github.py")


@each_workflow
def test_secrets_are_in_jobs_with_an_environment_only(file: Path) -> None:
    for name, job in jobs(file).items():
        if "secrets." in str(job):
            assert job["environment"], name
            assert "actions/cache" not in str(job), name


def test_no_secret_meets_the_code_of_a_fork() -> None:
    for file in FILES:
        if "pull_request" in load(file)["on"]:
            for name, job in jobs(file).items():
                assert ("secrets." not in str(job) and "environment" not in job) or OWN_BRANCH in job["if"], name


def test_stacks_are_deployed_in_order_and_production_waits_for_its_reviewers() -> None:
    deploy = jobs(ROOT / ".github/workflows/deploy.yml")
    assert list(deploy) == ["dev", "staging", "prod"]
    assert [job.get("needs") for job in deploy.values()] == [None, "dev", "staging"]
    assert [job["environment"] for job in deploy.values()] == ["dev", "staging", "prod"]
    assert [step["run"] for job in deploy.values() for step in job["steps"] if "run" in step] == [
        f"tools/ci/deploy.sh {stack}" for stack in deploy
    ]


def test_every_stack_that_is_named_exists() -> None:
    named = {
        *jobs(ROOT / ".github/workflows/deploy.yml"),
        *jobs(ROOT / ".github/workflows/drift.yml")["compare"]["strategy"]["matrix"]["stack"],
        *jobs(ROOT / ".github/workflows/pull-request.yml")["preview"]["strategy"]["matrix"]["stack"],
    }
    assert named == {"dev", "staging", "prod"}
    assert all((ROOT / f"Pulumi.{stack}.yaml").exists() for stack in named)


@each_workflow
def test_pulumi_is_as_new_as_its_library(file: Path) -> None:
    pinned = re.search(r"^pulumi==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert pinned
    for step in steps(file):
        if "pulumi/actions" in step.get("uses", ""):
            assert step["with"]["pulumi-version"] == pinned[1]


def test_a_preview_is_held_to_the_policies() -> None:
    steps_of = jobs(ROOT / ".github/workflows/pull-request.yml")["preview"]["steps"]
    (pulumi,) = [step["with"] for step in steps_of if "pulumi/actions" in step.get("uses", "")]
    levels = "${{ hashFiles('policies/config.json') != '' && 'policies/config.json' || '' }}"
    assert (pulumi["policyPacks"], pulumi["policyPackConfigs"]) == ("firedrill/policies", levels)


def lint(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_finds_nothing_unsafe() -> None:
    lint(str(VENV / "zizmor"), "--offline", "--quiet", ".github")


def test_shellcheck_finds_nothing_in_the_scripts() -> None:
    assert SCRIPTS
    lint(str(VENV / "shellcheck"), ".ci/run", *map(str, SCRIPTS))


def test_actionlint_finds_nothing() -> None:
    actionlint = shutil.which("actionlint", path=f"{os.environ['PATH']}{os.pathsep}{ROOT / '.firedrill' / 'bin'}")
    if actionlint is None:
        pytest.skip("There is no actionlint. Build it, which takes Go: make actionlint")
    lint(actionlint, "-shellcheck", str(VENV / "shellcheck"), *map(str, FILES))
