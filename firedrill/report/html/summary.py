"""The answer first: is it proven, who is told, how fast, how small a fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

from firedrill.drill.result import DrillResult
from firedrill.drill.verdicts import MonitorVerdict, Proof
from firedrill.report.evidence import AlertEvidence, Evidence
from firedrill.report.html.markup import Child, el
from firedrill.report.html.notification import channel
from firedrill.report.words import LONG_MINUTES, count, listed, minutes, number
from firedrill.scenarios.scenario import MINUTE_MS

SHORT = 14
"""Letters that a tile has room for in large type."""


class Judged(NamedTuple):
    """A verdict with the evidence for it, None where nothing was kept."""

    worker: str
    verdict: MonitorVerdict
    evidence: AlertEvidence | None


def judged(result: DrillResult, evidence: Evidence) -> list[Judged]:
    """Every alert of every Worker."""
    return [
        Judged(worker.worker, verdict, evidence.get(worker.worker, {}).get(verdict.monitor))
        for worker in result.workers
        for verdict in worker.verdicts
    ]


def alerted(proof: Proof) -> int | None:
    """Minutes from the fault's begin to the alert, None for never."""
    return None if proof.alerted_ms is None else round((proof.alerted_ms - proof.began_ms) / MINUTE_MS)


def recovered(proof: Proof) -> int | None:
    """Minutes from the fault's end to the recovery, None for never; less than 0 where it recovered before."""
    return None if proof.recovered_ms is None else round((proof.recovered_ms - proof.ended_ms) / MINUTE_MS)


def headline(result: DrillResult) -> Element:
    """Proven or not, in a word and a sign."""
    answer = "Proven" if result.proven else "Not proven"
    if result.proven and result.chosen:
        answer = "What was chosen is proven"
    sign = "M17 29l8 8 15-17" if result.proven else "M19 19l18 18M37 19l-18 18"
    runs = sum(len(worker.runs) for worker in result.workers)
    names = listed(worker.worker for worker in result.workers)
    said = f"Stack {result.stack}, {names}: {count(runs, 'scenario')} on simulated time."
    return el(
        "div",
        "answer",
        el(
            "svg",
            {"class": "tick" if result.proven else "cross", "viewBox": "0 0 56 56", "aria-hidden": "true"},
            el("circle", {"cx": 28, "cy": 28, "r": 26}),
            el("path", {"d": sign}),
        ),
        el("div", None, el("h1", None, answer), el("p", None, said)),
    )


def answers(result: DrillResult, alerts: list[Judged]) -> Element:
    """The four answers."""
    return el("dl", "answers", *_proven(result, alerts), *_told(alerts), *_fast(alerts), *_small(result))


def _tile(question: str, big: str, *more: str, long: bool = False) -> Element:
    return el(
        "div",
        None,
        el("dt", None, question),
        el("dd", "big long" if long else "big", big),
        *(el("dd", "more", each) for each in more),
    )


def _proven(result: DrillResult, alerts: list[Judged]) -> Iterator[Child]:
    good = sum(each.verdict.proven and not each.verdict.exempt and bool(each.verdict.proofs) for each in alerts)
    exempt = sum(bool(each.verdict.exempt) for each in alerts)
    proofs = sum(len(each.verdict.proofs) for each in alerts)
    unexplained = sum(worker.unexplained for worker in result.workers)
    said = [f"each fired and recovered in {count(proofs, 'proof')}" if good == len(alerts) else count(proofs, "proof")]
    said.append(f"{unexplained or 'no'} notification{'' if unexplained == 1 else 's'} without a cause")
    if exempt:
        said.append(f"{exempt} exempt")
    yield _tile("Is it proven?", f"{good} of {count(len(alerts), 'alert')}", "; ".join(said))


def _told(alerts: list[Judged]) -> Iterator[Child]:
    handles: Counter[str] = Counter()
    silent = 0
    for each in alerts:
        picture = each.evidence.picture if each.evidence else None
        if picture:
            handles.update(picture.heard)
            silent += bool(picture.sent and not picture.heard)
    if not handles:
        yield _tile("Who is told?", "nobody", "no notification names anybody")
        return
    by_count = [f"{channel(handle)}" for handle, _ in handles.most_common()]
    one = len(by_count) == 1
    more = [
        f"{'' if one else f'{channel(handle)}: '}{count(number_of, 'alert')}"
        for handle, number_of in handles.most_common(4)
    ]
    if silent:
        more.append(
            f"{silent} {'is' if silent == 1 else 'are'} part of others and tell{'s' if silent == 1 else ''} nobody"
        )
    big = by_count[0] if one else f"{len(by_count)} places"
    yield _tile("Who is told?", big, *more, long=one)


def _fast(alerts: list[Judged]) -> Iterator[Child]:
    took = sorted(
        (minute, each.verdict.monitor, each.evidence.expected.alert_minutes if each.evidence else 0)
        for each in alerts
        for proof in each.verdict.proofs
        if (minute := alerted(proof)) is not None
    )
    if not took:
        yield _tile("How fast?", "never", "no alert was seen")
        return
    (first, *_), (last, name, allowed) = took[0], took[-1]
    middle = took[len(took) // 2][0]
    begin = f"{first}" if last < LONG_MINUTES else minutes(first)
    span = minutes(last) if first == last else f"{begin} to {minutes(last)}"
    within = f" of {minutes(allowed)} allowed" if allowed else ""
    said = f"half of the proofs alert within {minutes(middle)}"
    never = sum(alerted(proof) is None for each in alerts for proof in each.verdict.proofs)
    more = [f"{count(never, 'proof')} without an alert"] if never else []
    yield _tile("How fast?", span, said, f"slowest: {name}, {minutes(last)}{within}", *more, long=len(span) > SHORT)


def _small(result: DrillResult) -> Iterator[Child]:
    found = [each for worker in result.workers for each in worker.sensitivity]
    if not found:
        yield _tile("How small a fault?", "not searched", "a whole drill searches it; --no-search leaves it out")
        return
    ratios = {
        f"least sensitive: {each.monitor}, from {number(each.smallest)} {each.unit}": each.smallest / each.threshold
        for each in found
        if each.threshold and each.smallest
    }
    missed = sum(each.smallest is None for each in found)
    said = [f"{count(len(found), 'alert')} searched{f', {missed} fire at no size' if missed else ''}"]
    if not ratios:
        yield _tile("How small a fault?", count(len(found), "alert"), *said)
        return
    low, high = min(ratios.values()), max(ratios.values())
    said.append(max(ratios, key=lambda each: ratios[each]))
    yield _tile("How small a fault?", f"{low:.2g} to {high:.3g} × the threshold", *said, long=True)
