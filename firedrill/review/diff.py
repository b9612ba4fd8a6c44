"""`firedrill diff`: what a change does, from two revisions in git."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from firedrill.drill.shared_takes import shared_recorder
from firedrill.drill.stages import Stages
from firedrill.project import stacks
from firedrill.render import render_all
from firedrill.review.page import to_html
from firedrill.review.report import to_json, to_markdown
from firedrill.review.revisions import changed_files, checkout, have_same_files
from firedrill.review.stack_review import StackReview, review_stack
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.suggestions import hint

PACKAGES = ("requirements.txt", "package.json")
"""What set-up installs."""


def run_diff(root: Path, base: str, head: str, wanted: tuple[str, ...], stages: Stages, *, json_report: bool) -> str:
    """Print what `head` (WORKING_TREE for the files as they are) does to stacks, compared with `base`.

    Returns the same as a page with pictures of the alerts before and after.

    Raises FiredrillError for an unknown revision or stack, and for a base that cannot be rendered or drilled.
    """
    if not base:
        raise FiredrillError("the base is empty; name the revision to compare with: a branch, a tag or a commit.")
    if not stacks(root):
        raise FiredrillError(f"{root.resolve()} has no stack (Pulumi.<stack>.yaml); run this in the project's folder.")
    with checkout(root, base) as old, checkout(root, head) as new:
        known = sorted({*stacks(old), *stacks(new)})
        for stack in wanted:
            if stack not in known:
                meant = hint(stack, known)
                raise FiredrillError(f"stack {stack!r}{meant} is in neither revision; there are {', '.join(known)}.")
        chosen = wanted or known
        if have_same_files(root, base, head):
            reviews = {stack: StackReview() for stack in chosen}
        else:
            reviews = _reviews(chosen, old, new, stages)
        notes = [*package_notes(old, new), *_without_effect(reviews, changed_files(root, base, head))]
    write = to_json if json_report else to_markdown
    sys.stdout.write(write(reviews, base, head or "working tree", notes))
    return to_html(reviews, base, head or "working tree", notes)


def _reviews(chosen: Sequence[str], old: Path, new: Path, stages: Stages) -> dict[str, StackReview]:
    """What changes in each stack; all are rendered side by side first, and drilled only where that differs."""
    record = shared_recorder()
    found = render_all([(stack, root) for stack in chosen for root in (old, new) if stack in stacks(root)])
    return {
        stack: review_stack(stack, old, new, stages, record, lambda stack, root: found[stack, root]())
        for stack in chosen
    }


def package_notes(base: Path, head: Path) -> list[str]:
    """What a diff cannot see: other versions of packages, since each revision runs with what is installed now."""
    other = [name for name in PACKAGES if _read(base / name) != _read(head / name)]
    if not other:
        return []
    verb = "differ" if len(other) > 1 else "differs"
    installed = "Both revisions were rendered and drilled with the packages that are installed here."
    return [f"{' and '.join(other)} {verb}. {installed}"]


def _without_effect(reviews: Mapping[str, StackReview], changed: int) -> list[str]:
    if not changed or not all(each.is_empty for each in reviews.values()):
        return []
    files = "1 file differs" if changed == 1 else f"{changed} files differ"
    return [f"{files}, which changes nothing that these stacks declare or that their drills read."]


def _read(file: Path) -> bytes:
    return file.read_bytes() if file.is_file() else b""
