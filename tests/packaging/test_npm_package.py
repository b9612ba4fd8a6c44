"""The npm package as a stranger's project has it: packed, installed, typed, bundled and run."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from firedrill import __version__
from firedrill.components.worker import library
from firedrill.components.wrangler.file import read
from firedrill.components.wrangler.upload import upload_of
from firedrill.environment import for_child
from firedrill.installed import node
from firedrill.runtime import Deployment, Request, deployed
from tests.packaging.commands import run
from tools import declarations

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = Path(__file__).with_name("typescript")
SOURCE = ROOT / declarations.PACKAGE
WORKERS_OF_THEIR_OWN = {"collector.mjs", "heartbeat.mjs"}
EXPECTED = "// @ts-expect-error: "

pytestmark = pytest.mark.workerd


def run_at_home(*command: object, folder: Path) -> str:
    """What a command prints that keeps nothing outside of the folder."""
    return run(command, folder, HOME=str(folder), WRANGLER_SEND_METRICS="false")


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What npm pack gives."""
    folder = tmp_path_factory.mktemp("packed")
    npm = shutil.which("npm") or ROOT / ".venv" / "bin" / "npm"
    return folder / run_at_home(npm, "pack", "--silent", SOURCE, folder=folder).strip()


@pytest.fixture(scope="module")
def installed(packed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was empty, with the packed package installed, the example, and its types by Wrangler."""
    project = tmp_path_factory.mktemp("installed")
    (project / "package.json").write_text('{ "private": true }')
    npm = shutil.which("npm") or ROOT / ".venv" / "bin" / "npm"
    run_at_home(npm, "install", "--offline", "--no-audit", "--no-fund", packed, folder=project)
    return with_example(project)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has the package only as an installed wheel copies it, and paths by which it is found."""
    project = with_example(tmp_path_factory.mktemp("copied"))
    library.copy(project)
    config = json.loads((project / "tsconfig.json").read_text())
    config["compilerOptions"]["paths"] = {
        "firedrill": [f"./{library.FOLDER}"],
        "firedrill/*": [f"./{library.FOLDER}/*"],
    }
    (project / "tsconfig.json").write_text(json.dumps(config))
    wrangler = json.loads((project / "wrangler.jsonc").read_text())
    names = {"firedrill": "telemetry", "firedrill/errors": "errors", "firedrill/reporter": "reporter"}
    wrangler["alias"] = {name: f"./{library.FOLDER}/{module}.mjs" for name, module in names.items()}
    (project / "wrangler.jsonc").write_text(json.dumps(wrangler))
    return project


def with_example(project: Path) -> Path:
    shutil.copytree(EXAMPLE, project, dirs_exist_ok=True)
    scope = project / "node_modules" / "@cloudflare"
    scope.mkdir(parents=True, exist_ok=True)
    (scope / "workers-types").symlink_to(ROOT / "node_modules" / "@cloudflare" / "workers-types")
    wrangler = ROOT / "node_modules" / "wrangler" / "bin" / "wrangler.js"
    run_at_home(node(ROOT), wrangler, "types", "--include-runtime=false", folder=project)
    return project


def errors(project: Path, *options: str) -> list[str]:
    """What tsc --strict says of the project."""
    command = [node(ROOT), ROOT / "node_modules/typescript/bin/tsc", "--project", project, "--strict", *options]
    done = subprocess.run(list(map(str, command)), env=for_child(), capture_output=True, text=True, check=False)
    return done.stdout.splitlines()


def names_in(package: Path) -> set[str]:
    with tarfile.open(package) as archive:
        return {name.removeprefix("package/") for name in archive.getnames()}


def test_the_package_holds_the_modules_with_their_types_and_nothing_else(packed: Path) -> None:
    files = {str(file.relative_to(SOURCE)) for file in SOURCE.rglob("*.*")}
    assert names_in(packed) == files - WORKERS_OF_THEIR_OWN | {"LICENSE"}


def test_it_is_of_this_release_and_says_whose_it_is_and_under_which_licence() -> None:
    package: dict[str, Any] = json.loads((SOURCE / "package.json").read_text())
    assert package["version"] == __version__
    assert {key for key in package if key.endswith(("ependencies", "cripts"))} == set()
    assert (package["license"], (SOURCE / "LICENSE").read_text()) == ("Apache-2.0", (ROOT / "LICENSE").read_text())
    assert package["repository"]["directory"] == "firedrill/worker"
    assert package["publishConfig"] == {"access": "public", "provenance": True}


def test_whatever_is_exported_is_there_with_its_types(packed: Path) -> None:
    exports = json.loads((SOURCE / "package.json").read_text())["exports"]
    paths = {path for each in exports.values() for path in (each.values() if isinstance(each, dict) else [each])}
    assert {path.removeprefix("./") for path in paths} <= names_in(packed)


NODE10 = ["--moduleResolution", "node", "--ignoreDeprecations", "5.0"]


@pytest.mark.parametrize(
    "options", [[], ["--allowJs", "--checkJs"], ["--experimentalDecorators"], NODE10], ids=" ".join
)
def test_strict_typescript_takes_the_example_with_the_package_from_npm(installed: Path, options: list[str]) -> None:
    assert errors(installed, *options) == []


@pytest.mark.parametrize("options", [[], ["--allowJs", "--checkJs"]], ids=" ".join)
def test_strict_typescript_takes_the_example_with_what_a_wheel_copies(copied: Path, options: list[str]) -> None:
    assert errors(copied, *options) == []


def test_each_mistake_is_an_error(installed: Path, tmp_path: Path) -> None:
    shutil.copytree(installed, tmp_path / "project", symlinks=True)
    mistakes = tmp_path / "project" / "src" / "mistakes.ts"
    lines = mistakes.read_text().splitlines()
    expected = [number for number, line in enumerate(lines, 2) if EXPECTED in line]
    mistakes.write_text("\n".join(line.replace(EXPECTED, "// ") for line in lines))
    found = [re.match(r"\S+/mistakes\.ts\((\d+),\d+\): error", line) for line in errors(tmp_path / "project")]
    assert [int(each[1]) for each in found if each] == expected


def test_a_class_without_an_exported_type_is_an_error_in_what_wrangler_types_writes(installed: Path) -> None:
    (told,) = errors(installed, "--skipLibCheck", "false")
    assert "worker-configuration.d.ts" in told
    assert "has no exported member 'Untyped'" in told


@pytest.mark.parametrize("way", ["installed", "copied"])
def test_wrangler_bundles_the_example_and_its_lines_name_each_class(way: str, request: pytest.FixtureRequest) -> None:
    project: Path = request.getfixturevalue(way)
    found = upload_of(project, read(project, "wrangler.jsonc", ""))
    objects = [each for each in found.bindings if each["type"] == "durable_object_namespace"]
    script = {"script_name": "rooms", "compatibility_date": "2026-10-01", "bindings": objects}
    with deployed(Deployment(script, found.made.code)) as worker:
        recorded = worker.take([Request()])
    assert [(each.status, each.body) for each in recorded.responses] == [(200, '{"posts":1,"left":true}')]
    lines = [json.loads(each.item["logs"][0]["message"][0]) for each in recorded.invocations]
    assert {(line["at"], line["class"], line["op"], line["result"]) for line in lines} == {
        ("object", "Room", "post", "ok"),
        ("object", "Limit", "take", "ok"),
        ("gateway", "Limit", "take", "ok"),
    }
