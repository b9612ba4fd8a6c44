"""What `firedrill check` prints: one problem a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from firedrill.schemas import VERSION
from firedrill.standalone.check import Checked, Problem
from firedrill.standalone.words import count


def problem_json(problem: Problem, *, explain: bool = False) -> str:
    """A problem as one line; with `explain` also the rule that it breaks and the rule's page."""
    fields: dict[str, Any] = {
        "version": VERSION,
        "kind": problem.kind,
        "name": problem.name,
        "warning" if problem.is_warning else "problem": problem.text,
    }
    if explain:
        fields |= {"rule": problem.rule, "page": problem.page}
    return json.dumps(fields, ensure_ascii=False)


def problem_text(problem: Problem, *, explain: bool = False) -> Iterator[str]:
    """The lines that show a problem."""
    yield f"warning: {problem.text}" if problem.is_warning else problem.text
    if explain:
        yield f"  {problem.rule or problem.kind}: {problem.page}"


def summary(checked: Checked) -> str:
    """What was looked at, what was not, and how many problems there are."""
    looked_at = ", ".join(count(number, kind) for kind, number in checked.counts.items())
    kinds = ", ".join(f"{number} of {kind}" for kind, number in sorted(checked.others.items()))
    found = count(len(checked.problems), "problem") if checked.problems else "no problem"
    if checked.warnings:
        found += f" and {count(len(checked.warnings), 'warning')}"
    return f"{found} in {looked_at}{f'; not looked at: {kinds}' if kinds else ''}"
