"""What each program that we start finds in its environment: nothing that is not meant for it."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bench import preview
from bench.overhead import variants
from firedrill.components.problems import DeclarationError
from firedrill.components.worker import bundle
from firedrill.engine import binary
from firedrill.engine.process import Engine
from firedrill.engine.workspace import Workspace
from firedrill.environment import PYTHON, for_child
from firedrill.errors import CannotRun
from firedrill.installed import NODE_IN_VENV, NODE_VENV
from firedrill.render import render, render_all
from firedrill.resources import Resource
from firedrill.review.consequences import lost_fields
from firedrill.review.revisions import checkout
from firedrill.runtime import workerd
from firedrill.script_code import code_breaches
from firedrill.sinks.programs import Programs
from firedrill.vendors.cloudflare.rules.migrations import Live
from firedrill.vendors.errors import FiredrillError
from tools import check, declarations, setup
from tools.browser import opened as browser
from tools.browser import pictures
from tools.engine import build

ROOT = Path(__file__).parents[1]
PLANTED = (
    *("AWS_SECRET_ACCESS_KEY", "CLOUDFLARE_API_TOKEN", "DATADOG_APP_KEY", "DD_API_KEY", "GITHUB_TOKEN", "GIT_TOKEN"),
    *("GOOGLE_APPLICATION_CREDENTIALS", "PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG", "PULUMI_CONFIG_PASSPHRASE"),
    *("PULUMI_CONFIG_SECRET_KEYS", "SHOP_PASSWORD", "telemetrySalt"),
)
FROM_A_SHELL = {"OLDPWD", "PWD", "SHLVL", "_"}
"""What /bin/sh adds by itself."""
WRITES_IT_DOWN = """
import os
from pathlib import Path
Path("environment").write_text("\\n".join(f"{name}={value}" for name, value in os.environ.items()))
"""

Seen = Callable[[], dict[str, str]]


@pytest.fixture
def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Seen:
    """What the stand-in found in its environment; ours has secrets, and PATH begins with the stand-in's folder."""
    for name in PLANTED:
        monkeypatch.setenv(name, "planted")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")

    def read() -> dict[str, str]:
        lines = (tmp_path / "environment").read_text().splitlines()
        found = dict(line.split("=", 1) for line in lines if "=" in line)
        return {name: value for name, value in found.items() if name not in FROM_A_SHELL}

    return read


@pytest.fixture
def stand_in(tmp_path: Path) -> Callable[[str], Path]:
    """Puts a program at a path under the test's folder that writes down its environment, and fails."""

    def put(path: str) -> Path:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            f"#!/bin/sh\n/usr/bin/env > '{tmp_path}/environment'\necho v3.200.0\necho refused >&2\nexit 1\n"
        )
        file.chmod(0o755)
        return file

    return put


StandIn = Callable[[str], Path]


def test_esbuild_gets_only_where_packages_are(seen: Seen, stand_in: StandIn, tmp_path: Path) -> None:
    stand_in("node_modules/@esbuild/any/bin/esbuild")
    (tmp_path / "entry.mjs").write_text("")
    with pytest.raises(DeclarationError):
        bundle.build(tmp_path, "shop", "entry.mjs", [])
    assert seen() == {"NODE_PATH": str(tmp_path / ".firedrill/lib")}


def test_workerd_gets_what_any_program_gets(seen: Seen, stand_in: StandIn) -> None:
    with pytest.raises(CannotRun), workerd.serve({}, ["http"], program=stand_in("workerd")):
        pass
    assert seen() == for_child()


def test_a_program_that_is_rendered_gets_what_a_python_gets(seen: Seen, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: tiny\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    (tmp_path / "__main__.py").write_text(WRITES_IT_DOWN)
    rendered: list[Resource] = render("dev", tmp_path)
    assert rendered == []
    found = seen()
    assert found.pop("PULUMI_CONFIG") == "{}"  # the rendering's own: the stack has no config
    assert found.pop("PYTHONPATH").split(os.pathsep)[0] == str(ROOT)
    assert found == for_child(*(name for name in PYTHON if name != "PYTHONPATH"))


def test_programs_that_are_rendered_together_get_what_one_gets(seen: Seen, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: tiny\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    (tmp_path / "__main__.py").write_text(WRITES_IT_DOWN)
    assert render_all([("dev", tmp_path)])["dev", tmp_path]() == []
    found = seen()
    assert found.pop("PULUMI_CONFIG") == "{}"
    assert found.pop("PYTHONPATH").split(os.pathsep)[0] == str(ROOT)
    assert found == for_child(*(name for name in PYTHON if name != "PYTHONPATH"))


def test_the_code_of_a_revision_gets_what_a_python_gets(seen: Seen, tmp_path: Path) -> None:
    for root, code in ((tmp_path / "before", "FIELDS = []\n"), (tmp_path, f"{WRITES_IT_DOWN}FIELDS = []\n")):
        (root / "firedrill" / "components").mkdir(parents=True)
        for folder in ("firedrill", "firedrill/components"):
            (root / folder / "__init__.py").touch()  # else the installed package would be found before it
        (root / "firedrill" / "components" / "telemetry.py").write_text(code)
    assert lost_fields(tmp_path / "before", tmp_path) == []
    assert seen() == for_child(*PYTHON)


def test_git_gets_its_own_settings_only(
    seen: Seen, stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in("bin/git")
    monkeypatch.setenv("GIT_DIR", "/somewhere/.git")
    with pytest.raises(FiredrillError), checkout(tmp_path, "main"):
        pass
    found = seen()
    assert found["GIT_DIR"] == "/somewhere/.git"
    assert not found.keys() & set(PLANTED)


@pytest.mark.parametrize("shown", [True, False])
def test_pulumi_gets_its_own_variables_for_the_local_backend_only(
    seen: Seen, stand_in: StandIn, tmp_path: Path, shown: bool
) -> None:
    workspace = Workspace.of(tmp_path)
    engine = Engine(stand_in("pulumi"), tmp_path, workspace.environment())
    if shown:
        assert not engine.operate("up").ok
    else:
        with pytest.raises(CannotRun):
            engine.call("stack", "ls")
    found = seen()
    assert "planted" not in found.values()
    assert {name for name in found if name.startswith("PULUMI_")} == {
        "PULUMI_BACKEND_URL",
        "PULUMI_CONFIG_PASSPHRASE_FILE",
        "PULUMI_DEBUG_COMMANDS",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION",
        "PULUMI_HOME",
        "PULUMI_NEO",
        "PULUMI_SKIP_UPDATE_CHECK",
    }
    assert {name: value for name, value in found.items() if not name.startswith("PULUMI_")} == for_child()


def test_a_pulumi_that_is_asked_for_its_version_gets_what_any_program_gets(seen: Seen, stand_in: StandIn) -> None:
    assert binary.version_of(str(stand_in("bin/pulumi"))) == "3.200.0"
    assert seen() == for_child() | {"PULUMI_SKIP_UPDATE_CHECK": "true"}


def test_the_guard_gets_what_any_program_gets(seen: Seen, stand_in: StandIn, tmp_path: Path) -> None:
    stand_in("bin/rm")
    os.mkfifo(tmp_path / "environment")  # to be read as soon as the guard, which outlives its parent, runs rm
    dying = (
        "import os, subprocess\nfrom pathlib import Path\nfrom firedrill.guard import guarded\n"
        "process = subprocess.Popen(['/bin/sleep', '60'], start_new_session=True)\n"
        "with guarded(process, Path('leftover')):\n    os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", dying], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert seen() == for_child()


def test_what_set_up_runs_gets_the_settings_of_package_managers_only(
    seen: Seen, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://packages.example")
    assert setup.run([str(stand_in("bin/pip"))]) != ""  # by firedrill.setup, which runs npm and pip for any project
    found = seen()
    assert found["PIP_INDEX_URL"] == "https://packages.example"
    assert not found.keys() & set(PLANTED)


def test_what_the_checks_run_gets_what_a_python_gets(seen: Seen, stand_in: StandIn) -> None:
    assert not check.passes("stand-in", [str(stand_in("bin/ruff"))])
    assert seen() == for_child(*PYTHON)


def test_go_gets_its_own_settings_only(
    seen: Seen, stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in("bin/go")
    monkeypatch.setenv("GOFLAGS", "-mod=mod")
    assert build.build(tmp_path) == 2
    found = seen()
    assert found["GOFLAGS"] == "-mod=mod"
    assert not found.keys() & set(PLANTED)


def test_what_the_benchmark_measures_gets_what_any_program_gets(seen: Seen, stand_in: StandIn, tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        preview._run([str(stand_in("bin/python"))], tmp_path)
    assert seen() == for_child() | {"PYTHONPATH": str(ROOT)}


def test_npm_in_the_benchmark_gets_its_own_settings_only(
    seen: Seen, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in("bin/npm")
    monkeypatch.setattr(variants, "_installed", lambda name: "")
    monkeypatch.setattr(sys, "executable", str(stand_in("bin/python")))
    with pytest.raises(CannotRun):
        variants.install_peers()
    assert not seen().keys() & set(PLANTED)


def test_what_reads_the_code_of_an_upload_gets_what_any_program_gets(
    seen: Seen, stand_in: StandIn, tmp_path: Path
) -> None:
    stand_in(f"{NODE_VENV}/lib/python3.11/{NODE_IN_VENV}")
    assert not list(code_breaches({}, "export default {}", Live(), "2026-11-20T12:00:00Z", tmp_path))
    assert seen() == for_child()


@pytest.fixture
def sinks(stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Programs]:
    """What starts services for destinations, where all of them are stand-ins."""
    stand_in("bin/node")
    stand_in(".firedrill/bin/fake-gcs-server")
    stand_in(".firedrill/sinks/node_modules/azurite/dist/src/blob/main.js")
    monkeypatch.setattr(sys, "executable", str(stand_in("bin/python")))
    with ExitStack() as ends:
        yield Programs(tmp_path, ends, tmp_path / "files")


def test_the_service_of_amazon_gets_what_a_python_gets(seen: Seen, sinks: Programs) -> None:
    assert sinks.aws
    found = seen()
    assert found.pop("PYTHONPATH").split(os.pathsep)[0] == str(ROOT)
    assert found == for_child(*(name for name in PYTHON if name != "PYTHONPATH"))


def test_the_service_of_google_gets_what_any_program_gets(seen: Seen, sinks: Programs) -> None:
    with pytest.raises(CannotRun):
        assert sinks.gcs
    assert seen() == for_child()


def test_the_service_of_azure_gets_its_account_besides(seen: Seen, sinks: Programs) -> None:
    with pytest.raises(CannotRun):
        sinks.azure("archive", "made-up")
    assert seen() == {**for_child(), "AZURITE_ACCOUNTS": "archive:made-up"}


def test_the_browser_gets_what_any_program_gets(
    seen: Seen, stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in("bin/node")
    (tmp_path / "stamp").touch()
    monkeypatch.setattr(browser, "FOLDER", tmp_path)
    monkeypatch.setattr(browser, "BROWSERS", ())
    with pytest.raises(CannotRun):
        browser.opened(tmp_path / "page.html")
    assert seen() == for_child() | {"CHROMIUM": "", "TMPDIR": str(tmp_path / "unpacked")}


def test_typescript_gets_what_any_program_gets(
    seen: Seen, stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in("bin/node")
    monkeypatch.setattr(declarations, "ROOT", tmp_path)
    assert declarations.main([]) == 1
    assert seen() == for_child()


def test_the_drill_that_is_pictured_gets_what_a_python_gets(
    seen: Seen, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(stand_in("bin/python")))
    assert pictures.main() == 1
    found = seen()
    assert found.pop("PYTHONPATH").split(os.pathsep)[0] == str(ROOT)
    assert found == for_child(*(name for name in PYTHON if name != "PYTHONPATH"))


STARTED = {
    "bench/command.py": ("python",),
    "bench/growth.py": ("python",),
    "bench/overhead/variants.py": ("esbuild", "npm"),
    "bench/preview.py": ("python",),
    "firedrill/script_code.py": ("node",),
    "firedrill/components/worker/bundle.py": ("esbuild",),
    "firedrill/components/wrangler/upload.py": ("wrangler",),
    "firedrill/engine/binary.py": ("pulumi",),
    "firedrill/engine/process.py": ("pulumi", "pulumi"),
    "firedrill/guard.py": ("sh",),
    "firedrill/installed.py": ("node",),
    "firedrill/live/detached.py": ("python",),
    "firedrill/render/__init__.py": ("python", "python"),
    "firedrill/review/consequences.py": ("python",),
    "firedrill/review/revisions.py": ("git",),
    "firedrill/runtime/miniflare/plan.py": ("node",),
    "firedrill/runtime/workerd.py": ("workerd",),
    "firedrill/setup.py": ("pip and npm",),
    "firedrill/sinks/programs.py": ("moto, fake-gcs-server and azurite",),
    "tools/browser/opened.py": ("node",),
    "tools/browser/pictures.py": ("python",),
    "tools/check.py": ("ruff and others",),
    "tools/declarations.py": ("node",),
    "tools/engine/build.py": ("go",),
    "tools/setup.py": ("python",),
}
"""Every place that starts a program, and what it starts. A new one needs a test of what the program finds."""
OTHER_WAYS = r"(os\.(system|popen|exec|spawn|posix_spawn)|pty\.spawn|asyncio\.(subprocess|create_subprocess)|pexpect)"


def test_every_place_that_starts_a_program_is_listed_and_says_what_it_finds() -> None:
    started = Counter[str]()
    for file, node in _nodes("bench", "firedrill", "tools"):
        place = f"{file.relative_to(ROOT)}, line {getattr(node, 'lineno', 0)}"
        assert not (isinstance(node, ast.ImportFrom) and node.module == "subprocess"), place
        if isinstance(node, ast.Attribute):
            assert not re.match(OTHER_WAYS, ast.unparse(node)), place
        if isinstance(node, ast.Call) and _starts_a_program(node.func):
            given = {keyword.arg: keyword.value for keyword in node.keywords}.get("env")
            assert given is not None, place
            assert ast.unparse(given) != "None", place
            assert "environ" not in {each.attr for each in ast.walk(given) if isinstance(each, ast.Attribute)}, place
            started[file.relative_to(ROOT).as_posix()] += 1
    assert started == {file: len(programs) for file, programs in STARTED.items()}


def _nodes(*folders: str) -> Iterator[tuple[Path, ast.AST]]:
    for folder in folders:
        for file in (ROOT / folder).rglob("*.py"):
            if "node_modules" not in file.parts:
                yield from ((file, node) for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))))


def _starts_a_program(called: ast.expr) -> bool:
    if not isinstance(called, ast.Attribute) or ast.unparse(called.value) != "subprocess":
        return False
    return called.attr not in ("CompletedProcess", "CalledProcessError", "TimeoutExpired")
