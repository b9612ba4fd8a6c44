"""`firedrill policy`: the policies of one stack, offline."""

from __future__ import annotations

import sys
from pathlib import Path

from firedrill.policies.offline import CONFIG, judge, read_levels
from firedrill.policies.report import as_json, as_text
from firedrill.render import render
from firedrill.resources import loads
from firedrill.vendors.errors import FiredrillError


def run_policy(stack: str, root: Path, resources: Path | None, *, json_report: bool) -> bool:
    """Print what the policies find in a stack, or in rendered `resources`; returns whether nothing mandatory is wrong.

    Raises FiredrillError for a stack that cannot be rendered, a file that cannot be read, a wrong level, and where no
    policy found anything to look at.
    """
    levels = read_levels(root / CONFIG)
    declared = loads(resources.read_bytes(), str(resources)) if resources else render(stack, root)
    verdict = judge(str(resources or stack), declared, levels, root)
    if not verdict.checks:
        raise FiredrillError(
            f"No policy found anything to look at in {verdict.stack!r}, which has {len(declared)} resources: give what "
            f"firedrill render prints, and see whether {CONFIG} disables every policy."
        )
    sys.stdout.write(as_json(verdict) if json_report else as_text(verdict))
    return verdict.passed
