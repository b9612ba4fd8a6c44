"""What is installed: every package by its hash, on every platform, from whichever registry is configured."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ["requirements", "requirements-node"]
NODE = [".", "bench/overhead", "tools/browser"]


def locked(name: str) -> dict[str, list[str]]:
    """The hashes of each `package==version` of a lock file."""
    entries: dict[str, list[str]] = {}
    for entry in re.split(r"\n(?=\S)", (ROOT / f"{name}.txt").read_text()):
        if not entry.startswith("#"):
            entries[entry.split()[0]] = re.findall(r"--hash=(sha256:[0-9a-f]{64})", entry)
    return entries


def npm(folder: str) -> dict[str, Any]:
    lock: dict[str, Any] = json.loads((ROOT / folder / "package-lock.json").read_text())
    return lock


@pytest.mark.parametrize("name", PYTHON)
def test_every_python_package_has_its_hashes(name: str) -> None:
    assert [package for package, hashes in locked(name).items() if not hashes] == []


@pytest.mark.parametrize("name", PYTHON)
def test_what_is_asked_for_is_locked_at_the_version_that_is_asked_for(name: str) -> None:
    packages = {package.partition("==")[0] for package in locked(name)} | set(locked(name))
    asked = re.findall(r"^[a-z][^\s#]*", (ROOT / f"{name}.in").read_text(), re.MULTILINE)
    assert asked
    assert [package for package in asked if package not in packages] == []


def test_what_the_package_needs_is_what_is_locked_and_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    own = (each for name, extra in extras.items() if name != "all" for each in extra)
    needed = [Requirement(each) for each in (*project["dependencies"], *own)]
    versions = dict(package.split("==") for package in locked("requirements"))
    assert [str(each) for each in needed if versions[each.name] not in each.specifier] == []
    runtime = (ROOT / "requirements.in").read_text().partition("# What the checks run on.")[0]
    assert {each.name for each in needed} == set(re.findall(r"^[a-z][a-z0-9-]*", runtime, re.MULTILINE))


@pytest.mark.parametrize("folder", NODE)
def test_the_npm_lock_file_is_of_the_manifest_beside_it(folder: str) -> None:
    manifest = json.loads((ROOT / folder / "package.json").read_text())
    root = npm(folder)["packages"][""]
    for kind in ("dependencies", "devDependencies"):
        assert root.get(kind) == manifest.get(kind), kind


@pytest.mark.parametrize("folder", NODE)
def test_every_npm_package_has_its_hash_and_no_address(folder: str) -> None:
    packages = {name: entry for name, entry in npm(folder)["packages"].items() if name}
    assert [name for name, entry in packages.items() if not entry["integrity"].startswith("sha512-")] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []


def test_the_binaries_of_every_platform_are_locked() -> None:
    packages = npm(".")["packages"]
    for tool in ("esbuild", "workerd"):
        binaries = packages[f"node_modules/{tool}"]["optionalDependencies"]
        assert len(binaries) >= 5
        for name, version in binaries.items():
            assert packages[f"node_modules/{name}"]["version"] == version
