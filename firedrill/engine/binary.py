"""The Pulumi CLI: the user's own when it is on PATH, otherwise one that `make engine` has built for this folder."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from firedrill.environment import for_child
from firedrill.errors import CannotRun
from firedrill.installed import built_pulumi

MINIMUM = "3.190.0"
"""The oldest version that the engine's tests were run with; the pinned SDK's Automation API asks for 3.1.0."""
INSTALL = (
    f"Install it as pulumi.com/docs/install says ({MINIMUM} or later), or, in a checkout of Firedrill, "
    "build one for its folder alone, which needs Go: make engine"
)


@dataclass(frozen=True)
class Binary:
    """A Pulumi CLI that can be used, and its version."""

    path: Path
    version: str


def find(root: Path) -> Binary:
    """The CLI on PATH, or the newest that was built for `root`; raises CannotRun when neither will do."""
    on_path = shutil.which("pulumi")
    own = [Binary(path, version) for version, path in built_pulumi(root).items()]
    found = [Binary(Path(on_path), version_of(on_path))] if on_path else []
    usable = [each for each in found if _numbers(each.version) >= _numbers(MINIMUM)]
    usable += sorted(own, key=lambda each: _numbers(each.version), reverse=True)
    if usable:
        return usable[0]
    if found:
        raise CannotRun(f"{on_path} is version {found[0].version}, and {MINIMUM} or later is needed. {INSTALL}")
    raise CannotRun(f"There is no Pulumi CLI on PATH. {INSTALL}")


def version_of(program: str) -> str:
    """What `pulumi version` prints, without the v; raises CannotRun when that is not a version."""
    environment = for_child() | {"PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        done = subprocess.run([program, "version"], env=environment, capture_output=True, text=True, check=False)
    except OSError as error:
        raise CannotRun(f"{program} cannot be run: {error.strerror}. {INSTALL}") from error
    printed = done.stdout.strip().removeprefix("v")
    if not _numbers(printed):
        raise CannotRun(f"{program} version printed {done.stdout.strip()!r}, which is not a version. {INSTALL}")
    return printed


def _numbers(version: str) -> tuple[int, ...]:
    """The parts of a version that order it: those of 3.210.0-alpha.1 are 3, 210 and 0."""
    match = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    return tuple(map(int, match.groups())) if match else ()
