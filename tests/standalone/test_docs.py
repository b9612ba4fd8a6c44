"""The pages about the emulator alone show what the commands really print, and the files that they read."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "standalone.md").read_text()
COMMANDS = re.findall(r"```console\n\$ firedrill (.*?)\n(.*?)```", PAGE, re.DOTALL)
COMPARE = (ROOT / "docs" / "standalone" / "compare.md").read_text()
COMPARED = re.findall(r"```console\n\$ firedrill (.*?)\n(.*?)```", COMPARE, re.DOTALL)
FILES = re.findall(r"```yaml\n# (\S+)\n(.*?)```", PAGE, re.DOTALL)


def test_the_page_shows_every_command() -> None:
    assert {line.split()[0] for line, _ in COMMANDS} == {"pipeline", "monitor", "check"}


@pytest.mark.parametrize(("line", "output"), COMMANDS + COMPARED, ids=[line for line, _ in COMMANDS + COMPARED])
def test_a_command_prints_what_the_page_shows(firedrill: Callable[..., Any], line: str, output: str) -> None:
    assert firedrill(*shlex.split(line), folder=ROOT).screen == output


@pytest.mark.parametrize(("name", "content"), FILES, ids=[name for name, _ in FILES])
def test_a_file_is_as_the_page_shows_it(name: str, content: str) -> None:
    assert (ROOT / name).read_text() == content


def test_every_field_of_a_series_file_is_described() -> None:
    from firedrill.standalone.series import Series, SeriesFile

    described = set(re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]*\|$", PAGE, re.MULTILINE))
    assert described >= {*Series.model_fields, *SeriesFile.model_fields}


def test_every_option_for_files_of_compare_is_described() -> None:
    assert re.findall(r"^\| `(--\w+)` \|", COMPARE, re.MULTILINE) == [
        "--resources",
        "--sent",
        "--logs",
        "--metrics",
        "--monitors",
    ]
