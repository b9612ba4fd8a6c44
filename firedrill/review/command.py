"""`firedrill diff`: what a change does, from two revisions in git."""

from __future__ import annotations

import sys
from pathlib import Path

from firedrill.drill.stages import Stages
from firedrill.errors import FiredrillError
from firedrill.review.report import to_json, to_markdown
from firedrill.review.revisions import checkout, stacks
from firedrill.review.stack_review import review_stack
from firedrill.review.takes import shared_recorder


def run_diff(root: Path, base: str, head: str, wanted: tuple[str, ...], stages: Stages, *, json_report: bool) -> None:
    """Print what `head` (WORKING_TREE for the files as they are) does to stacks, compared with `base`.

    Raises FiredrillError for an unknown revision or stack, and for a base that cannot be rendered or drilled.
    """
    with checkout(root, base) as old, checkout(root, head) as new:
        known = sorted({*stacks(old), *stacks(new)})
        for stack in wanted:
            if stack not in known:
                raise FiredrillError(f"stack {stack!r} is in neither revision; there are {', '.join(known)}.")
        record = shared_recorder()
        reviews = {stack: review_stack(stack, old, new, stages, record) for stack in wanted or known}
    write = to_json if json_report else to_markdown
    sys.stdout.write(write(reviews, base, head or "working tree"))
