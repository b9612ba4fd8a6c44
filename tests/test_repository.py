"""What a stranger expects beside the code: the files that say how to report, update, commit and release."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from firedrill import __version__

ROOT = Path(__file__).resolve().parents[1]
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
MANIFESTS = {"requirements.in": "uv", "package.json": "npm", "go.mod": "gomod"}
NOT_OURS = {".venv", ".firedrill", "node_modules"}
PINS_NOTHING = Path("firedrill", "worker")


def load(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text())


def test_the_changelog_has_a_section_for_the_version_under_the_unreleased_one() -> None:
    sections = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert sections[0] == "[Unreleased]"
    assert re.fullmatch(rf"\[{re.escape(__version__)}\] - \d{{4}}-\d\d-\d\d", sections[1])


def test_a_change_is_of_a_kind_that_keep_a_changelog_knows() -> None:
    kinds = set(re.findall(r"^### (.*)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_updates_are_looked_for_wherever_something_is_pinned() -> None:
    places = {("github-actions", "/")}
    for name, ecosystem in MANIFESTS.items():
        for manifest in ROOT.rglob(name):
            folder = manifest.parent.relative_to(ROOT)
            if not NOT_OURS & set(folder.parts) and folder != PINS_NOTHING:
                places.add((ecosystem, f"/{folder}".replace("/.", "/")))
    updates = load(".github/dependabot.yml")["updates"]
    looked = {
        (update["package-ecosystem"], folder)
        for update in updates
        for folder in update.get("directories") or [update["directory"]]
    }
    assert looked == places
    assert all(update["groups"] and update["cooldown"] for update in updates)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_an_issue_form_asks_for_what_github_can_show(form: Path) -> None:
    asked = load(str(form.relative_to(ROOT)))
    assert {"name", "description", "body"} <= set(asked)
    fields = [field for field in asked["body"] if field["type"] != "markdown"]
    assert all(field["attributes"]["label"] for field in fields)
    assert len({field["id"] for field in fields}) == len(fields)


def test_every_hook_runs_a_tool_that_set_up_installs_or_that_is_here() -> None:
    config = load(".pre-commit-config.yaml")
    hooks = [hook for repository in config["repos"] for hook in repository["hooks"]]
    stages = {stage for hook in hooks for stage in hook.get("stages", config["default_stages"])}
    assert stages == set(config["default_install_hook_types"])
    for hook in hooks:
        program, *arguments = hook["entry"].split()
        assert (ROOT / program).exists(), hook["id"]
        assert all((ROOT / word).exists() for word in arguments if word.endswith(".py")), hook["id"]
