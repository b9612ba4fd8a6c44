"""A Worker's code as it is uploaded; that of a managed Worker is one module, by esbuild.

The same sources always give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firedrill.components.problems import DeclarationError, Problem, refuse
from firedrill.components.worker import library
from firedrill.components.worker.output import BUNDLES, write
from firedrill.installed import WITHOUT_BUNDLES, from_npm, how_to_set_up
from firedrill.vendors.cloudflare.rules.modules import Module
from firedrill.vendors.rules.documents import DocumentError, read_text
from firedrill.vendors.rules.suggestions import hint

_OPTIONS = (
    "--bundle",
    "--format=esm",
    "--platform=browser",  # as Wrangler does by default: of packages that differ by platform, these parts fit workerd
    "--conditions=workerd,worker,browser",
    "--target=es2022",
    "--charset=utf8",
    "--keep-names",  # as Wrangler does by default: telemetry knows a class by its name
    "--loader:.html=text",  # with .txt, the texts that Wrangler lets a Worker import
    "--loader:.sql=text",
    "--legal-comments=none",
    "--sourcemap=external",  # beside the bundle, whose bytes do not change: no comment names the map
    "--sources-content=false",
    "--external:cloudflare:*",  # built into the runtime
    "--external:node:*",
    "--log-level=error",
    "--color=false",
)


@dataclass(frozen=True)
class Bundle:
    """The main module: `path` relative to the project's folder, `sha256` of its bytes in hexadecimal.

    `modules` are those that it imports, as a WorkerVersion's inputs have them.
    """

    path: str
    sha256: str
    modules: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class Made:
    """What a bundler made: the main module's bytes, the names that it exports, sorted, and the modules beside it.

    `source_map` names its sources relative to the project's folder; it is empty where there is none.
    """

    code: bytes
    exports: Sequence[str]
    source_map: Mapping[str, Any]
    modules: Sequence[Module] = ()


def build(root: Path, key: str, entry: str, classes: Sequence[str]) -> Bundle:
    """Bundle `entry`, relative to `root`, into `BUNDLES`/<key>.mjs, with its source map beside it (<key>.mjs.map).

    Raises DeclarationError when esbuild is not installed, when it refuses the sources, or when the bundle does not
    export a default handler and each of `classes`.
    """
    if unbundled():
        return nothing(key)
    library.copy(root)
    return keep(root, key, entry, classes, _esbuild(root, entry))


def unbundled() -> bool:
    """Whether nobody will run the code, so that none is made."""
    return bool(os.environ.get(WITHOUT_BUNDLES))


def nothing(key: str) -> Bundle:
    """In place of code that is not made."""
    return Bundle(_path(key), hashlib.sha256().hexdigest())


def keep(root: Path, key: str, entry: str, classes: Sequence[str], made: Made) -> Bundle:
    """Write a Worker's code to where it is uploaded or drilled from.

    Raises DeclarationError when `entry` does not export a default handler and each of `classes`.
    """
    exports = made.exports
    missing = [name for name in ("default", *classes) if name not in exports]
    allowed = f"a default handler and the classes of firedrill:workers.{key}; exported: {', '.join(exports) or 'none'}"
    change = "export it there, or change the stack's config"
    refuse(
        f"The Worker {key!r}",
        [Problem(entry, f"without an export {name}{hint(name, exports)}", allowed, change) for name in missing],
    )
    path = _path(key)
    write(root / path, made.code)
    write(root / f"{path}.map", _from_bundles(root, made.source_map))
    return Bundle(path, hashlib.sha256(made.code).hexdigest(), tuple(_kept(root, key, each) for each in made.modules))


def _path(key: str) -> str:
    return f"{BUNDLES}/{key}.mjs"


def _kept(root: Path, key: str, module: Module) -> Mapping[str, str]:
    sha256 = hashlib.sha256(module.content).hexdigest()
    path = f"{BUNDLES}/{key}/{sha256[:16]}"  # a module's name may be any text
    write(root / path, module.content)
    return {"name": module.name, "contentType": module.content_type, "contentFile": path, "contentSha256": sha256}


def _esbuild(root: Path, entry: str) -> Made:
    program = from_npm(root, "@esbuild/*/bin/esbuild")
    if program is None:
        raise DeclarationError(f"esbuild is not installed; run: {how_to_set_up(root)}")
    if not (root / entry).is_file():
        raise DeclarationError(f"The file {entry!r}, which a Worker's entry in the config names, does not exist.")
    with tempfile.TemporaryDirectory() as folder:
        out, meta = Path(folder, "worker.mjs"), Path(folder, "meta.json")
        command = [str(program.resolve()), entry, *_OPTIONS, f"--outfile={out}", f"--metafile={meta}"]
        # Without our environment: Pulumi puts the stack's secrets into it, and the bundle must not depend on it.
        found = {"NODE_PATH": str(root.resolve() / library.PACKAGES)}
        done = subprocess.run(command, cwd=root, env=found, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise DeclarationError(f"esbuild cannot bundle {entry}:\n{done.stderr.strip()}")
        told = json.loads(meta.read_text(encoding="utf-8"))
        outputs = told["outputs"]
        _require_utf8(root, told["inputs"])
        exports = next(each["exports"] for path, each in outputs.items() if path.endswith(out.name))
        source_map = json.loads(out.with_name("worker.mjs.map").read_text(encoding="utf-8"))
        sources = [Path(folder, each).resolve() for each in source_map["sources"]]
        source_map["sources"] = [os.path.relpath(each, root.resolve()) for each in sources]
        return Made(out.read_bytes(), sorted(exports), source_map)


def _require_utf8(root: Path, sources: Iterable[str]) -> None:
    """Refuse sources in another encoding: esbuild would silently replace such bytes with U+FFFD."""
    for source in sources:
        if (root / source).is_file():
            try:
                read_text(root / source, source)
            except DocumentError as error:
                raise DeclarationError(f"{error}.") from None


def _from_bundles(root: Path, source_map: Mapping[str, Any]) -> bytes:
    """A source map whose sources are relative to `BUNDLES` instead of `root`."""
    there = (root / BUNDLES).resolve()
    sources = [os.path.relpath((root / each).resolve(), there) for each in source_map.get("sources", [])]
    told = {**source_map, "sources": [Path(each).as_posix() for each in sources]}
    return json.dumps(told, separators=(",", ":")).encode()
