"""A review of stacks as Markdown for a pull request, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict

from firedrill.review.resources import ResourceChange
from firedrill.review.stack_review import StackReview

LONG = 12
"""Lines of a list from which on it is folded."""
MARK = "<!-- firedrill-diff -->"
"""By which a comment on a pull request is found again."""

Reviews = Mapping[str, StackReview]


def to_markdown(reviews: Reviews, base: str, head: str) -> str:
    """The review by stack; stacks to which the same happens are told together."""
    lines = [MARK, f"## Monitoring: `{base}` -> `{head}`", ""]
    for stacks, review in _together(reviews):
        lines += [f"### {', '.join(stacks)}: {_sum(review)}", "", *_body(review)]
    return "\n".join(lines).rstrip() + "\n"


def to_json(reviews: Reviews, base: str, head: str) -> str:
    """One object: revisions, and per stack its changes and consequences."""
    stacks = {stack: asdict(review) for stack, review in reviews.items()}
    return json.dumps({"base": base, "head": head, "stacks": stacks}, indent=2, ensure_ascii=False) + "\n"


def _together(reviews: Reviews) -> Iterator[tuple[list[str], StackReview]]:
    """Reviews that read the same, with their stacks."""
    texts: dict[str, list[str]] = {}
    for stack, review in reviews.items():
        texts.setdefault("\n".join([_sum(review), *_body(review)]), []).append(stack)
    for stacks in texts.values():
        yield stacks, reviews[stacks[0]]


def _sum(review: StackReview) -> str:
    if review.note:
        return review.note
    if review.is_empty:
        return "no change"
    return f"{_count(len(review.consequences), 'consequence')}, {_count(len(review.changes), 'changed resource')}"


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"


def _body(review: StackReview) -> list[str]:
    lines = []
    if review.consequences:
        lines += ["**What the alerts do otherwise**", "", *_folded([f"- {each}" for each in review.consequences]), ""]
    if review.changes:
        lines += ["**What changes**", "", *_folded([f"- {line}" for line in _grouped(review.changes)]), ""]
    return lines


def _folded(lines: list[str]) -> list[str]:
    if len(lines) <= LONG:
        return lines
    rest = [f"<details><summary>{len(lines) - LONG} more</summary>", "", *lines[LONG:], "", "</details>"]
    return [*lines[:LONG], "", *rest]


def _grouped(changes: Iterable[ResourceChange]) -> Iterator[str]:
    """One line per change; resources of one type to which the same happens share one."""
    groups: dict[tuple[str, str, tuple[str, ...], str], list[str]] = {}
    for change in changes:
        kind = change.type.rpartition(":")[2]
        details = () if change.kind == "renamed" else change.details
        groups.setdefault((change.kind, kind, details, change.lost), []).append(change.name)
    for (kind, noun, details, lost), names in groups.items():
        listed = ", ".join(f"`{name}`" for name in names)
        told = f": {'; '.join(details)}" if details else ""
        destroys = f". **This destroys {lost}.**" if lost else ""
        yield f"{noun} {listed} {kind}{told}{destroys}"
