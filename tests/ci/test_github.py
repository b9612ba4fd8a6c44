"""One comment and one issue, updated in place, whatever the report says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest

from firedrill.review.report import MARK
from tools.ci import github as ci

EVENT = {
    "workflow_run": {
        "head_repository": {"owner": {"login": "someone"}},
        "head_branch": "tighter",
        "head_sha": "aaa",
        "html_url": "https://github.example/owner/project/actions/runs/4",
    }
}
BOT = {"login": "github-actions[bot]"}
ENDING = (
    "\n\n---\nMade by the code of aaa: [run and reports](https://github.example/owner/project/actions/runs/4), "
    "where diff.html shows the alerts before and after side by side\n"
)


class GitHub(Protocol):
    lists: dict[str, list[dict[str, Any]]]
    written: list[tuple[str, str, dict[str, Any]]]
    queries: list[dict[str, list[str]]]


@pytest.fixture
def on_pull_request(github: GitHub, environment: Callable[[object], None]) -> GitHub:
    """A repository with one open pull request, whose checks have run."""
    environment(EVENT)
    github.lists = {"/pulls": [{"number": 3, "head": {"sha": "aaa"}}], "/issues/3/comments": []}
    return github


def comment(report: str) -> int:
    Path("reports/diff.md").write_text(report)
    return ci.main(["comment", "reports/diff.md"])


def test_the_first_report_makes_a_comment(on_pull_request: GitHub, capsys: pytest.CaptureFixture[str]) -> None:
    assert comment(f"{MARK}\n## Monitoring\n") == 0
    assert on_pull_request.written == [("POST", "/issues/3/comments", {"body": f"{MARK}\n## Monitoring{ENDING}"})]
    assert capsys.readouterr().out == "made the comment on #3.\n"


def test_the_next_report_takes_its_place(on_pull_request: GitHub) -> None:
    others = [{"id": number, "body": "nice", "user": {"login": "someone"}} for number in range(150)]
    on_pull_request.lists["/issues/3/comments"] = [*others, {"id": 500, "body": f"{MARK}\nold", "user": BOT}]
    comment(f"{MARK}\nnew\n")
    assert [each[:2] for each in on_pull_request.written] == [("PATCH", "/issues/comments/500")]


def test_a_comment_that_somebody_else_has_marked_is_left_alone(on_pull_request: GitHub) -> None:
    on_pull_request.lists["/issues/3/comments"] = [{"id": 9, "body": f"{MARK}\nmine", "user": {"login": "someone"}}]
    comment("new")
    assert [each[:2] for each in on_pull_request.written] == [("POST", "/issues/3/comments")]


def test_the_pull_request_is_asked_for_by_its_head(on_pull_request: GitHub) -> None:
    comment("new")
    assert on_pull_request.queries[0]["head"] == ["someone:tighter"]


def test_a_report_of_a_commit_that_is_no_longer_the_head_is_not_told(
    on_pull_request: GitHub, capsys: pytest.CaptureFixture[str]
) -> None:
    on_pull_request.lists["/pulls"][0]["head"]["sha"] = "bbb"
    assert comment("old") == 0
    assert on_pull_request.written == []
    assert capsys.readouterr().out == "no open pull request has aaa as its head any more; nothing to tell.\n"


def test_a_report_that_was_not_made_is_told_too(on_pull_request: GitHub) -> None:
    assert ci.main(["comment", "reports/diff.md"]) == 0
    assert on_pull_request.written[0][2]["body"] == f"{MARK}\nThe diff could not be made: see the run.{ENDING}"


def test_a_report_mentions_nobody(on_pull_request: GitHub) -> None:
    comment("- tells @pagerduty-team instead of @slack-team, a@b")
    assert "@pagerduty" not in on_pull_request.written[0][2]["body"]
    assert "@\N{ZERO WIDTH SPACE}pagerduty-team" in on_pull_request.written[0][2]["body"]


def test_a_report_that_is_a_link_is_not_followed(on_pull_request: GitHub, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("of the runner")
    Path("reports/diff.md").symlink_to(tmp_path / "secret")
    ci.main(["comment", "reports/diff.md"])
    assert "of the runner" not in on_pull_request.written[0][2]["body"]


def test_a_long_report_is_cut_at_a_line_with_what_is_folded_closed(on_pull_request: GitHub) -> None:
    comment("<details>\n\n" + "- a line\n" * 10_000)
    body = on_pull_request.written[0][2]["body"]
    assert len(body) < 65_536
    assert body.endswith(f"- a line\n\n</details>\n\nCut here: the reports of the run have all of it.{ENDING}")


def drift(*stacks: str) -> int:
    return ci.main(["drift", *stacks])


def test_drift_opens_an_issue(
    github: GitHub, environment: Callable[[object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    environment({})
    github.lists = {"/issues": []}
    Path("reports/drift-dev.md").write_text("")
    Path("reports/drift-prod.md").write_text("### `prod` has drifted\n")
    assert drift("dev", "prod") == 0
    body = (
        f"{ci.DRIFT}\n\n### `prod` has drifted\n\n[The newest run](https://github.example/owner/project/actions/runs/5)"
    )
    assert github.written == [("POST", "/issues", {"title": "Deployed stacks have drifted", "body": body})]
    assert capsys.readouterr().out == "opened #7.\n"


def test_drift_that_lasts_updates_the_issue(github: GitHub, environment: Callable[[object], None]) -> None:
    environment({})
    github.lists = {"/issues": [{"number": 4, "body": None, "user": BOT}, {"number": 5, "body": ci.DRIFT, "user": BOT}]}
    Path("reports/drift-dev.md").write_text("### `dev` has drifted\n")
    assert drift("dev") == 0
    assert [each[:2] for each in github.written] == [("PATCH", "/issues/5")]


def test_the_issue_is_closed_when_no_stack_has_drifted(
    github: GitHub, environment: Callable[[object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    environment({})
    github.lists = {"/issues": [{"number": 5, "body": ci.DRIFT, "user": BOT}]}
    Path("reports/drift-dev.md").write_text("")
    assert drift("dev") == 0
    assert github.written == [("PATCH", "/issues/5", {"state": "closed", "state_reason": "completed"})]
    assert capsys.readouterr().out == "no drift; closed #5.\n"


def test_a_stack_without_a_report_keeps_the_issue_open(github: GitHub, environment: Callable[[object], None]) -> None:
    environment({})
    github.lists = {"/issues": []}
    Path("reports/drift-dev.md").write_text("")
    assert drift("dev", "prod") == 0
    assert "### `prod` could not be compared" in github.written[0][2]["body"]


def test_no_drift_and_no_issue_is_nothing_to_tell(github: GitHub, environment: Callable[[object], None]) -> None:
    environment({})
    github.lists = {"/issues": []}
    Path("reports/drift-dev.md").write_text("")
    assert drift("dev") == 0
    assert github.written == []


def test_a_refusal_of_github_is_one_line(
    github: GitHub, environment: Callable[[object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    environment({})
    assert drift("dev") == 1
    assert capsys.readouterr().err.endswith(
        "/repos/owner/project/issues?state=open&per_page=100&page=1: 404 Not Found\n"
    )


def test_other_arguments_print_what_there_is(environment: Callable[[object], None]) -> None:
    environment({})
    assert ci.main(["drift"]) == 2


def test_the_diff_is_found_by_the_mark_that_it_carries() -> None:
    assert ci.DIFF == MARK
