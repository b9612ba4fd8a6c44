"""What verifying comes to, for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from firedrill.schemas import VERSION
from firedrill.verify.check import Check

_WIDTH = len("unproven")


def line(check: Check) -> str:
    """A check as one line."""
    outcome = "FAILED" if check.outcome == "failed" else check.outcome
    return f"{outcome:<{_WIDTH}}  {check.subject} {check.told}"


def summary(stack: str, checks: Sequence[Check]) -> str:
    """How many checks came to what."""
    counts = Counter(check.outcome for check in checks)
    verdict = "works" if works(checks) else "does not work"
    told = f"stack {stack} {verdict}: {counts['ok']} of {len(checks)} checks ok, {counts['failed']} failed"
    return f"{told}, {counts['unproven']} unproven, since nothing happened that would prove them"


def works(checks: Sequence[Check]) -> bool:
    """Whether nothing is wrong."""
    return all(check.outcome != "failed" for check in checks)


def to_json(stack: str, checks: Sequence[Check]) -> str:
    """One JSON object: `version`, `stack`, whether it `works`, and every check."""
    found = [asdict(check) for check in checks]
    return json.dumps({"version": VERSION, "stack": stack, "works": works(checks), "checks": found}, indent=2) + "\n"
