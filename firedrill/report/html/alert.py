"""One alert: its verdict, its picture, what it sends, and in depth how it came to that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.etree.ElementTree import Element

from firedrill.drill.bracket import Sensitivity
from firedrill.drill.result import WorkerResult
from firedrill.drill.verdicts import OK, MonitorVerdict, Proof, ScenarioRun
from firedrill.report.evidence import AlertEvidence, Picture, Sent
from firedrill.report.html.chart import chart, described
from firedrill.report.html.markup import Child, el
from firedrill.report.html.notification import CLASSES, channel, notification
from firedrill.report.html.ruler import ruler, told
from firedrill.report.html.summary import Judged, alerted, recovered
from firedrill.report.html.words import anchor, count, listed, minutes, number
from firedrill.report.machine import iso
from firedrill.report.table import word
from firedrill.scenarios.scenario import MINUTE_MS
from firedrill.vendors.datadog.modelled import UNDOCUMENTED

STATE_OF = {"proven": "ok", "quiet": "plain", "exempt": "plain", "NOT PROVEN": "alert"}
_SIGN = {"proven": "✓ ", "NOT PROVEN": "✗ "}
_HISTORY = 60
"""Changes of state that are listed at most."""


def verdict_pill(verdict: MonitorVerdict) -> Element:
    """The verdict in a word, with a sign beside its colour."""
    said = word(verdict)
    return el("span", f"pill {STATE_OF[said]}", f"{_SIGN.get(said, '')}{said.lower()}")


def card(alert: Judged, worker: WorkerResult) -> Element:
    """Everything about an alert."""
    verdict, evidence = alert.verdict, alert.evidence
    id_ = anchor(alert.worker, verdict.monitor)
    picture = evidence.picture if evidence else None
    searched = [each for each in worker.sensitivity if each.monitor == verdict.monitor]
    return el(
        "article",
        {"class": "card" if verdict.proven else "card failed", "id": id_, "aria-labelledby": f"{id_}-h"},
        el("header", None, el("h3", {"id": f"{id_}-h"}, verdict.monitor), verdict_pill(verdict), _severity(evidence)),
        el("p", "title", evidence.title if evidence else ""),
        _wrong(verdict, worker),
        el("p", None, f"Exempt: {verdict.exempt}") if verdict.exempt else None,
        *(el("p", "soft", f"{UNDOCUMENTED}: {text}") for text in verdict.modelled),
        facts(verdict, evidence, searched),
        el("div", "seen", *_seen(verdict, picture, searched, id_)) if picture else None,
        el("div", "more-of", *_depth(verdict, evidence, worker, searched)),
    )


def _wrong(verdict: MonitorVerdict, worker: WorkerResult) -> Element | None:
    """In which ways it failed, and why."""
    if not verdict.problems or verdict.exempt:
        return None
    cause = worker.cause(verdict)
    said = [*verdict.problems, *([f"because {cause}"] if cause else [])]
    return el("div", "wrong", *(el("p", None, each) for each in said))


def _severity(evidence: AlertEvidence | None) -> Child:
    priority = next((each.priority for each in evidence.picture.sent), "") if evidence and evidence.picture else ""
    return el("span", "pill plain", priority) if priority else None


def facts(verdict: MonitorVerdict, evidence: AlertEvidence | None, searched: Sequence[Sensitivity]) -> Element:
    """Who is told, how fast, when it is over, how small a fault it sees."""
    shown = proof_shown(verdict, evidence)
    expected = evidence.expected if evidence else None
    rows = [("Who is told", *_heard(evidence))]
    if shown:
        allowed = f"of {expected.alert_minutes} {_allowed(evidence)}" if expected else ""
        after = recovered(shown)
        back = f"of {expected.recover_minutes} after the fault" if expected else "after the fault"
        rows.append(("Alerts in", minutes(alerted(shown)), allowed))
        if after is not None and after < 0:
            rows.append(("Recovers", f"{-after} min early", "before the fault ends"))
        else:
            rows.append(("Recovers in", minutes(after), back))
    for each in searched[:1]:
        quiet = f"quiet at {number(each.quiet)}; " if each.quiet is not None else ""
        smallest = "none fires" if each.smallest is None else f"{number(each.smallest)} {each.unit}"
        rows.append(("Smallest fault", smallest, f"{quiet}danger {number(each.size)}"))
    if not searched:
        rows.append(("Quiet in", count(verdict.quiet_scenarios, "scenario"), "that do not concern it"))
    return el(
        "dl",
        "facts",
        *(
            el("div", None, el("dt", None, name), el("dd", "num", big, el("small", None, small)))
            for name, big, small in rows
        ),
    )


def _allowed(evidence: AlertEvidence | None) -> str:
    return "promised" if evidence and evidence.expected.handle else "allowed"


def _heard(evidence: AlertEvidence | None) -> tuple[str, str]:
    sent = evidence.picture.sent if evidence and evidence.picture else ()
    heard = list(dict.fromkeys(handle for each in sent for handle in each.handles))
    promised = evidence.expected.handle if evidence else ""
    if heard:
        return listed(map(channel, heard)), "as promised" if promised in heard else ""
    if evidence and evidence.expected.part:
        return "nobody", "part of another alert, which tells"
    return "nobody", f"promised is {channel(promised)}" if promised else ""


def proof_shown(verdict: MonitorVerdict, evidence: AlertEvidence | None) -> Proof | None:
    """The proof that the picture is of, else the first."""
    scenario = evidence.picture.scenario if evidence and evidence.picture else ""
    found = [each for each in verdict.proofs if each.scenario == scenario]
    return next(iter([*found, *verdict.proofs]), None)


def figure(monitor: str, picture: Picture, id_: str) -> Element:
    """The picture, and below it in which scenario that was."""
    groups = f" Shown is {picture.course.group}, one of {count(picture.groups, 'group')}." if picture.groups > 1 else ""
    part = f" The values are those of its part {picture.part}." if picture.part else ""
    return el(
        "figure",
        None,
        chart(picture, id_, f"{monitor} in scenario {picture.scenario}"),
        el("figcaption", None, el("b", None, picture.scenario), f": {picture.summary}{groups}{part}"),
    )


def _seen(verdict: MonitorVerdict, picture: Picture, searched: Sequence[Sensitivity], id_: str) -> Iterator[Child]:
    rulers = (ruler(each, f"{id_}-{place}") for place, each in enumerate(searched))
    yield el("div", None, figure(verdict.monitor, picture, id_), *rulers)
    yield el("div", None, el("h4", None, "What is sent"), *messages(picture.sent))


def messages(sent: Sequence[Sent]) -> Iterator[Child]:
    """The first message of each kind, and how many more are alike."""
    if not sent:
        yield el("p", "soft", "Nothing was sent.")
    told = set()
    for (_, kind), some in groupby(sent, key=lambda each: (each.minute, each.kind)):
        first, *more = some
        if kind not in told:
            told.add(kind)
            yield notification(first, len(more))


def _depth(
    verdict: MonitorVerdict, evidence: AlertEvidence | None, worker: WorkerResult, searched: Sequence[Sensitivity]
) -> Iterator[Child]:
    picture = evidence.picture if evidence else None
    if verdict.proofs:
        yield _details(
            f"Its {count(len(verdict.proofs), 'proof')}, and where it is quiet", _proofs(verdict), closed=True
        )
    if searched:
        yield _details("How small a fault it sees", *_searched(searched), closed=True)
    if picture:
        yield _details("From the Worker to the notification", _path(picture), *_logs(picture), closed=True)
        yield _details(
            "The picture in words and numbers", el("p", None, described(picture)), _values(picture), closed=True
        )
    if evidence:
        yield _details("Query and runbook", *_declared(evidence))
    yield _details("Every change of its state in this run", _history(verdict.monitor, worker.runs), closed=True)


def _details(summary: str, *children: Child, closed: bool = False) -> Element:
    """Something to open; what is `closed` stays so on paper too."""
    return el("details", "closed" if closed else None, el("summary", None, summary), el("div", None, *children))


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
    return _table(caption, ("scenario", "goes to", "after", "recovers after", "verdict"), rows)


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
    return _table("Minutes count from the begin of the fault.", ("minute", "value", "state"), rows)


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
            f"{scenario}, {round(since / MINUTE_MS):+d} min",
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
