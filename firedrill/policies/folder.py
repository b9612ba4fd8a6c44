"""`firedrill policy --path`: the policy pack of a project as a folder, which is what Pulumi's engine takes.

Source: pulumi.com/docs/iac/packages-and-automation/crossguard (PulumiPolicy.yaml, runtime options as in Pulumi.yaml)
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from firedrill.extras import require
from firedrill.files import write_atomically
from firedrill.installed import PACKAGES

FOLDER = Path(".firedrill", "policy-pack")
_PROGRAM = """\
# Written by: firedrill policy --path
import sys
from pathlib import Path

from pulumi_policy import PolicyPack

sys.path.insert(0, {packages!r})

from firedrill.policies.pack import policies

PolicyPack("firedrill", policies(Path({root!r})))
"""


def write_pack(root: Path) -> Path:
    """Write the pack of the project in `root`, to be run by the Python that runs us; returns its folder, absolute."""
    require("pulumi_policy")
    root = root.resolve()
    project = {
        "description": "What must never ship in the monitoring of a Worker with Durable Objects.",
        "runtime": {"name": "python", "options": {"virtualenv": sys.prefix}},
    }
    write_atomically(root / FOLDER / "PulumiPolicy.yaml", yaml.safe_dump(project))
    program = _PROGRAM.format(packages=str(PACKAGES), root=str(root))
    write_atomically(root / FOLDER / "__main__.py", program)
    return root / FOLDER
