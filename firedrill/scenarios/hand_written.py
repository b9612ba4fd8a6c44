"""The drill files of a program without an ObservedService."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from firedrill.project import program_folder
from firedrill.resources import WORKER, WORKERS_SCRIPT
from firedrill.scenarios.read_drill_file import drill_file_of


class _Declared(Protocol):
    @property
    def type(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def inputs(self) -> Mapping[str, Any]: ...


def hand_written_drills(resources: Iterable[_Declared], root: Path) -> list[str]:
    """The drill files of all Workers of the project in `root`, as paths from there, each once."""
    program = program_folder(root)
    found = [
        drill_file_of(_names(each), str(each.inputs.get("contentFile") or ""), root, program)
        for each in resources
        if each.type in (WORKERS_SCRIPT, WORKER)
    ]
    return list(dict.fromkeys(filter(None, found)))


def _names(script: _Declared) -> tuple[str, ...]:
    """What a Worker is called, by Cloudflare and in the program."""
    called = script.inputs.get("scriptName") or script.inputs.get("name")
    return (str(called), script.name)
