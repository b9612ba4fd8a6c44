"""Every case file has the same form, and says where what it expects is documented."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cases import TESTS, Case, each, load, read

FOLDERS = sorted(path.parent for path in TESTS.rglob("cases") if path.is_dir())
CASES = [case for folder in FOLDERS for case in load(folder)]
PAGES = (
    "developers.cloudflare.com/",
    "docs.datadoghq.com/",
    "docs.oracle.com/",
    "docs/",
    "github.com/DataDog/",
    "github.com/vectordotdev/",
    "registry.terraform.io/",
)


def test_every_folder_of_cases_is_run_by_a_test_beside_it() -> None:
    assert [folder for folder in FOLDERS if not (folder / "test_cases.py").exists()] == []


@pytest.mark.parametrize("case", CASES, ids=[str(case.path.relative_to(TESTS)) for case in CASES])
def test_a_case_names_its_page_and_expects_something(case: Case) -> None:
    assert case.page.startswith(PAGES)
    assert not case.page.startswith("docs/") or (TESTS.parent / case.page).exists()
    assert case.note == "" or case.note.endswith((".", "!"))
    assert case.given
    assert case.expected


def test_a_file_with_a_key_that_no_case_has_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "cases" / "group" / "name.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"page": "docs/cli.md", "given": {"a": 1}, "expected": {"b": 2}}))
    assert load(tmp_path) == [Case(file, "group/name", "docs/cli.md", {"a": 1}, {"b": 2})]
    file.write_text(json.dumps({"page": "docs/cli.md", "given": {}, "expected": {}, "about": "x"}))
    with pytest.raises(TypeError, match="about"):
        read(file, "group/name")


def test_a_folder_without_a_case_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no case in"):
        load(tmp_path)
    with pytest.raises(AssertionError):
        each([])
