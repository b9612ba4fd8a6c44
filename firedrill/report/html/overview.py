"""The alerts of a Worker in a table, a line for each, and what the drill pushed through the path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element

from firedrill.drill.bracket import Sensitivity
from firedrill.drill.result import WorkerResult
from firedrill.report.evidence import AlertEvidence
from firedrill.report.html.alert import proof_shown, verdict_pill
from firedrill.report.html.chart import sparkline
from firedrill.report.html.markup import Child, anchor, el
from firedrill.report.html.notification import channel
from firedrill.report.html.summary import Judged, alerted, recovered
from firedrill.report.words import LONG_MINUTES, minutes, number

HEAD = (("alert", ""), ("verdict", ""), ("fault and value", "wide"), ("told", "wide"), ("alerts in", ""))
MORE = (("recovers in", "wide"), ("smallest fault", ""))


def overview(alerts: Sequence[Judged], worker: WorkerResult) -> Element:
    """A line for each alert, which leads to its card."""
    searched = {each.monitor: each for each in worker.sensitivity}
    titles = [el("th", {"scope": "col", "class": class_ or None}, name) for name, class_ in (*HEAD, *MORE)]
    rows = [el("tr", None, *_cells(alert, searched)) for alert in alerts]
    table = el("table", "overview", el("thead", None, el("tr", None, *titles)), el("tbody", None, *rows))
    return el("div", "sheet", table)


def _cells(alert: Judged, searched: Mapping[str, Sensitivity]) -> list[Child]:
    verdict, evidence = alert.verdict, alert.evidence
    picture = evidence.picture if evidence else None
    proof = proof_shown(verdict, evidence)
    heard = dict.fromkeys(handle for each in (picture.sent if picture else ()) for handle in each.handles)
    allowed = evidence.expected.alert_minutes if evidence else None
    found = searched.get(verdict.monitor)
    size = "" if found is None else "none fires" if found.smallest is None else f"{number(found.smallest)}"
    name = el("a", {"href": f"#{anchor(alert.worker, verdict.monitor)}"}, verdict.monitor)
    return [
        el("th", {"scope": "row"}, name),
        el("td", None, verdict_pill(verdict)),
        el("td", "wide", sparkline(picture) if picture else "-"),
        el("td", "wide told", ", ".join(map(channel, heard)) or _silent(evidence)),
        el("td", "num", *_within(alerted(proof), allowed)) if proof else el("td", None, "-"),
        el("td", "num wide", el("span", "keep", minutes(recovered(proof)) if proof else "-")),
        el("td", "num", size or "-", el("span", "sub", f" {found.unit}") if found and size else None),
    ]


def _within(took: int | None, allowed: int | None) -> Iterator[Child]:
    """How long an alert took of what it may take, in one line where both are short."""
    if took is not None and allowed and max(took, allowed) < LONG_MINUTES:
        yield el("span", "keep", f"{took} ", el("span", "sub", f"of {minutes(allowed)}"))
        return
    yield el("span", "keep", minutes(took))
    if allowed:
        yield el("span", "sub", f" of {minutes(allowed)}")


def _silent(evidence: AlertEvidence | None) -> str:
    return "part of another alert" if evidence and evidence.expected.part else "nobody"


def through(worker: WorkerResult) -> Element:
    """How much went through each step from the Worker to the monitors, over all scenarios."""
    volume = worker.volume
    sent = sum(bool(change.notification) for run in worker.runs for change in run.changes)
    steps = (
        ("takes of the real Worker in workerd", volume.takes),
        ("trace events on simulated time", volume.trace_events),
        ("logs that Datadog keeps", volume.logs),
        ("metric points", volume.points),
        ("evaluations of monitors", volume.evaluations),
        ("notifications to somebody", sent),
    )
    return el(
        "ol", "path", *(el("li", None, el("b", "num", f"{amount:,}"), el("span", None, name)) for name, amount in steps)
    )
