"""What is behind an alert's picture: its proofs, how it sees smaller faults, the way of its logs, numbers, history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.etree.ElementTree import Element

from firedrill.drill.bracket import Sensitivity
from firedrill.drill.result import WorkerResult
from firedrill.drill.verdicts import OK, MonitorVerdict, ScenarioRun
from firedrill.report.detection import DETECTION, PEAK, detection, peaks
from firedrill.report.evidence import AlertEvidence, Picture
from firedrill.report.html.chart import described
from firedrill.report.html.markup import Child, anchor, el
from firedrill.report.html.notification import CLASSES
from firedrill.report.html.ruler import told
from firedrill.report.html.summary import alerted, recovered
from firedrill.report.machine import iso
from firedrill.report.words import count, minutes, moment, number
from firedrill.scenarios.scenario import MINUTE_MS

_HISTORY = 60
"""Changes of state that are listed at most."""


def depth(
    verdict: MonitorVerdict, evidence: AlertEvidence | None, worker: WorkerResult, searched: Sequence[Sensitivity]
) -> Iterator[Child]:
    """What is behind the picture, each to be opened: proofs, sizes, the way, numbers, the query, changes of state."""
    picture = evidence.picture if evidence else None
    if verdict.proofs:
        proofs = f"{len(verdict.proofs)} proofs" if len(verdict.proofs) > 1 else "proof"
        yield _details(f"Its {proofs}, and where it is quiet", _proofs(verdict))
    if searched:
        yield _details("How small a fault it sees", *_searched(searched))
    if picture:
        yield _details("From the Worker to the notification", _path(picture), *_logs(picture))
        yield _details(
            "The picture in words and numbers", el("p", None, described(picture)), _values(picture), closed=True
        )
    if evidence:
        yield _details("Query and runbook", *_declared(evidence))
    yield _details("Every change of its state in this run", _history(verdict.monitor, worker.runs))


def _details(summary: str, *children: Child, closed: bool = False) -> Element:
    """Something to open; what is `closed` is on paper only where it was opened."""
    return el("details", "closed" if closed else None, el("summary", None, summary), el("div", None, *children))


def sizes(worker: str, searched: Sequence[Sensitivity]) -> Iterator[Child]:
    """How small a fault each alert sees, in one table; nothing where none was searched."""
    if not searched:
        return
    yield el("h2", {"id": anchor("sizes", worker)}, "How small a fault each alert sees")
    caption = (
        "The last columns are minutes to alert / to recover from the fault's end, at so many times the smallest fault; "
        "- is where no fault can be so large."
    )
    rows: list[list[Child]] = [
        [el("a", {"href": f"#{anchor(worker, name)}"}, name), *rest] for name, *rest in detection(searched)
    ]
    yield _table(caption, DETECTION, rows)
    if peaks(searched):
        yield el("p", "soft", PEAK)


def _table(caption: str, head: Sequence[str], rows: Sequence[Sequence[Child]]) -> Element:
    """A table whose first cells name their rows; it scrolls where it is wider than the page."""
    titles = [el("th", {"scope": "col"}, each) for each in head]
    lines = [
        el("tr", None, el("th", {"scope": "row"}, first), *(el("td", "num", each) for each in rest))
        for first, *rest in rows
    ]
    table = el(
        "table",
        None,
        el("caption", None, caption),
        el("thead", None, el("tr", None, *titles)),
        el("tbody", None, *lines),
    )
    return el("div", {"class": "scroll", "tabindex": "0", "role": "group", "aria-label": caption}, table)


def _proofs(verdict: MonitorVerdict) -> Element:
    rows = [
        (
            proof.scenario,
            el("span", f"pill {CLASSES.get(proof.state, 'plain')}", proof.state),
            minutes(alerted(proof)),
            minutes(recovered(proof)),
            proof.problem or "✓ proven",
        )
        for proof in verdict.proofs
    ]
    caption = f"Quiet in {count(verdict.quiet_scenarios, 'other scenario')}. Recovery counts from the end of the fault."
    return _table(caption, ("scenario", "goes to", "alerts after", "recovers after", "verdict"), rows)


def _searched(searched: Sequence[Sensitivity]) -> Iterator[Child]:
    for each in searched:
        yield el("p", None, told(each))
        rows = [
            (
                f"{times} × ({number((each.smallest or 0) * times)} {each.unit})",
                minutes(course.alerted),
                minutes(course.recovered),
            )
            for times, course in sorted(each.minutes.items())
        ]
        if rows:
            yield _table("Multiples of the smallest fault", ("fault", "alerts after", "recovers after"), rows)


def _path(picture: Picture) -> Element:
    steps = (
        ("trace events", picture.path.events),
        ("logs kept", picture.path.logs),
        ("metric points", picture.path.points),
        ("evaluations", picture.path.evaluations),
        ("changes of state", picture.path.changes),
        ("notifications", picture.path.notifications),
    )
    return el(
        "ol", "path", *(el("li", None, el("b", "num", f"{amount:,}"), el("span", None, name)) for name, amount in steps)
    )


def _logs(picture: Picture) -> Iterator[Child]:
    if not picture.logs:
        yield el("p", "soft", "No log of the fault makes this metric: what is missing is the sign.")
        return
    yield el("p", "soft", "Lines that the fault left, of those that this metric counts:")
    for line in picture.logs:
        yield el("pre", None, line)


def _values(picture: Picture) -> Element:
    """The evaluations, those in a row that are the same in one line."""
    steps = list(zip(picture.minutes, picture.course.values, picture.course.states, strict=True))
    rows: list[tuple[Child, ...]] = []
    for (value, state), some in groupby(steps, key=lambda each: (number(each[1]), each[2])):
        first, *rest = (minute for minute, _, _ in some)
        when = f"{first:+d}" if not rest else f"{first:+d} to {rest[-1]:+d}"
        rows.append((when, value, state))
    return _table("Minutes count from the beginning of the fault.", ("minute", "value", "state"), rows)


def _declared(evidence: AlertEvidence) -> Iterator[Child]:
    yield el("p", "soft", f"{evidence.kind}, expected to alert within {minutes(evidence.expected.alert_minutes)}")
    yield el("pre", None, evidence.query)
    runbook = evidence.expected.runbook
    if runbook.startswith(("https://", "http://")):
        yield el("p", None, "Runbook: ", el("a", {"href": runbook, "rel": "noreferrer"}, runbook))


def _history(monitor: str, runs: Sequence[ScenarioRun]) -> Element:
    changes = [
        (run.scenario.name, change.time_ms - run.begin_ms, change)
        for run in runs
        for change in run.changes
        if change.monitor == monitor and (change.state != OK or change.time_ms > run.begin_ms)
    ]
    rows = [
        (
            f"{scenario}, {moment(round(since / MINUTE_MS))}",
            iso(change.time_ms)[11:16],
            el("span", f"pill {CLASSES.get(change.state, 'plain')}", change.state),
            change.group or "-",
            change.notification or ("muted by a downtime" if change.muted else "-"),
        )
        for scenario, since, change in changes[:_HISTORY]
    ]
    cut = f", the first {_HISTORY} of {len(changes)}" if len(changes) > _HISTORY else ""
    return _table(
        f"Simulated time, minutes since the fault{cut}", ("scenario", "time", "to", "group", "notification"), rows
    )
