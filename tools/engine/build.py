"""Build the Pulumi CLI once, where Go is present and no Pulumi: about two minutes, kept in .firedrill/pulumi.

The version is the one that go.mod requires, and go.sum holds the hash of every module that goes into it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

MODULE = Path(__file__).resolve().parent
ROOT = MODULE.parents[1]
sys.path.insert(0, str(ROOT))

from firedrill.engine import binary  # noqa: E402 - found through the line above
from firedrill.environment import NETWORK, for_child  # noqa: E402
from firedrill.errors import CannotRun  # noqa: E402
from firedrill.installed import pulumi_in  # noqa: E402

PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
"""What `pulumi version` prints; empty in a build that does not set it, as releases do."""

OF_GO = (
    *("GOCACHE", "GOFLAGS", "GOINSECURE", "GOMAXPROCS", "GOMODCACHE", "GONOPROXY", "GONOSUMDB", "GOPATH"),
    *("GOPRIVATE", "GOPROXY", "GOROOT", "GOSUMDB", "GOTMPDIR", "GOTOOLCHAIN", "CC", "CGO_ENABLED", "CXX"),
)
"""What Go finds its settings in."""


def main() -> int:
    """Build what is missing; returns the exit code (0 there is an engine, 2 this machine cannot make one)."""
    try:
        found = binary.find(ROOT)
    except CannotRun:
        return build(ROOT)
    print(f"{found.path} is version {found.version}: nothing to build")
    return 0


def build(root: Path) -> int:
    """Build the CLI for the project in `root`; returns the exit code."""
    go = shutil.which("go")
    if go is None:
        return fail(f"There is no Go to build the Pulumi CLI with. {binary.INSTALL}")
    version = required_version((MODULE / "go.mod").read_text(encoding="utf-8"))
    target = pulumi_in(root, version)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name("pulumi.unfinished")
    flags = f"-s -w -X {VERSION_VARIABLE}=v{version}"
    print(f"building the Pulumi CLI {version} (about two minutes the first time)", flush=True)
    command = [go, "build", "-ldflags", flags, "-o", str(unfinished), PACKAGE]
    done = subprocess.run(command, cwd=MODULE, env=for_child(*OF_GO, *NETWORK), check=False)
    if done.returncode:
        return fail(f"Go could not build the Pulumi CLI. {binary.INSTALL}")
    unfinished.replace(target)
    print(f"built {target.relative_to(root)}")
    return 0


def required_version(go_mod: str) -> str:
    """The version of the CLI's module that the text of go.mod requires, without the v."""
    match = re.search(r"^\s*(?:require )?github\.com/pulumi/pulumi/pkg/v3 v(\S+)", go_mod, re.MULTILINE)
    assert match is not None
    return match.group(1)


def fail(message: str) -> int:
    """Say what is wrong; returns the exit code."""
    print(message, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
