"""What the policies found, for people and for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator

from firedrill.policies.offline import Verdict
from firedrill.policies.rules import RULES
from firedrill.schemas import VERSION


def as_text(verdict: Verdict) -> str:
    """One block per violation, mandatory ones first, then the sum."""
    return "\n".join(_lines(verdict)) + "\n"


def _lines(verdict: Verdict) -> Iterator[str]:
    yield f"stack {verdict.stack}: {len(RULES)} policies, {verdict.checks} checks"
    ordered = sorted(verdict.violations, key=lambda each: each.level != "mandatory")
    for each in ordered:
        yield f"{each.level}: {each.rule.id}: {each.item.name}"
        yield f"  {each.finding}"
        yield f"  why:  {each.rule.reason}"
        yield f"  fix:  {each.rule.remedy}"
    mandatory = sum(each.level == "mandatory" for each in ordered)
    outcome = "passed" if verdict.passed else "refused"
    yield f"{outcome}: {mandatory} mandatory and {len(ordered) - mandatory} advisory violations"


def as_json(verdict: Verdict) -> str:
    """One object: the version, the stack, whether it passed, and every violation."""
    found = [
        {
            "policy": each.rule.id,
            "level": each.level,
            "resource": each.item.name,
            "urn": each.item.urn,
            "finding": each.finding,
            "reason": each.rule.reason,
            "remedy": each.rule.remedy,
        }
        for each in verdict.violations
    ]
    whole = {
        "version": VERSION,
        "stack": verdict.stack,
        "passed": verdict.passed,
        "checks": verdict.checks,
        "violations": found,
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
