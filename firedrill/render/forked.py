"""Renders several stacks in processes that share what takes longest, the import of the providers: run as a script.

It is given a folder with jobs.json, a list of `stack`, `root` and `packages` (where `firedrill` is imported from), and
leaves three files for each job, by its number: what it printed (.out, .err) and its exit code (.code). A project may
have a Firedrill of its own, so nothing of firedrill is imported before the process of that project.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

SHARED = ("pulumi", "pulumi_cloudflare", "pulumi_datadog")
"""What most programs import; importing them does nothing else."""

_OWN = ("firedrill.render.mock_engine", "firedrill.components")
"""What the programs of one project have in common besides; each revision of Firedrill has its own."""

Job = Mapping[str, str]


def main(folder: Path) -> None:
    """Run all jobs of a folder: a process for each project, and in each one a process for each of its stacks."""
    jobs = list(enumerate(json.loads((folder / "jobs.json").read_text(encoding="utf-8"))))
    gc.disable()
    _import(each for each in SHARED if not any(_has_own(Path(job["root"]), each) for _, job in jobs))
    projects = list(dict.fromkeys((job["root"], job["packages"]) for _, job in jobs))
    at_once = max(1, (os.cpu_count() or 1) // max(1, len(projects)))
    children = [
        _fork(partial(_project, place, [each for each in jobs if _of(each[1]) == place], folder, at_once))
        for place in projects
    ]
    for child in children:
        os.waitpid(child, 0)


def _of(job: Job) -> tuple[str, str]:
    return job["root"], job["packages"]


def _import(names: Iterable[str]) -> None:
    """Import what there is of them; what fails here fails again where the program imports it, and is told there."""
    for name in names:
        with suppress(Exception):
            importlib.import_module(name)
    gc.freeze()


def _has_own(root: Path, name: str) -> bool:
    """Whether a project has a module of this name, which its program would import instead of the installed one."""
    return any(folder.joinpath(name).is_dir() or folder.joinpath(f"{name}.py").is_file() for folder in _folders(root))


def _folders(root: Path) -> Iterator[Path]:
    """The folders that a project may import from: itself, those in it, and those in them."""
    yield root
    yield from (path for pattern in ("*", "*/*") for path in root.glob(pattern) if path.is_dir())


def _fork(run: Callable[[], None]) -> int:
    """Run something in a process of its own, which ends with it; returns its id."""
    child = os.fork()
    if child:
        return child
    try:
        run()
        os._exit(0)
    except BaseException as error:  # noqa: BLE001 - a process that was forked must end here
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(1)


def _project(place: tuple[str, str], jobs: Sequence[tuple[int, Job]], folder: Path, at_once: int) -> None:
    """Render the stacks of one project, some of them at once."""
    root, packages = place
    os.chdir(root)
    sys.path.insert(0, packages)
    os.environ["PYTHONPATH"] = os.pathsep.join([packages, *filter(None, [os.environ.get("PYTHONPATH")])])
    _import(_OWN)
    running: dict[int, int] = {}
    for number, job in jobs:
        if len(running) >= at_once:
            _finish_one(running, folder)
        running[_fork(partial(_render, job["stack"], folder / str(number)))] = number
    while running:
        _finish_one(running, folder)


def _finish_one(running: dict[int, int], folder: Path) -> None:
    child, status = os.wait()
    code = os.waitstatus_to_exitcode(status)
    (folder / f"{running.pop(child)}.code").write_text(str(code), encoding="utf-8")


def _render(stack: str, place: Path) -> None:
    """What `python -m firedrill.render STACK` does in the project's folder; it ends the process with its exit code."""
    for descriptor, ending in ((1, ".out"), (2, ".err")):
        os.dup2(os.open(place.with_suffix(ending), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), descriptor)
    sys.argv = ["firedrill.render", stack]
    runpy.run_module("firedrill.render", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
