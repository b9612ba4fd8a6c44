"""Documentation that cannot rot: what it names exists, what exists is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from typer.main import get_command

from firedrill.cli import app
from tests.shipped_monitors import of_stack
from tools.browser.pictures import PICTURES

ROOT = Path(__file__).resolve().parents[1]
KEYS = ROOT / "firedrill" / "components" / "config" / "keys.yaml"
README = (ROOT / "README.md").read_text()
OWN = (
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "worker/README.md",
    "examples/chat-room/README.md",
)
PAGES = sorted([*(ROOT / page for page in OWN), *(ROOT / "docs").rglob("*.md")])
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]


def test_the_readme_opens_with_one_sentence_one_command_and_its_output() -> None:
    blocks = re.findall(r"```\n(.*?)```", README, re.DOTALL)
    assert blocks[0] == "make drill\n"
    assert blocks[1].startswith("stack dev: proven in ")
    monitors = len(of_stack("dev"))
    assert f"conversation-state: {monitors} of {monitors} alerts proven, " in blocks[1]
    assert max(map(len, blocks[1].splitlines())) <= 80


def test_the_readme_shows_pictures_of_the_report_that_a_tool_makes() -> None:
    shown = re.findall(r"!\[[^\]]{20,}\]\((.+?)\)", README)
    assert shown == list(PICTURES.values())
    for name in shown:
        file = ROOT / name
        assert file.read_bytes().startswith(b"\x89PNG")
        assert file.stat().st_size < 150_000
    opening, _, _ = README.partition("## Install")
    assert len(opening.splitlines()) < 35


def test_every_command_is_in_the_readme() -> None:
    missing = [name for name in COMMANDS if f"firedrill {name}" not in README and f"`{name}`" not in README]
    assert missing == []


def test_every_documented_make_target_exists() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`?make (\w+)", README)) <= targets


def test_every_config_key_is_described_with_its_type() -> None:
    declared = yaml.safe_load(KEYS.read_text())
    page = (ROOT / "docs" / "config.md").read_text()
    for key, entry in declared.items():
        assert entry.get("type") or entry["secret"], key
        assert f"`{key}`" in page, key
        assert " ".join(entry["description"].split()) in page, key


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
