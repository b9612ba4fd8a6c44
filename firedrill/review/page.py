"""A review of stacks as a page: each alert that looks otherwise, before and after side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element

from firedrill.report.html.alert import facts, figure, messages, verdict_pill
from firedrill.report.html.index import Entry, index
from firedrill.report.html.markup import Child, anchor, el
from firedrill.report.html.page import page
from firedrill.report.words import count
from firedrill.review.pictures import Pair, Side
from firedrill.review.stack_review import StackReview


def to_html(reviews: Mapping[str, StackReview], base: str, head: str, notes: Sequence[str] = ()) -> str:
    """The review by stack as one self-contained page, in the form of a drill's report."""
    title = f"Monitoring: {base} → {head}"
    found = sum(len(review.consequences) for review in reviews.values())
    said = (
        f"{count(found, 'consequence')} for the alerts of {count(len(reviews), 'stack')}."
        if found
        else "No consequence."
    )
    sections = [part for stack, review in reviews.items() for part in _stack(stack, review)]
    return page(
        title,
        index(
            (Entry(anchor("stack", stack), f"Stack {stack}") for stack in reviews),
            (
                Entry(anchor(stack, each.worker, each.monitor), each.monitor, not _worse(each))
                for stack, review in reviews.items()
                for each in review.pairs
            ),
        ),
        el("header", "top", el("p", "brand", "Firedrill"), el("h1", None, title), el("p", "soft", said)),
        el("main", {"id": "main"}, *(el("p", "warned", note) for note in notes), *sections),
        el("footer", None, el("p", None, "Both versions were drilled here, on simulated time.")),
    )


def _stack(stack: str, review: StackReview) -> Iterator[Child]:
    yield el("h2", {"id": anchor("stack", stack)}, f"Stack {stack}")
    if review.note or review.is_empty:
        yield el("p", "soft", review.note or "No change.")
    if review.consequences:
        yield el("h3", None, "What the alerts will do differently")
        yield el("ul", "told", *(el("li", None, each) for each in review.consequences))
    if review.changes:
        lines = [
            f"{each.name} {each.kind}{': ' if each.details else ''}{'; '.join(each.details)}" for each in review.changes
        ]
        yield el("h3", None, "What changes")
        yield el("ul", "told", *(el("li", None, each) for each in lines))
    if review.cost:
        yield el("h3", None, "What it costs")
        yield el("p", None, f"{review.cost.told}.")
    yield from (
        el("p", "soft", f"Modelled, as it is not measured or not documented: {each}") for each in review.modelled
    )
    yield from (_pair(stack, each) for each in review.pairs)


def _pair(stack: str, pair: Pair) -> Element:
    id_ = anchor(stack, pair.worker, pair.monitor)
    return el(
        "article",
        {"class": "card failed" if _worse(pair) else "card", "id": id_, "aria-labelledby": f"{id_}-h"},
        el("header", None, el("h3", {"id": f"{id_}-h"}, pair.monitor), el("span", "soft", pair.worker)),
        el("div", "sides", _side("Before", pair.before, f"{id_}-b"), _side("After", pair.after, f"{id_}-a")),
    )


def _worse(pair: Pair) -> bool:
    return pair.after is None or not pair.after.verdict.proven


def _side(name: str, side: Side | None, id_: str) -> Element:
    if side is None:
        return el("div", None, el("h4", None, name), el("p", None, "Not declared."))
    picture = side.evidence.picture
    return el(
        "div",
        None,
        el("h4", None, name),
        el("p", None, verdict_pill(side.verdict)),
        *(el("p", "wrong", problem) for problem in side.verdict.problems),
        facts(side.verdict, side.evidence, side.searched),
        figure(side.verdict.monitor, picture, id_) if picture else None,
        *(messages(picture.sent) if picture else ()),
        el("pre", None, side.evidence.query),
    )
