"""The project's own program, run in this process as often as wanted."""

from __future__ import annotations

import contextlib
import functools
import os
import runpy
import sys
import sysconfig
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pulumi

from firedrill.errors import unwritable
from firedrill.project import entry_of, read_project
from firedrill.vendors.errors import FiredrillError

_KEPT = "firedrill_place"


def run_main(root: Path) -> None:
    """Run the program of the project in `root`; whatever goes wrong is raised as FiredrillError, with its place.

    CannotRun when a file cannot be written, as in a checkout that is read-only.
    """
    entry = entry_of(root)
    with _at_home(root, entry.parent):
        try:
            runpy.run_path(str(entry), run_name="__main__")
        except FiredrillError:
            raise
        except pulumi.RunError as error:
            raise FiredrillError(str(error)) from error
        except SystemExit as error:
            ended = f"{_place(error, root)}exit({error.code!r})"
            raise FiredrillError(
                f"The Pulumi program ended itself: {ended}, before Pulumi had what it declares; to refuse something, "
                "raise pulumi.RunError with what is wrong."
            ) from error
        except BaseException as error:  # KeyboardInterrupt too, where the program raises it
            refused = unwritable(error) if isinstance(error, OSError) else None
            if refused is not None:
                raise refused from error
            raise FiredrillError(f"The Pulumi program failed: {placed(error, root)}") from error


def placed(error: BaseException, root: Path) -> str:
    """An unexpected error of the program on one line, with its place and what to do where that is known."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{_relative(error.filename, root)}, line {error.lineno}: {type(error).__name__}: {error.msg}"
    return f"{getattr(error, _KEPT, '') or _place(error, root)}{told(error)}{_advice(error)}"


@contextlib.contextmanager
def remembering_places(root: Path) -> Iterator[None]:
    """Where an output raises is kept with the error: Pulumi awaits it in several places and may lose its traceback."""
    apply = pulumi.Output.apply

    def noting(output: Any, function: Callable[[Any], Any], run_with_unknowns: bool = False) -> Any:
        @functools.wraps(function)
        def noted(value: Any) -> Any:
            try:
                return function(value)
            except BaseException as error:
                setattr(error, _KEPT, getattr(error, _KEPT, "") or _place(error, root))
                raise

        return apply(output, noted, run_with_unknowns)

    setattr(pulumi.Output, "apply", noting)  # noqa: B010 - mypy takes no assignment to a method
    try:
        yield
    finally:
        setattr(pulumi.Output, "apply", apply)  # noqa: B010


def told(error: BaseException) -> str:
    """An unexpected error on one line."""
    return f"{type(error).__name__}: {error}".removesuffix(": ")


def _advice(error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError):
        return f"; install it where Firedrill is installed (pip install ...), or correct the import of {error.name}"
    frames = traceback.extract_tb(error.__traceback__)
    if isinstance(error, KeyError) and frames and frames[-1].filename in (os.__file__, "<frozen os>"):
        return "; a program sees no variables of its own here: read it from the stack's config (pulumi config set)"
    return ""


def _place(error: BaseException, root: Path) -> str:
    """The last line of the project that an error came through."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _is_own(frame.filename, root)]
    return f"{_relative(own[-1].filename, root)}, line {own[-1].lineno}: " if own else ""


def _relative(file: str, root: Path) -> str:
    path = Path(file)
    return str(path.relative_to(root)) if path.is_relative_to(root) else path.name


def _is_own(file: str, root: Path) -> bool:
    return Path(file).is_relative_to(root) and "site-packages" not in file


@contextlib.contextmanager
def _at_home(root: Path, folder: Path) -> Iterator[None]:
    """As Pulumi starts a program: in its folder, from which modules are imported, those of its virtual environment too.

    Afterwards its own modules are forgotten: what they declare when they are imported, they declare in the next run.
    """
    before, path = set(sys.modules), list(sys.path)
    sys.path[:] = [str(folder), *path, *_virtualenv(read_project(root), root)]
    try:
        with contextlib.chdir(folder):
            yield
    finally:
        sys.path[:] = path
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None)
            if file and _is_own(file, folder) and name.partition(".")[0] != "firedrill":
                del sys.modules[name]


def _virtualenv(project: Mapping[str, Any], root: Path) -> list[str]:
    """Where the packages of the project's own virtual environment are, if it is one of this version of Python.

    Source: pulumi.com/docs/iac/languages-sdks/python (options of the runtime: virtualenv)
    """
    runtime = project.get("runtime")
    options = runtime.get("options") if isinstance(runtime, dict) else None
    name = options.get("virtualenv") if isinstance(options, dict) else None
    if not isinstance(name, str):
        return []
    base = str(root / name)
    found = sysconfig.get_path("purelib", vars={"base": base, "platbase": base})
    return [found] if Path(found).is_dir() else []
