"""The Worker as one module, by esbuild: the same sources always give the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from firedrill.components.problems import DeclarationError, Problem, refuse
from firedrill.components.worker import library
from firedrill.components.worker.output import BUNDLES, write
from firedrill.installed import WITHOUT_BUNDLES, from_npm, how_to_set_up
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
    """One module: `path` relative to the project's folder, `sha256` of its bytes in hexadecimal."""

    path: str
    sha256: str


def build(root: Path, key: str, entry: str, classes: Sequence[str], aliases: Mapping[str, str] | None = None) -> Bundle:
    """Bundle `entry`, relative to `root`, into `BUNDLES`/<key>.mjs, with its source map beside it (<key>.mjs.map).

    `aliases` maps names of modules to paths, as esbuild takes it: by default the library's. Paths (`./`) are
    relative to `root`. Nothing is bundled where WITHOUT_BUNDLES is set.

    Raises DeclarationError when esbuild is not installed, when it refuses the sources, or when the bundle does not
    export a default handler and each of `classes`.
    """
    path = f"{BUNDLES}/{key}.mjs"
    if os.environ.get(WITHOUT_BUNDLES):
        return Bundle(path, hashlib.sha256().hexdigest())
    modules = library.copy(root)
    code, source_map, exports = _esbuild(root, entry, modules if aliases is None else aliases)
    missing = [name for name in ("default", *classes) if name not in exports]
    allowed = f"a default handler and the classes of firedrill:workers.{key}; exported: {', '.join(exports) or 'none'}"
    change = "export it there, or change the stack's config"
    refuse(
        f"The Worker {key!r}",
        [Problem(entry, f"without an export {name}{hint(name, exports)}", allowed, change) for name in missing],
    )
    write(root / path, code)
    write(root / f"{path}.map", source_map)
    return Bundle(path, hashlib.sha256(code).hexdigest())


def _esbuild(root: Path, entry: str, aliases: Mapping[str, str]) -> tuple[bytes, bytes, list[str]]:
    """The bundle's bytes, those of its source map, and the names that it exports, sorted."""
    program = from_npm(root, "@esbuild/*/bin/esbuild")
    if program is None:
        raise DeclarationError(f"esbuild is not installed; run: {how_to_set_up(root)}")
    if not (root / entry).is_file():
        raise DeclarationError(f"The file {entry!r}, which a Worker's entry in the config names, does not exist.")
    with tempfile.TemporaryDirectory() as folder:
        out, meta = Path(folder, "worker.mjs"), Path(folder, "meta.json")
        named = [f"--alias:{name}={to}" for name, to in aliases.items()]
        command = [str(program.resolve()), entry, *_OPTIONS, *named, f"--outfile={out}", f"--metafile={meta}"]
        # Without an environment: Pulumi puts the stack's secrets into ours, and the bundle must not depend on it.
        done = subprocess.run(command, cwd=root, env={}, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise DeclarationError(f"esbuild cannot bundle {entry}:\n{done.stderr.strip()}")
        told = json.loads(meta.read_text(encoding="utf-8"))
        outputs = told["outputs"]
        _require_utf8(root, told["inputs"])
        exports = next(each["exports"] for path, each in outputs.items() if path.endswith(out.name))
        return out.read_bytes(), _from_bundles(root, out.with_name("worker.mjs.map")), sorted(exports)


def _require_utf8(root: Path, sources: Iterable[str]) -> None:
    """Refuse sources in another encoding: esbuild would silently replace such bytes with U+FFFD."""
    for source in sources:
        if (root / source).is_file():
            try:
                read_text(root / source, source)
            except DocumentError as error:
                raise DeclarationError(f"{error}.") from None


def _from_bundles(root: Path, made: Path) -> bytes:
    """A source map whose sources are relative to `BUNDLES` instead of the folder that it was made in."""
    told = json.loads(made.read_text(encoding="utf-8"))
    here, there = made.parent.resolve(), (root / BUNDLES).resolve()
    told["sources"] = [Path(os.path.relpath(here / each, there)).as_posix() for each in told["sources"]]
    return json.dumps(told, separators=(",", ":")).encode()
