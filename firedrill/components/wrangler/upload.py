"""What Wrangler would upload of a Worker: the dry run of its deployment, byte for byte.

Source: developers.cloudflare.com/workers/wrangler/commands/#deploy (--dry-run, --outfile),
developers.cloudflare.com/workers/configuration/multipart-upload-metadata
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from firedrill.components.problems import DeclarationError
from firedrill.components.worker.bundle import Made
from firedrill.components.wrangler.file import WranglerFile
from firedrill.environment import for_child
from firedrill.installed import NODE_IN_VENV, OLDEST_NODE, from_npm, how_to_set_up, node
from firedrill.vendors.cloudflare.rules.exports import exported_names
from firedrill.vendors.cloudflare.rules.modules import SOURCE_MAP, Module

_PROGRAM = "wrangler/bin/wrangler.js"
_NAME = re.compile(rb'\bname="([^"]*)"')
_TYPE = re.compile(rb"^content-type: *(\S+)", re.MULTILINE | re.IGNORECASE)
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_TOO_OLD = "Unknown argument"
"""What Wrangler says that does not know --outfile yet."""


@dataclass(frozen=True)
class Upload:
    """The bindings (API JSON) and the code."""

    bindings: Sequence[Mapping[str, Any]]
    made: Made


def upload_of(root: Path, file: WranglerFile, alias: Mapping[str, str] = MappingProxyType({})) -> Upload:
    """Let Wrangler bundle a Worker: the version that the project has, else the one that Firedrill is tested with.

    `alias` has modules by the names that stand for them, besides those of the file.
    Raises DeclarationError when there is none, or with what it says is wrong.
    """
    runs_on = node(root)
    own = next(_own(root, file), None)
    tested = from_npm(root, _PROGRAM)
    if runs_on is None or (own or tested) is None:
        missing = "Wrangler" if runs_on else f"Node {'.'.join(map(str, OLDEST_NODE))} or later, on which Wrangler runs,"
        raise DeclarationError(f"{missing} is not installed; run: {how_to_set_up(root)}")
    told = ""
    for program in dict.fromkeys(filter(None, (own, tested))):
        with tempfile.TemporaryDirectory(prefix="firedrill-") as folder:
            told = _dry_run(runs_on, program, root, file, alias, Path(folder))
            if not told:
                return _read(Path(folder), file)
        if _TOO_OLD not in told:
            break
    else:
        place = os.path.relpath(program.parents[2], root.resolve())
        raise DeclarationError(
            f"The Wrangler in {place} is too old to tell what it would upload; run: {how_to_set_up(root)}"
        )
    raise DeclarationError(f"Wrangler cannot bundle {file.path}:\n{told}")


_BUILD_FAILED = "[ERROR] Running custom build "
_BUILD_SAYS = "[custom build]"
"""How Wrangler begins the lines of the file's build command."""


def _own(root: Path, file: WranglerFile) -> Iterator[Path]:
    """Wrangler in node_modules as Node looks for it from the file's folder upward."""
    folder = (root / file.path).resolve().parent
    found = (each / "node_modules" / _PROGRAM for each in (folder, *folder.parents))
    return (each for each in found if each.is_file())


def _dry_run(
    runs_on: Path, program: Path, root: Path, file: WranglerFile, alias: Mapping[str, str], folder: Path
) -> str:
    """Run it into `folder`; returns what it says is wrong, or ""."""
    config = (root / file.path).resolve()
    command = [str(runs_on), str(program), "deploy", "--dry-run", "--config", str(config)]
    command += ["--env", file.section.removeprefix("env."), "--outfile", str(folder / "upload")]
    command += ["--outdir", str(folder / "out"), "--metafile", str(folder / "meta.json")]
    if file.configuration.containers:
        command += ["--containers-rollout", "none"]  # builds no image, needs no Docker
    command += [part for name, path in alias.items() for part in ("--alias", f"{name}:{path}")]
    done = subprocess.run(
        command,
        cwd=config.parent,
        env=_environment(runs_on, program, config.parent, folder),
        capture_output=True,
        check=False,
    )
    if done.returncode == 0:
        return ""
    said = _COLOURS.sub("", (done.stderr + b"\n" + done.stdout).decode(errors="replace"))
    lines = [line for line in said.splitlines() if line.strip() and "wrangler/logs" not in line]
    if any(_BUILD_FAILED in line for line in lines):  # else buried under what Wrangler shows of its own process
        lines = [line for line in lines if _BUILD_FAILED in line or line.startswith(_BUILD_SAYS)]
        lines = [line for line in lines if line.strip() != _BUILD_SAYS]
    return "\n".join(lines)


def _environment(runs_on: Path, program: Path, project: Path, folder: Path) -> dict[str, str]:
    """Its own home, so that it leaves nothing behind; a build command finds the project's programs, and this Node."""
    given, links = for_child(), folder / "bin"
    links.mkdir()
    (links / "node").symlink_to(runs_on)  # alone: the npx beside a Node from PyPI does not run there
    bins = [each / "node_modules/.bin" for each in (project, *project.parents)]  # first, as npx and npm have it
    found = [*(str(each) for each in bins if each.is_dir())]
    found += [str(program.parents[2] / ".bin"), str(links), given.get("PATH", "")]
    if NODE_IN_VENV in runs_on.as_posix():
        found.append(str(runs_on.parents[5] / "bin"))  # whose npx does, where there is no other
    quiet = {"CI": "1", "NO_COLOR": "1", "FORCE_COLOR": "0", "WRANGLER_SEND_METRICS": "false"}
    return {**given, **quiet, "HOME": str(folder / "home"), "PATH": os.pathsep.join(found)}


def _read(folder: Path, file: WranglerFile) -> Upload:
    parts = {module.name: module for module in _parts((folder / "upload").read_bytes())}
    metadata = json.loads(parts.pop("metadata").content)
    main = parts.pop(metadata["main_module"])
    source_map = parts.pop(f"{main.name}.map", None)
    others = [each for each in parts.values() if each.content_type != SOURCE_MAP]
    made = Made(main.content, sorted(_exports(folder / "meta.json", main)), _source_map(source_map, file), others)
    return Upload(metadata["bindings"], made)


def _exports(told: Path, main: Module) -> Iterable[str]:
    """What the main module exports; without a bundle (no_bundle, as Vite's plugin has it) Wrangler does not tell."""
    if not told.is_file():
        return exported_names(main.content.decode(errors="replace"))
    outputs = json.loads(told.read_text(encoding="utf-8"))["outputs"]
    return next(each["exports"] for each in outputs.values() if each.get("entryPoint"))


def _source_map(module: Module | None, file: WranglerFile) -> dict[str, Any]:
    """Its sources are relative to the folder of the file, whatever its sourceRoot says of the folder it was made in."""
    if module is None:
        return {}
    told = json.loads(module.content)
    sources = [file.from_project(each) for each in told["sources"]]
    return {"version": 3, "sources": sources, "names": told["names"], "mappings": told["mappings"]}


def _parts(form: bytes) -> Iterator[Module]:
    """The parts of a multipart form, whose first line is its boundary."""
    boundary = b"\r\n" + form[: form.index(b"\r\n")]
    for part in (b"\r\n" + form).split(boundary)[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name, kind = _NAME.search(head), _TYPE.search(head)
        if name:
            yield Module(name[1].decode(), kind[1].decode() if kind else "", content)
