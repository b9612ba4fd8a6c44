"""The whole page: the answer, what is wrong, the alerts, the path, the timings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from xml.etree.ElementTree import Element

from firedrill import __version__
from firedrill.drill.result import DrillResult, WorkerResult
from firedrill.report.advice import command, to_do
from firedrill.report.cases import cases
from firedrill.report.evidence import Evidence
from firedrill.report.html.alert import card
from firedrill.report.html.dashboard import dashboards
from firedrill.report.html.depth import sizes
from firedrill.report.html.index import Entry, index
from firedrill.report.html.markup import Child, anchor, el, serialised
from firedrill.report.html.overview import overview, through
from firedrill.report.html.summary import Judged, answers, headline, judged
from firedrill.report.words import count, seconds
from firedrill.vendors.datadog.modelled import UNDOCUMENTED

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""What a browser may load for the page: nothing but its own style; no script runs, whatever the page holds."""


def to_html(result: DrillResult, evidence: Evidence) -> str:
    """One page without a script; the same drill makes the same bytes."""
    alerts = judged(result, evidence)
    order = sorted(alerts, key=lambda each: each.verdict.proven)
    sections = [part for worker in result.workers for part in _of_worker(worker, order)]
    named = "{0}" if len(result.workers) == 1 else "{0} of {1}"
    entries = [
        Entry(anchor(worker, verdict.monitor), named.format(verdict.monitor, worker), verdict.proven)
        for worker, verdict, _ in order
    ]
    wrong = list(_wrong(result))
    verdict = "proven" if result.proven else "not proven"
    return page(
        f"{result.stack}: {verdict}",
        index(_parts(result, wrong), entries),
        el("header", "top", el("p", "brand", "Firedrill"), headline(result), answers(result, alerts)),
        el("main", {"id": "main"}, *wrong, *sections, *_timings(result)),
        el("footer", None, *_footer(result)),
    )


def _of_worker(worker: WorkerResult, alerts: Sequence[Judged]) -> Iterator[Child]:
    """All that is known of a Worker and its alerts."""
    mine = [each for each in alerts if each.worker == worker.worker]
    yield el("h2", {"id": anchor("worker", worker.worker)}, f"Alerts of {worker.worker}")
    yield overview(mine, worker) if mine else el("p", "soft", "No alert watches this Worker.")
    yield from sizes(worker.worker, worker.sensitivity)
    yield el("h2", {"id": anchor("path", worker.worker)}, f"From {worker.worker} to the notifications")
    yield through(worker)
    yield from _left_out(worker)
    if mine:
        yield el("h2", {"id": anchor("cards", worker.worker)}, f"Each alert of {worker.worker}")
    yield from (card(each, worker) for each in mine)
    yield from dashboards(worker.drawings)


def _parts(result: DrillResult, wrong: Sequence[Child]) -> Iterator[Entry]:
    """What the index has before the alerts: of one Worker its parts, of several their names."""
    if wrong:
        yield Entry("wrong", "What is not proven", good=False)
    if len(result.workers) == 1:
        (worker,) = result.workers
        yield Entry(anchor("worker", worker.worker), "Alerts")
        if worker.sensitivity:
            yield Entry(anchor("sizes", worker.worker), "Smallest faults")
        yield Entry(anchor("path", worker.worker), "Path")
        if worker.verdicts:
            yield Entry(anchor("cards", worker.worker), "Each alert")
        for title in dict.fromkeys(each.dashboard for each in worker.drawings):
            yield Entry(anchor("dashboard", title), "Dashboard")
    else:
        for worker in result.workers:
            yield Entry(anchor("worker", worker.worker), worker.worker)
    if result.stages:
        yield Entry("time", "Time")


def page(title: str, index: Element, *children: Child) -> str:
    """A page of ours with that index and content."""
    head = el(
        "head",
        None,
        el("meta", {"charset": "utf-8"}),
        el("meta", {"http-equiv": "Content-Security-Policy", "content": POLICY}),
        el("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        el("meta", {"name": "referrer", "content": "no-referrer"}),
        el("title", None, f"{title} - Firedrill"),
        el("style", None, _style()),
    )
    skip = el("a", {"class": "skip", "href": "#main"}, "Skip to the alerts")
    body = el("body", None, skip, index, *children)
    return f"<!DOCTYPE html>\n{serialised(el('html', {'lang': 'en'}, head, body))}\n"


@cache
def _style() -> str:
    return files("firedrill.report.html").joinpath("style.css").read_text(encoding="utf-8")


def _wrong(result: DrillResult) -> Iterator[Child]:
    found: list[Child] = [el("div", "wrong", el("p", None, each)) for each in result.problems]
    for worker in result.workers:
        found += [el("div", "wrong", el("p", None, f"{worker.worker}: {each}")) for each in worker.problems]
        for case in cases(worker):
            said = [el("p", None, el("b", None, ", ".join(names)), f" {said}") for said, names in case.monitors.items()]
            lines = (
                ("because ", case.why),
                ("do: ", to_do(case.first.kind, case.why)),
            )
            look = command(result.stack, case.first)
            found.append(
                el(
                    "div",
                    "wrong",
                    *said,
                    *(el("p", None, f"{label}{text}") for label, text in lines if text),
                    el("p", None, "look: ", el("code", None, look)) if look else None,
                )
            )
        found += [el("div", "warned", each) for each in worker.remarks]
    if found:
        yield el("h2", {"id": "wrong"}, "What is not proven")
        yield from found


def _left_out(worker: WorkerResult) -> Iterator[Child]:
    for scenario, reason in worker.skipped.items():
        yield el("p", "soft", f"Left out: {scenario}, {reason}")


def _timings(result: DrillResult) -> Iterator[Child]:
    if not result.stages:
        return
    total, most = sum(result.stages.values()), max(result.stages.values()) or 1
    yield el("h2", {"id": "time"}, "Where the time went")
    yield el("p", "soft", f"{seconds(total)} of real time; everything else on this page is simulated time.")
    yield el("ol", "bars", *(_bar(name, took, took / most) for name, took in result.stages.items()))


def _bar(name: str, took: float, share: float) -> Element:
    box = {"class": None, "viewBox": "0 0 100 6", "preserveAspectRatio": "none", "aria-hidden": "true"}
    track = el("rect", {"class": "track", "width": 100, "height": 6})
    bar = el("svg", box, track, el("rect", {"width": max(0.5, round(share * 100, 1)), "height": 6}))
    return el("li", None, el("span", None, name), bar, el("span", "n num", seconds(took)))


def _footer(result: DrillResult) -> Iterator[Child]:
    for each in result.deliveries:
        state = f"not delivered: {each.obstacle}" if each.obstacle else each.problem or "all of them read back"
        yield el("p", None, f"{each.job}, {each.kind}://: {count(each.records, 'record')} sent; {state}.")
    for exposure in result.exposures:
        told = [f"{value} in {', '.join(fields)}" for value, fields in exposure.reached.items() if fields]
        known = f"of {count(len(exposure.reached), 'marked value')} of {exposure.worker}"
        yield el("p", None, f"{exposure.job}, {exposure.kind}://: {known} it gets {'; '.join(told) or 'none'}.")
    if result.modelled:
        yield el("p", None, f"Modelled, not measured: {'; '.join(result.modelled)}.")
    if result.undocumented:
        yield el("p", None, f"{UNDOCUMENTED[0].upper()}{UNDOCUMENTED[1:]}:")
        yield el("ul", None, *(el("li", None, f"{text}.") for text in result.undocumented))
    yield el(
        "p", None, f"Firedrill {__version__}. No vendor was asked: Logpush and Datadog are emulated as documented."
    )
