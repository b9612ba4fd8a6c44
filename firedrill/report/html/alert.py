"""One alert: its verdict, its picture, what it sends, and in depth how it came to that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.etree.ElementTree import Element

from firedrill.drill.bracket import Sensitivity
from firedrill.drill.result import WorkerResult
from firedrill.drill.verdicts import MonitorVerdict, Proof
from firedrill.report.evidence import AlertEvidence, Picture, Sent
from firedrill.report.html.chart import chart
from firedrill.report.html.depth import depth
from firedrill.report.html.markup import Child, anchor, el
from firedrill.report.html.notification import channel, notification
from firedrill.report.html.ruler import ruler
from firedrill.report.html.summary import Judged, alerted, recovered
from firedrill.report.table import word
from firedrill.report.words import count, dollars, listed, minutes, number
from firedrill.vendors.datadog.modelled import UNDOCUMENTED

_STATES = {"proven": "ok", "NOT PROVEN": "alert"}
_SIGN = {"proven": "✓ ", "NOT PROVEN": "✗ "}


def verdict_pill(verdict: MonitorVerdict) -> Element:
    """The verdict in a word, with a sign beside its colour."""
    said = word(verdict)
    sign = _SIGN.get(said, "")
    return el("span", f"pill {_STATES.get(said, 'plain')}", sign, el("span", "word" if sign else None, said.lower()))


def card(alert: Judged, worker: WorkerResult) -> Element:
    """Everything about an alert."""
    verdict, evidence = alert.verdict, alert.evidence
    id_ = anchor(alert.worker, verdict.monitor)
    picture = evidence.picture if evidence else None
    searched = [each for each in worker.sensitivity if each.monitor == verdict.monitor]
    return el(
        "article",
        {"class": "card" if verdict.proven else "card failed", "id": id_, "aria-labelledby": f"{id_}-h"},
        el(
            "div",
            "face",
            el(
                "header",
                None,
                el("h3", {"id": f"{id_}-h"}, verdict.monitor),
                verdict_pill(verdict),
                _severity(evidence),
                el("a", {"class": "up", "href": f"#{anchor('worker', alert.worker)}"}, "↑ all alerts"),
            ),
            el("p", "title", evidence.title if evidence else ""),
            _wrong(verdict, worker),
            el("p", None, f"Exempt: {verdict.exempt}") if verdict.exempt else None,
            *(el("p", "soft", f"{UNDOCUMENTED}: {text}") for text in verdict.modelled),
            el("p", "soft", f"Modelled, not measured: {verdict.unmeasured}") if verdict.unmeasured else None,
            facts(verdict, evidence, searched),
            el("div", "seen", *_seen(verdict, picture, searched, id_)) if picture else None,
        ),
        el("div", "more-of", *depth(verdict, evidence, worker, searched)),
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
        allowed = f"of {minutes(expected.alert_minutes)} {_allowed(evidence)}" if expected else ""
        after = recovered(shown)
        back = f"of {minutes(expected.recover_minutes)} after the fault" if expected else "after the fault"
        rows.append(("Alerts in", minutes(alerted(shown)), allowed))
        if after is not None and after < 0:
            rows.append(("Recovers", f"{minutes(-after)} early", "before the fault ends"))
        else:
            rows.append(("Recovers in", minutes(after), back))
        if shown.billed is not None:
            rows.append(("Billed until then", dollars(shown.billed), "by Cloudflare's list prices, modelled"))
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
    heard = evidence.picture.heard if evidence and evidence.picture else ()
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
