"""The drill's result for machines: JSON with all evidence, and JUnit XML with a case per monitor."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from firedrill.drill.bracket import Sensitivity
from firedrill.drill.result import Delivered, DrillResult, Exposure, WorkerResult
from firedrill.drill.verdicts import MonitorVerdict
from firedrill.schemas import VERSION


def to_json(result: DrillResult) -> str:
    """One JSON object: `proven`, `stages` (s), `workers` with `monitors` (proofs, causes) and `scenarios` (changes)."""
    document = {
        "version": VERSION,
        "stack": result.stack,
        "proven": result.proven,
        "problems": list(result.problems),
        "modelled": [*result.modelled, *result.undocumented],
        "stages": {name: round(seconds, 3) for name, seconds in result.stages.items()},
        "workers": [_worker(worker) for worker in result.workers],
        "deliveries": [_delivery(each) for each in result.deliveries],
        "exposures": [_exposure(each) for each in result.exposures],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _worker(result: WorkerResult) -> dict[str, Any]:
    return {
        "worker": result.worker,
        "proven": result.proven,
        "unexplainedNotifications": result.unexplained,
        "problems": list(result.problems),
        "skipped": dict(result.skipped),
        "coverage": _coverage(result),
        "volume": asdict(result.volume),
        "monitors": [_monitor(verdict, result.cause(verdict)) for verdict in result.verdicts],
        "sensitivity": [_sensitivity(each) for each in result.sensitivity],
        "metricTruth": asdict(result.truth) if result.truth else None,
        "healthyDays": asdict(result.days) if result.days else None,
        "scenarios": [
            {
                "scenario": run.scenario.name,
                "summary": run.scenario.summary,
                "faultBegan": iso(run.begin_ms),
                "faultEnded": iso(run.end_ms),
                "changes": [
                    {
                        "time": iso(change.time_ms),
                        "monitor": change.monitor,
                        "group": change.group,
                        "state": change.state,
                        "notification": change.notification,
                    }
                    for change in run.changes
                ],
            }
            for run in result.runs
        ],
    }


def _coverage(result: WorkerResult) -> dict[str, Any] | None:
    found = result.coverage
    if found is None:
        return None
    kinds = {kind: {"reached": list(found.reached[kind]), "missed": found.missed(kind)} for kind in found.all}
    return {**kinds, "leftOut": dict(found.left_out)}


def _sensitivity(each: Sensitivity) -> dict[str, Any]:
    return {
        "monitor": each.monitor,
        "danger": each.danger,
        "unit": each.unit,
        "size": each.size,
        "smallest": each.smallest,
        "quiet": each.quiet,
        "threshold": each.threshold,
        "minutes": [{"times": times, **asdict(course)} for times, course in sorted(each.minutes.items())],
    }


def _delivery(each: Delivered) -> dict[str, Any]:
    return {
        "job": each.job,
        "destination": each.kind,
        "records": each.records,
        "missing": each.missing,
        "surplus": each.surplus,
        "lackingFields": list(each.lacking),
        "refusals": list(each.refusals),
        "notDelivered": each.obstacle,
    }


def _exposure(each: Exposure) -> dict[str, Any]:
    reached = {value: list(fields) for value, fields in each.reached.items()}
    return {"worker": each.worker, "job": each.job, "destination": each.kind, "reached": reached}


def to_junit(result: DrillResult) -> str:
    """JUnit XML, a UTF-8 document: a suite per Worker with a case per monitor, skipped if exempt; one for the rest."""
    suites = ElementTree.Element("testsuites", name=f"firedrill {result.stack}")
    for worker in result.workers:
        cases = [(verdict, worker.cause(verdict)) for verdict in worker.verdicts]
        _suite(suites, f"{result.stack}.{worker.worker}", cases, worker.problems)
    _suite(suites, result.stack, (), result.problems)
    ElementTree.indent(suites)
    document: bytes = ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True)
    return document.decode() + "\n"


def _suite(
    suites: ElementTree.Element,
    name: str,
    cases: Sequence[tuple[MonitorVerdict, str]],
    problems: Sequence[str],
) -> None:
    suite = ElementTree.SubElement(suites, "testsuite", name=f"firedrill.{name}")
    failures = 0
    for verdict, cause in cases:
        case = ElementTree.SubElement(suite, "testcase", classname=f"firedrill.{name}", name=verdict.monitor)
        if verdict.exempt:
            ElementTree.SubElement(case, "skipped", message=verdict.exempt)
        elif verdict.problems:
            failures += 1
            text = "\n".join([*verdict.problems, cause]).strip()
            ElementTree.SubElement(case, "failure", message=verdict.problems[0]).text = text
    case = ElementTree.SubElement(suite, "testcase", classname=f"firedrill.{name}", name="the drill itself")
    if problems:
        failures += 1
        ElementTree.SubElement(case, "failure", message=problems[0]).text = "\n".join(problems)
    suite.set("tests", str(len(cases) + 1))
    suite.set("failures", str(failures))
    suite.set("skipped", str(sum(bool(verdict.exempt) for verdict, _ in cases)))


def iso(time_ms: int) -> str:
    """A simulated time as ISO 8601 in UTC, to the second."""
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _monitor(verdict: MonitorVerdict, cause: str) -> dict[str, Any]:
    return {
        "monitor": verdict.monitor,
        "proven": verdict.proven,
        "exempt": verdict.exempt,
        "quietScenarios": verdict.quiet_scenarios,
        "problems": list(verdict.problems),
        "cause": cause,
        "modelled": [*verdict.modelled, *filter(None, [verdict.unmeasured])],
        "proofs": [
            {
                "scenario": proof.scenario,
                "state": proof.state,
                "faultBegan": iso(proof.began_ms),
                "faultEnded": iso(proof.ended_ms),
                "alerted": iso(proof.alerted_ms) if proof.alerted_ms is not None else None,
                "recovered": iso(proof.recovered_ms) if proof.recovered_ms is not None else None,
                "problem": proof.problem,
                "billedUntilAlerted": proof.billed,
            }
            for proof in verdict.proofs
        ],
    }
