"""The command as a whole: its own options, where it finds a project, and how fast it starts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from firedrill import __version__
from firedrill.environment import PYTHON, for_child
from tests.command_line import firedrill
from tools.pages.cli_page import commands

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A small project of another name, with a folder inside."""
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "Pulumi.live.yaml").write_text("config: {}\n")
    (tmp_path / "src" / "deep").mkdir(parents=True)
    return tmp_path


def test_the_version_is_told() -> None:
    assert firedrill("--version")[:3] == (0, f"firedrill {__version__}\n", "")


@pytest.mark.parametrize("name", ["", *commands()])
def test_help_has_a_short_name_everywhere(name: str) -> None:
    short, long = (firedrill(*filter(None, [name]), option) for option in ("-h", "--help"))
    assert short == long
    assert f"Usage: firedrill {name}" in short.out


def test_nothing_large_is_imported_for_help_and_version() -> None:
    code = """
import sys
from firedrill.cli import run
for option in ("--version", "-h"):
    sys.argv = ["firedrill", option]
    try:
        run()
    except SystemExit as ended:
        assert not ended.code
large = {"grpc", "lark", "numpy", "pulumi", "pulumi_cloudflare", "pulumi_datadog", "pydantic", "regex", "yaml"}
sys.stderr.write(", ".join(sorted(large & {name.partition(".")[0] for name in sys.modules})))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=for_child(*PYTHON), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_given_what_completes_a_command(shell: str) -> None:
    words = {"COMP_WORDS": "firedrill dri", "COMP_CWORD": "1", "_TYPER_COMPLETE_ARGS": "firedrill dri"}
    environment = {**for_child(*PYTHON), **words, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    done = subprocess.run(
        [sys.executable, "-m", "firedrill"],
        cwd=ROOT,
        env={**environment, "_FIREDRILL_COMPLETE": f"complete_{shell}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "drill" in done.stdout
    assert "render" not in done.stdout


def test_a_command_runs_as_if_started_in_the_folder_that_is_given(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop.parent)
    done = firedrill("-C", str(shop), "render", "--stack", "dev")
    assert done.err == "firedrill: There is no stack 'dev': Pulumi.dev.yaml does not exist. Stacks: live.\n"


def test_each_folder_is_entered_from_the_one_before(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop.parent)
    (shop / "src" / "resources.json").write_text("{")
    done = firedrill("-C", str(shop), "-C", "src", "check", "--resources", "resources.json")
    assert done.err.startswith("firedrill: resources.json")


def test_a_folder_that_does_not_exist_is_refused() -> None:
    done = firedrill("-C", "nowhere", "render")
    assert done[:3] == (
        2,
        "",
        "firedrill: cannot change to the folder 'nowhere': No such file or directory; correct -C\n",
    )


def test_a_project_is_found_from_a_folder_inside(shop: Path) -> None:
    done = firedrill("render", "--stack", "dev", folder=shop / "src" / "deep")
    assert done.err == "firedrill: There is no stack 'dev': Pulumi.dev.yaml does not exist. Stacks: live.\n"


def test_the_nearest_of_two_projects_is_taken(shop: Path) -> None:
    (shop / "src" / "Pulumi.yaml").write_text("name: inner\nruntime: python\n")
    (shop / "src" / "Pulumi.inner.yaml").write_text("config: {}\n")
    done = firedrill("render", "--stack", "dev", folder=shop / "src" / "deep")
    assert done.err.endswith("Stacks: inner.\n")


def test_where_there_is_no_project_the_folder_is_named(tmp_path: Path) -> None:
    done = firedrill("render", folder=tmp_path)
    assert done[:3] == (
        2,
        "",
        f"firedrill: There is no Pulumi.yaml in '{tmp_path}' or in a folder above it; "
        "run this in the folder of a Pulumi project.\n",
    )


@pytest.mark.parametrize("asked", [{"NO_COLOR": "1"}, {}])
def test_colours_are_off_when_asked(asked: dict[str, str]) -> None:
    environment = {**for_child(*PYTHON), "FORCE_COLOR": "1", **asked}
    options = [] if asked else ["--no-color"]
    run = [sys.executable, "-m", "firedrill", *options, "drill", "-h"]
    coloured = subprocess.run([*run[:3], *run[-2:]], cwd=ROOT, env={**environment, "NO_COLOR": ""}, capture_output=True)
    plain = subprocess.run(run, cwd=ROOT, env=environment, capture_output=True)
    assert b"\x1b[1;3" in coloured.stdout
    assert b"\x1b[1;3" not in plain.stdout


def test_a_choice_of_no_colours_is_handed_to_what_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    firedrill("--no-color", "check", "--resources", "nowhere.json")
    assert os.environ["NO_COLOR"] == "1"
    assert for_child()["NO_COLOR"] == "1"


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("check --resources - <&-", 2, "firedrill: standard input is empty; it has to be JSON.\n"),
        ("check --resources nothing 2>&-", 2, ""),
        ("--version >&-", 0, ""),
        ("check --resources empty.json >/dev/full", 2, "firedrill: the system refused: No space left on device.\n"),
        ("--version >/dev/full", 2, "firedrill: the system refused: No space left on device.\n"),
    ],
)
def test_a_standard_stream_that_is_closed_or_full_is_no_traceback(
    tmp_path: Path, line: str, code: int, told: str
) -> None:
    (tmp_path / "empty.json").write_text(
        '[{"name": "p", "is_enabled": true, "filter": {"query": "*"}, "processors": []}]'
    )
    done = _shell(f"{_PYTHON} {line}", tmp_path)
    assert (done.returncode, done.stderr) == (code, told)


def test_a_name_that_the_terminal_cannot_show_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text('[{"name": "\u2603", "type": "query alert", "query": "x", "message": ""}]')
    done = _shell(f"PYTHONIOENCODING=ascii {_PYTHON} check --resources m.json", tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("monitor '\\u2603': ")


def test_output_that_nobody_reads_is_not_taken_for_a_problem(tmp_path: Path) -> None:
    monitors = [{"name": f"m{number}", "type": "query alert", "query": "x", "message": ""} for number in range(2000)]
    (tmp_path / "many.json").write_text(json.dumps(monitors))
    done = _shell(f"({_PYTHON} check --resources many.json; echo $? >code) | head -1", tmp_path)
    assert ((tmp_path / "code").read_text(), done.stderr) == ("2\n", "")


_PYTHON = f"PYTHONPATH={ROOT} {sys.executable} -m firedrill"


def _shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/bash", "-c", line], cwd=folder, env=for_child(*PYTHON), capture_output=True, text=True, check=False
    )


def test_ctrl_c_while_modules_are_imported_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt\n")
    done = _shell(f"PYTHONPATH=.:{ROOT} {sys.executable} -m firedrill --version", tmp_path)
    assert (done.returncode, done.stderr) == (130, "firedrill: interrupted.\n")
