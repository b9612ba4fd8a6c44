"""Miniflare's plan of a deployment: workerd's whole configuration, made once and kept by what it is made of.

Miniflare documents both variables that this uses: MINIFLARE_WORKERD_PATH and MINIFLARE_WORKERD_CONFIG_DEBUG.
Source: github.com/cloudflare/workers-sdk/tree/main/packages/miniflare#readme
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from firedrill.environment import for_child
from firedrill.errors import CannotRun
from firedrill.installed import OLDEST_NODE, from_npm, how_to_set_up, node
from firedrill.runtime.deployment import Deployment
from firedrill.runtime.miniflare.options import options

PLANS = ".firedrill/plans"
"""Relative to the project's folder."""
_LIBRARY = "miniflare/dist/src/index.js"
_PROGRAM = Path(__file__).with_name("plan.mjs")
_ASSETS = "assets:storage"
_TOO_OLD = "convertV4MiniflareOptions is not a function"
_KEEPS_STDIN = '#!/bin/sh\ncat > "$FIREDRILL_PLAN/config.bin"\nexit 1\n'


@dataclass(frozen=True)
class Plan:
    """workerd's configuration as a binary message, what its sockets are called, and the folders that it writes to."""

    config: bytes
    sockets: tuple[str, ...]
    disks: tuple[str, ...]


def plan_of(deployment: Deployment, harness: Path, v8_flags: Sequence[str] = ()) -> Plan:
    """Plan a deployment whose tail is the module `harness`; V8 will run with `v8_flags`.

    Raises CannotRun where Node or Miniflare is missing, or with what Miniflare says is wrong.
    """
    root = deployment.root
    runs_on, library = node(root), from_npm(root, _LIBRARY)
    if runs_on is None or library is None:
        missing = "Miniflare" if runs_on else f"Node {'.'.join(map(str, OLDEST_NODE))} or later"
        raise CannotRun(
            f"{missing}, which provides the bindings of {deployment.name!r}, is not installed;"
            f" install it with: {how_to_set_up(root)}"
        )
    asked = json.dumps(options(deployment, harness), sort_keys=True)
    made_of = (_version(library), asked, *v8_flags)
    kept = root.resolve() / PLANS / hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:32]
    if not (kept / "plan.json").is_file():
        with tempfile.TemporaryDirectory(prefix="firedrill-") as folder:
            told = _make(Path(folder), [str(runs_on), str(_PROGRAM), str(library.resolve()), folder], asked, v8_flags)
            if _TOO_OLD in told:
                raise CannotRun(
                    f"Miniflare {_version(library)} in {library.parents[3]}, which would provide the bindings of"
                    f" {deployment.name!r}, is too old; install the version that Firedrill is tested"
                    f" with, which leaves that one alone: {how_to_set_up(root)}"
                )
            if told:
                raise CannotRun(f"Miniflare cannot plan the Worker:\n{told[-1500:]}")
            _keep(Path(folder), kept)
    told = json.loads((kept / "plan.json").read_text(encoding="utf-8"))
    return Plan((kept / "config.bin").read_bytes(), tuple(told["sockets"]), tuple(told["disks"]))


def _version(library: Path) -> str:
    package = library.parents[2] / "package.json"
    return str(json.loads(package.read_text(encoding="utf-8"))["version"])


def _make(folder: Path, command: list[str], asked: str, v8_flags: Sequence[str]) -> str:
    """Let Miniflare plan; returns "", or what it says where it made no plan."""
    (folder / "options.json").write_text(asked, encoding="utf-8")
    stand_in = folder / "workerd"
    stand_in.write_text(_KEEPS_STDIN, encoding="utf-8")
    stand_in.chmod(0o755)
    environment = for_child() | {
        "FIREDRILL_PLAN": str(folder),
        "MINIFLARE_WORKERD_CONFIG_DEBUG": str(folder / "config.json"),
        "MINIFLARE_WORKERD_PATH": str(stand_in),
        "MINIFLARE_WORKERD_V8_FLAGS": " ".join(v8_flags),
    }
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    said = (done.stderr or done.stdout).strip() or "it says nothing"
    return "" if (folder / "config.bin").is_file() else said


def _keep(folder: Path, kept: Path) -> None:
    told = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    writable = [each["name"] for each in told["services"] if (each.get("disk") or {}).get("writable")]
    # older versions call the project's own assets writable
    disks = [name for name in writable if not name.startswith(_ASSETS)]
    plan = {"sockets": [each["name"] for each in told["sockets"]], "disks": disks}
    kept.mkdir(parents=True, exist_ok=True)
    shutil.move(folder / "config.bin", kept / "config.bin")
    (kept / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
