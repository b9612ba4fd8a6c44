"""What CI tells on GitHub: one comment on a pull request and one issue about drift, each updated in place.

    python3 tools/ci/github.py comment FILE       the diff, on the pull request of the workflow_run event
    python3 tools/ci/github.py drift STACK...     reports/drift-STACK.md of all stacks, as one issue

Runs under the runner's Python with the standard library alone: a job with a token that can write installs nothing.
Source: docs.github.com/en/rest: issues/comments, issues/issues, pulls/pulls
"""

from __future__ import annotations

import json
import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

DIFF = "<!-- firedrill-diff -->"
DRIFT = "<!-- firedrill-drift -->"
AUTHOR = "github-actions[bot]"
"""Whom the workflow's own token writes as: what anybody else has marked is left alone."""
LIMIT = 60_000
"""Characters of a report; GitHub takes 65,536 in all."""
PAGE = 100


class GitHub:
    """The repository's REST API, as the workflow's token may use it."""

    def __init__(self, api: str, repository: str, token: str) -> None:
        self._base, self._token = f"{api}/repos/{repository}", token

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The answer as JSON; raises HTTPError for a refusal."""
        request = urllib.request.Request(  # noqa: S310 - the API's address comes from the runner
            f"{self._base}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._token}", "Accept": "application/vnd.github+json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.load(answer)

    def all(self, path: str, **parameters: str) -> Iterator[Any]:
        """Everything in a list, page after page."""
        page = 1
        while True:
            found = self.call("GET", f"{path}?{urlencode({**parameters, 'per_page': PAGE, 'page': page})}")
            yield from found
            if len(found) < PAGE:
                return
            page += 1


def comment(github: GitHub, event: dict[str, Any], file: Path) -> str:
    """Tell the diff on the pull request whose checks have run; returns what was done.

    The report was made by code of the pull request and may say anything: it reaches the comment as quoted text that
    mentions nobody, and the pull request is found from the event alone.
    """
    run = event["workflow_run"]
    head = f"{run['head_repository']['owner']['login']}:{run['head_branch']}"
    pulls = [each for each in github.all("/pulls", state="open", head=head) if each["head"]["sha"] == run["head_sha"]]
    if not pulls:
        return f"no open pull request has {run['head_sha']} as its head any more; nothing to tell."
    report = _read(file).removeprefix(DIFF).strip()
    told = report or "The diff could not be made: see the run."
    reports = f"[run and reports]({run['html_url']}), where diff.html shows the alerts before and after side by side"
    body = f"{DIFF}\n{told}\n\n---\nMade by the code of {run['head_sha']}: {reports}\n"
    done = []
    for pull in pulls:
        path = f"/issues/{pull['number']}/comments"
        own = [each for each in github.all(path) if _is_own(each, DIFF)]
        if own:
            github.call("PATCH", f"/issues/comments/{own[0]['id']}", {"body": body})
        else:
            github.call("POST", path, {"body": body})
        done.append(f"{'updated' if own else 'made'} the comment on #{pull['number']}.")
    return "\n".join(done)


def drift(github: GitHub, folder: Path, stacks: list[str], run_url: str) -> str:
    """Open or update the issue about drift, or close it when no stack has any; returns what was done."""
    reports = {stack: folder / f"drift-{stack}.md" for stack in stacks}
    found = [
        _read(file).strip() if file.exists() else f"### `{stack}` could not be compared"
        for stack, file in reports.items()
    ]
    told = [each for each in found if each]
    own = [each for each in github.all("/issues", state="open") if _is_own(each, DRIFT)]
    if not told:
        for issue in own:
            github.call("PATCH", f"/issues/{issue['number']}", {"state": "closed", "state_reason": "completed"})
        return f"no drift; closed #{own[0]['number']}." if own else "no drift."
    body = "\n\n".join([DRIFT, *(each[: LIMIT // len(told)] for each in told), f"[The newest run]({run_url})"])
    if own:
        github.call("PATCH", f"/issues/{own[0]['number']}", {"body": body})
        return f"updated #{own[0]['number']}."
    issue = github.call("POST", "/issues", {"title": "Deployed stacks have drifted", "body": body})
    return f"opened #{issue['number']}."


def _is_own(item: dict[str, Any], mark: str) -> bool:
    return (item.get("body") or "").startswith(mark) and item["user"]["login"] == AUTHOR


def _read(file: Path) -> str:
    """The report, cut to what GitHub takes, its mentions harmless; "" where there is none."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)  # a link could lead out of what was handed over
    except OSError:
        return ""
    with os.fdopen(descriptor, encoding="utf-8", errors="replace") as opened:
        text = opened.read(LIMIT + 1)
    if len(text) > LIMIT:
        whole_lines = text[:LIMIT].rpartition("\n")[0]
        folded = "\n\n</details>" * (whole_lines.count("<details>") - whole_lines.count("</details>"))
        text = f"{whole_lines}{folded}\n\nCut here: the reports of the run have all of it."
    return re.sub(r"@(?=\w)", "@\N{ZERO WIDTH SPACE}", text)


def main(arguments: list[str]) -> int:
    """Run a command with what the runner has put into the environment; returns the exit code."""
    environment = os.environ
    github = GitHub(environment["GITHUB_API_URL"], environment["GITHUB_REPOSITORY"], environment["GITHUB_TOKEN"])
    try:
        match arguments:
            case ["comment", file]:
                event = json.loads(Path(environment["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
                print(comment(github, event, Path(file)))
            case ["drift", *stacks] if stacks:
                run = f"{environment['GITHUB_SERVER_URL']}/{environment['GITHUB_REPOSITORY']}/actions/runs"
                print(drift(github, Path("reports"), stacks, f"{run}/{environment['GITHUB_RUN_ID']}"))
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except urllib.error.HTTPError as error:
        print(f"GitHub refuses {error.url}: {error.code} {error.reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
