"""A review of stacks as Markdown for a pull request, and as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict

from firedrill.cost.change import CostChange
from firedrill.report.html.chart import runs
from firedrill.review.pictures import Side, highest, sparks
from firedrill.review.renderings import ResourceChange
from firedrill.review.stack_review import StackReview
from firedrill.schemas import VERSION

LONG = 12
"""Lines of a list from which on it is folded."""
MARK = "<!-- firedrill-diff -->"
"""By which a comment on a pull request is found again."""

_UNPROVEN = re.compile(r"(.+?) (?:(lost) its proof|(is) not proven): (.*)", re.DOTALL)
_NO_POINT = re.compile(r"(scenario .+? left no point of) (.*)")

Reviews = Mapping[str, StackReview]


def to_markdown(reviews: Reviews, base: str, head: str, notes: Sequence[str] = ()) -> str:
    """The review by stack, below `notes` on all of it; stacks to which the same happens are told together."""
    lines = [MARK, f"## Monitoring: `{base}` -> `{head}`", "", *(line for note in notes for line in (note, ""))]
    for stacks, review in _together(reviews):
        lines += [f"### {', '.join(stacks)}: {_sum(review)}", "", *_body(review), *_pictures(stacks[0], review)]
    return "\n".join(lines).rstrip() + "\n"


def to_json(reviews: Reviews, base: str, head: str, notes: Sequence[str] = ()) -> str:
    """One object: version, revisions, notes, and per stack its changes and consequences."""
    stacks = {
        stack: {
            "changes": [asdict(change) for change in review.changes],
            "consequences": review.consequences,
            "note": review.note,
            "modelled": review.modelled,
            "cost": _cost(review.cost),
        }
        for stack, review in reviews.items()
    }
    whole = {"version": VERSION, "base": base, "head": head, "notes": list(notes), "stacks": stacks}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


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
        lines += [
            "**What the alerts will do differently**",
            "",
            *_folded([_bullet(each) for each in _joined(review.consequences)]),
            "",
        ]
        lines += (
            ["Modelled, as it is not measured or not documented:", "", *(f"- {each}" for each in review.modelled), ""]
            if review.modelled
            else []
        )
    if review.changes:
        lines += ["**What changes**", "", *_folded([f"- {line}" for line in _grouped(review.changes)]), ""]
    if review.cost:
        lines += [f"**What it costs**: {review.cost.told}", ""]
    return lines


def _cost(change: CostChange | None) -> dict[str, object] | None:
    if change is None:
        return None
    items = [{"item": name, "before": before, "after": after} for name, (before, after) in change.items.items()]
    return {"before": change.before, "after": change.after, "currency": "USD", "items": items}


def _pictures(stack: str, review: StackReview) -> list[str]:
    """A table of small pictures of the alerts that look otherwise, each in letters: what it measured over time."""
    if not review.pairs:
        return []
    rows = []
    for pair in review.pairs:
        high = highest(*(side.evidence.picture for side in (pair.before, pair.after) if side))
        name = " ".join(pair.monitor.replace("|", "\\|").split())
        rows.append(f"| {name} | {_pictured(pair.before, high)} | {_pictured(pair.after, high)} |")
    table = [f"| alert of {stack} | before | after |", "| --- | --- | --- |", *rows]
    return ["**What they look like**", "", *(table if len(rows) <= LONG else _all_folded(table, len(rows))), ""]


def _all_folded(table: Sequence[str], number: int) -> list[str]:
    return [f"<details><summary>{number} alerts</summary>", "", *table, "", "</details>"]


def _pictured(side: Side | None, high: float) -> str:
    """What an alert measured, and when it was in which state, in minutes since the fault."""
    if side is None:
        return "not declared"
    picture = side.evidence.picture
    if picture is None:
        return "no scenario"
    levels = f"{picture.levels.comparator} {picture.levels.critical:g}: " if picture.levels else ""
    states = [f"{state} {minute:+d}" for state, minute, _ in runs(picture) if minute > 0]
    return f"`{sparks(picture, high)}` {levels}{', '.join(states) or 'no change of state'}"


def _joined(consequences: Iterable[str]) -> Iterator[str]:
    """Consequences with one cause, and those that say the same of a scenario, in one sentence each."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for each in consequences:
        if found := _UNPROVEN.fullmatch(each):
            groups.setdefault((found[2] or found[3], found[4]), []).append(found[1])
        elif found := _NO_POINT.fullmatch(each):
            groups.setdefault((found[1],), []).append(found[2])
        else:
            groups.setdefault((each, "", ""), [])
    for (first, *cause), parts in groups.items():
        names = ", ".join(parts)
        if len(cause) == 1:
            their = "their" if len(parts) > 1 else "its"
            are = "are" if len(parts) > 1 else "is"
            yield f"{names} {f'lost {their} proof' if first == 'lost' else f'{are} not proven'}: {cause[0]}"
        else:
            yield f"{first} {names}".rstrip()


def _bullet(text: str) -> str:
    """An entry of a list; what is on further lines keeps its form."""
    first, *rest = text.splitlines()
    return "\n".join([f"- {first}", *(f"  {line}" for line in ("```text", *rest, "```"))]) if rest else f"- {first}"


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
