"""The variants: one small Worker, observed by different means, each as a bundle."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from firedrill.components.worker.bundle import build
from firedrill.environment import NETWORK, for_child
from firedrill.errors import CannotRun

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@dataclass(frozen=True)
class Variant:
    """A way of observing the Worker: its module in `variants/`."""

    name: str
    title: str


@cache
def bundle(variant: Variant) -> bytes:
    """The module and all that it imports, bundled as a deployed Worker is."""
    entry = (HERE / "variants" / f"{variant.name}.mjs").relative_to(ROOT)
    return (ROOT / build(ROOT, f"overhead-{variant.name}", str(entry), ["Counter"]).path).read_bytes()


def minified(variant: Variant) -> bytes:
    """The bundle as small as esbuild makes it with the names of classes kept."""
    program = next(ROOT.glob("node_modules/@esbuild/*/bin/esbuild"))
    command = [str(program), "--minify", "--keep-names", "--format=esm", "--target=es2022"]
    return subprocess.run(command, input=bundle(variant), env={}, capture_output=True, check=True).stdout


def dependencies(variant: Variant) -> list[str]:
    """The npm packages that the bundle contains, sorted: esbuild names the file of each part."""
    parts = re.findall(r"^// .*node_modules/((?:@[\w.-]+/)?[\w.-]+)/", bundle(variant).decode(), re.MULTILINE)
    return sorted(set(parts))


BARE = Variant("bare", "bare")
OTHERS = (
    Variant("control", "bare once more"),
    Variant("line", "one constant line"),
    Variant("lines", "two constant lines"),
    Variant("object", "Firedrill, object only"),
    Variant("firedrill", "Firedrill"),
    Variant("reporter", "Firedrill and its reporter"),
    Variant("console", "three console lines"),
    Variant("otel", "otel-cf-workers"),
    Variant("sentry", "@sentry/cloudflare"),
)


def install_peers() -> None:
    """Install the peers' locked packages beside this module, unless they are there; raises CannotRun if npm fails."""
    wanted: dict[str, str] = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    if {name: _installed(name) for name in wanted} == wanted:
        return
    # where set-up puts Node.js if the machine has none, too
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    npm = shutil.which("npm", path=path)
    if npm is None:
        raise CannotRun("npm is not on PATH and the peers are not installed; install Node.js")
    command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--omit=peer"]
    environment = for_child("NODE_*", "NPM_*", "npm_*", *NETWORK) | {"PATH": path}
    done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotRun(f"npm cannot install the peers of {HERE.relative_to(ROOT)}:\n{done.stderr.strip()}")


def _installed(name: str) -> str:
    """The installed version of a package, "" for none."""
    manifest = HERE / "node_modules" / name / "package.json"
    return json.loads(manifest.read_text(encoding="utf-8"))["version"] if manifest.is_file() else ""
