"""`firedrill check`: everything that is wrong with what a file declares, without running any of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, get_args

from firedrill.declared.declaration import Declaration, Declared, Json, Kind, documented_shape
from firedrill.declared.fields import Lack, lacks, withheld
from firedrill.documents import WRONG_SHAPE
from firedrill.organisation import ordered
from firedrill.script_code import check_code
from firedrill.standalone.models import remarks
from firedrill.standalone.not_kept import not_kept
from firedrill.standalone.sources import page_of
from firedrill.vendors.cloudflare.job import check_job, obstacles
from firedrill.vendors.cloudflare.rules.jobs import proof_breaches
from firedrill.vendors.cloudflare.rules.migrations import live_before
from firedrill.vendors.cloudflare.script import check_script
from firedrill.vendors.datadog.administration import (
    check_archive,
    check_archive_order,
    check_notification_rule,
    check_restriction_query,
)
from firedrill.vendors.datadog.dashboards import check_dashboard
from firedrill.vendors.datadog.findings import Finding, Findings
from firedrill.vendors.datadog.indexes import compile_indexes
from firedrill.vendors.datadog.log_metrics import compile_metrics
from firedrill.vendors.datadog.monitors import Monitor, check_monitors, parse_downtime
from firedrill.vendors.datadog.monitors import Problem as MonitorProblem
from firedrill.vendors.datadog.monitors.problems import ADVICE
from firedrill.vendors.datadog.pipelines import compile_pipelines
from firedrill.vendors.datadog.rules.monitors import SLO_ALERT
from firedrill.vendors.datadog.rules.slo_alerts import SloAlert, read_alert, target_breaches
from firedrill.vendors.datadog.rules.slo_alerts import advice as slo_advice
from firedrill.vendors.datadog.rules.slos import targets_of
from firedrill.vendors.datadog.samples import grok_warnings
from firedrill.vendors.datadog.slos import check_slo
from firedrill.vendors.errors import FiredrillError, Mistakes, UnknownOption, Unsupported

Compile = Callable[[Sequence[Json]], object]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: with what, in words with its place, the `rule` that it breaks and the rule's page."""

    kind: Kind
    name: str
    text: str
    rule: str
    page: str
    is_warning: bool = False


@dataclass(frozen=True)
class Checked:
    """Every problem and warning, how many things of each kind were looked at, and how many of other types were not.

    `modelled` says what of what is right the other commands emulate by a model.
    """

    found: Sequence[Problem]
    counts: Mapping[Kind, int]
    others: Mapping[str, int]
    modelled: Sequence[str] = ()

    @property
    def problems(self) -> list[Problem]:
        """What is wrong."""
        return [each for each in self.found if not each.is_warning]

    @property
    def warnings(self) -> list[Problem]:
        """What the vendor takes, and nobody wants."""
        return [each for each in self.found if each.is_warning]


class Here(NamedTuple):
    """Where a file is checked: the time (RFC 3339), and the folder that paths of code start from."""

    now: str
    root: Path


def check(declared: Declared, here: Here | None = None) -> Checked:
    """Check all that a file declares. Raises FiredrillError when it declares nothing that could be checked.

    A WorkersScript without `migrations.old_tag` is taken for the first upload. Without `here`, neither its code nor
    whether its compatibility date has come is looked at.
    """
    if not declared.declarations:
        others = f": it has {', '.join(declared.others)}" if declared.others else ""
        raise FiredrillError(
            f"{declared.place} declares nothing of Datadog's or Cloudflare's that could be checked{others}."
        )
    monitors, found = _check_monitors(declared)
    kinds = Counter(declaration.kind for declaration in declared.declarations)
    problems = [
        *_notes(declared),
        *_in_sets(declared, "pipeline", compile_pipelines),
        *_in_order(declared, "pipeline", "pipeline order", "pipelines", "id"),
        *_in_sets(declared, "log metric", compile_metrics),
        *_in_sets(declared, "log index", compile_indexes),
        *_in_order(declared, "log index", "log index order", "indexes", "name"),
        *_in_monitors(declared, found),
        *_alone(declared, "downtime", parse_downtime),
        *_found(declared, "SLO", lambda spec: check_slo(spec, _monitor_types(declared))),
        *_found(declared, "dashboard", check_dashboard),
        *_found(declared, "notification rule", check_notification_rule),
        *_found(declared, "archive", check_archive),
        *_found(declared, "archive order", check_archive_order),
        *_found(declared, "restriction query", check_restriction_query),
        *_in_jobs(declared),
        *_in_fields(declared),
        *_alone(declared, "WorkersScript", partial(_check_script, here=here)),
    ]
    looked_at = {kind: kinds[kind] for kind in get_args(Kind) if kinds[kind]}
    wrong = {(each.kind, each.name) for each in problems if not each.is_warning}
    return Checked(problems, looked_at, declared.others, list(remarks(declared, monitors, wrong)))


def _of(declared: Declared, kind: Kind) -> list[Declaration]:
    return [declaration for declaration in declared.declarations if declaration.kind == kind]


def _problem(declaration: Declaration, error: FiredrillError) -> Problem:
    """What the vendor has and the emulator has not is a warning: it may be right."""
    rule, text = error.rule, f"{declaration.before}{error}"
    is_warning = isinstance(error, Unsupported) and not isinstance(error, UnknownOption)
    return Problem(declaration.kind, declaration.name, text, rule, page_of(declaration.kind, rule), is_warning)


def _notes(declared: Declared) -> Iterator[Problem]:
    """What cannot be checked, as its value is not in the file."""
    for each in declared.declarations:
        for note in each.notes:
            yield Problem(each.kind, each.name, f"{each.place}: {note}.", "evaluation", page_of(each.kind, ""), True)


def _each(
    declarations: Sequence[Declaration], compile_one: Callable[[Json], object]
) -> Iterator[tuple[Declaration, FiredrillError]]:
    """Every mistake in the translation and the compilation of each declaration alone."""
    for declaration in declarations:
        mistakes = Mistakes()
        mistakes.found += declaration.mistakes
        if declaration.spec is not None:
            with mistakes.collect(), documented_shape(f"{declaration.kind} {declaration.name!r}"):
                compile_one(declaration.spec)
        for mistake in mistakes.found:
            yield declaration, mistake


def _in_sets(declared: Declared, kind: Kind, compile_all: Compile) -> Iterator[Problem]:
    """Each one alone, and those without a mistake together, for what they may not have in common."""
    found = list(_each(_of(declared, kind), lambda spec: compile_all([spec])))
    yield from (_problem(declaration, mistake) for declaration, mistake in found)
    wrong = {id(declaration) for declaration, _ in found}
    sound = [declaration for declaration in _of(declared, kind) if id(declaration) not in wrong]
    together = Mistakes()
    with together.collect():
        compile_all([declaration.spec for declaration in sound if declaration.spec is not None])
    yield from (_problem(Declaration(kind, "", None), mistake) for mistake in together.found)
    if kind == "pipeline":
        yield from (each for pipeline in sound for each in _in_samples(pipeline))


def _in_samples(pipeline: Declaration) -> Iterator[Problem]:
    for text, rule, is_warning in grok_warnings(pipeline.spec or {}):
        page = page_of("pipeline", rule)
        yield Problem("pipeline", pipeline.name, f"{pipeline.before}{text}", rule, page, is_warning)


def _in_order(declared: Declared, kind: Kind, order: Kind, what: str, key: str) -> Iterator[Problem]:
    specs = [declaration.spec for declaration in _of(declared, kind) if declaration.spec is not None]
    yield from _alone(declared, order, lambda spec: ordered(specs, [spec], what, key))


def _found(declared: Declared, kind: Kind, check_one: Callable[[Json], Findings]) -> Iterator[Problem]:
    """What is found about each one alone, warnings included."""
    for each in _of(declared, kind):
        found = list[Finding]()

        def check_it(spec: Json, found: list[Finding] = found) -> None:
            found += check_one(spec)

        for declaration, mistake in _each([each], check_it):
            yield _problem(declaration, mistake)
        for text, rule, is_warning in found:
            yield Problem(kind, each.name, f"{each.before}{text}", rule, page_of(kind, rule), is_warning)


def _monitor_types(declared: Declared) -> dict[str, str]:
    """The type of each monitor, by its id."""
    return {each.id: str((each.spec or {}).get("type", "query alert")) for each in _of(declared, "monitor")}


def _check_monitors(declared: Declared) -> tuple[list[Monitor], list[MonitorProblem]]:
    monitors = _of(declared, "monitor")
    untranslated = [monitor.id for monitor in monitors if monitor.spec is None]
    specs = [monitor.spec for monitor in monitors if monitor.spec is not None]
    compiled, found = check_monitors(specs, other_ids=untranslated)
    return compiled, [*found, *not_kept(declared, compiled)]


def _in_monitors(declared: Declared, found: Sequence[MonitorProblem]) -> Iterator[Problem]:
    monitors = _of(declared, "monitor")
    for monitor in monitors:
        yield from (_problem(monitor, mistake) for mistake in monitor.mistakes)
    addresses = {each.id: each.before for each in monitors}
    yield from _in_slo_alerts(declared)
    slos = _slos(declared)
    evaluated = {each.id or each.name for each in monitors if (alert := _slo_alert(each)) and alert.slo in slos}
    for name, rule, text, id_ in found:
        if rule == "evaluation" and id_ in evaluated:
            continue
        place = f"{addresses.get(id_, '')}monitor {name!r}"
        words = str(Unsupported(text, place)) if rule == "unsupported" else f"{place}: {text}."
        if rule == "evaluation":
            words = f"{place}: {text} is not evaluated by the emulator; checked is what all monitors have in common."
        yield Problem("monitor", name, words, rule, page_of("monitor", rule), rule in ADVICE)


def _slos(declared: Declared) -> dict[str, Json]:
    return {each.id: each.spec for each in _of(declared, "SLO") if each.id and each.spec}


def _slo_alert(monitor: Declaration) -> SloAlert | None:
    """What a monitor asks of which SLO, if it is about one and can be read."""
    spec = monitor.spec or {}
    return read_alert(str(spec.get("query"))) if spec.get("type") == SLO_ALERT else None


def _in_slo_alerts(declared: Declared) -> Iterator[Problem]:
    """Queries of monitors beside the SLOs they are about, where both are in the file."""
    slos = _slos(declared)
    for monitor in _of(declared, "monitor"):
        alert = _slo_alert(monitor)
        if alert is None:
            continue
        found, place = Findings(), f"{monitor.before}monitor {monitor.name!r}"
        for text in slo_advice(alert):
            found.warn(place, text, "query")
        if alert.slo in slos:
            found.refuse(place, target_breaches(alert, targets_of(slos[alert.slo])), "query")
        elif slos:
            found.warn(place, f"query names the SLO {alert.slo!r}, which is not one of those declared here", "query")
        for text, rule, is_warning in found:
            yield Problem("monitor", monitor.name, text, rule, page_of("monitor", rule), is_warning)


def _in_jobs(declared: Declared) -> Iterator[Problem]:
    """Mistakes of jobs, and what keeps the events of scripts from being delivered at all."""
    scripts = [declaration.spec for declaration in _of(declared, "WorkersScript") if declaration.spec]
    pushing = [script for script in scripts if script.get("logpush")]
    judged: Sequence[Mapping[str, Any] | None] = pushing[:1] or scripts or [None]

    def check_one(spec: Json) -> None:
        mistakes = Mistakes()
        with mistakes.collect():
            check_job(spec, may_be_there=True)
        name, enabled = str(spec.get("name") or ""), bool(spec.get("enabled"))
        reasons = dict.fromkeys(reason for script in judged for reason in obstacles(name, enabled, script))
        mistakes.found += [FiredrillError(f"{reason}.") for reason in reasons]
        mistakes.raise_all()

    yield from _alone(declared, "Logpush job", check_one)
    for job in _of(declared, "Logpush job"):
        for breach in proof_breaches(job.spec or {}):
            text = f"{job.before}Logpush job {job.name!r}: {breach}"
            may_be_there = bool(job.address)
            text += ", or Cloudflare refuses to create the job" if may_be_there else ""
            page = page_of("Logpush job", "destination_conf")
            yield Problem("Logpush job", job.name, f"{text}.", "ownership_challenge", page, may_be_there)


def _check_script(script: Json, here: Here | None) -> None:
    mistakes, live = Mistakes(), live_before(script)
    with mistakes.collect():
        check_script(script, live)
    with mistakes.collect():
        if here:
            check_code(script, live, *here)
    mistakes.raise_all()


def _in_fields(declared: Declared) -> Iterator[Problem]:
    """Fields that a job to Datadog does not select and that something in the file reads.

    Nothing where a declaration is not of its documented shape, which is told of it.
    """
    for option, find in (("output_options", lacks), ("filter", withheld)):
        found: list[Lack] = []
        with suppress(*WRONG_SHAPE):
            found = list(find(declared))
        for lack in found:
            yield Problem("Logpush job", lack.job, f"{lack}.", option, page_of("Logpush job", option))


def _alone(declared: Declared, kind: Kind, compile_one: Callable[[Json], object]) -> Iterator[Problem]:
    """Each one alone, for kinds that have no rules about several of them."""
    for declaration, mistake in _each(_of(declared, kind), compile_one):
        yield _problem(declaration, mistake)
