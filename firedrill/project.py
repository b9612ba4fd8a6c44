"""The project's file: Pulumi.yaml, and the program that it names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from firedrill.documents import is_there, mistakes_told, text_of
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.breach import shown
from firedrill.vendors.rules.documents import yaml_mapping

PROJECT = "Pulumi.yaml"
_MAIN = "__main__.py"


def read_project(root: Path) -> dict[str, Any]:
    """What Pulumi.yaml of the project in `root` says. Raises FiredrillError where it cannot be read."""
    if not is_there(root / PROJECT):
        raise FiredrillError(
            f"There is no {PROJECT} in {str(root.resolve())!r} or in a folder above it; "
            "run this in the folder of a Pulumi project."
        )
    with mistakes_told():
        return yaml_mapping(text_of(root / PROJECT, PROJECT), PROJECT)


def entry_of(root: Path) -> Path:
    """The file that Pulumi runs, in the folder that the paths of a program's inputs start from.

    `main` names the file or its folder; by default it is __main__.py beside Pulumi.yaml. Raises FiredrillError where it
    does not exist.
    Source: pulumi.com/docs/iac/concepts/projects/project-file (main)
    """
    main = read_project(root).get("main")
    main = "" if main is None else main
    if not isinstance(main, str):
        raise FiredrillError(f"{PROJECT}: main is {shown(main)}; allowed: the path of the program, or of its folder.")
    given = root / main
    found = given / _MAIN if given.is_dir() else given
    if not found.is_file():
        place = f"{main.rstrip('/')}/{_MAIN}" if main and not main.endswith(".py") else main or _MAIN
        named = f"{PROJECT}: main is {main!r}; " if main else ""
        raise FiredrillError(f"{named}there is no {place}, the program that Pulumi runs; write it, or set main to it.")
    return found


def program_folder(root: Path) -> Path:
    """The folder that the paths of a program's inputs start from; `root` itself where there is no project."""
    return entry_of(root).parent if (root / PROJECT).is_file() else root


def stacks(root: Path) -> list[str]:
    """The stacks of the project by their files, sorted; a name may hold dots."""
    return sorted(file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in root.glob("Pulumi.*.yaml"))
