"""The drill's result for machines: JSON with all evidence, and JUnit XML with a case per monitor."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timezone
from typing import Any
from xml.etree import ElementTree

from firedrill.drill.result import DrillResult
from firedrill.drill.verdicts import MonitorVerdict


def to_json(result: DrillResult) -> str:
    """One JSON object: `proven`, `monitors` (with proofs and causes), `scenarios` (with every change), `stages` (s)."""
    document = {
        "stack": result.stack,
        "proven": result.proven,
        "unexplainedNotifications": result.unexplained,
        "problems": list(result.problems),
        "modelled": list(result.modelled),
        "volume": asdict(result.volume),
        "stages": {name: round(seconds, 3) for name, seconds in result.stages.items()},
        "monitors": [_monitor(verdict, result.causes.get(verdict.monitor, "")) for verdict in result.verdicts],
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
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def to_junit(result: DrillResult) -> str:
    """JUnit XML, a UTF-8 document: one test case per monitor, one for all that belongs to none; exempt ones skipped."""
    suite = ElementTree.Element("testsuite", name=f"firedrill {result.stack}")
    failures = 0
    for verdict in result.verdicts:
        case = ElementTree.SubElement(suite, "testcase", classname=f"firedrill.{result.stack}", name=verdict.monitor)
        if verdict.exempt:
            ElementTree.SubElement(case, "skipped", message=verdict.exempt)
        elif verdict.problems:
            failures += 1
            text = "\n".join([*verdict.problems, result.causes.get(verdict.monitor, "")]).strip()
            ElementTree.SubElement(case, "failure", message=verdict.problems[0]).text = text
    case = ElementTree.SubElement(suite, "testcase", classname=f"firedrill.{result.stack}", name="the drill itself")
    if result.problems:
        failures += 1
        ElementTree.SubElement(case, "failure", message=result.problems[0]).text = "\n".join(result.problems)
    suite.set("tests", str(len(result.verdicts) + 1))
    suite.set("failures", str(failures))
    suite.set("skipped", str(sum(bool(verdict.exempt) for verdict in result.verdicts)))
    ElementTree.indent(suite)
    document: bytes = ElementTree.tostring(suite, encoding="utf-8", xml_declaration=True)
    return document.decode() + "\n"


def iso(time_ms: int) -> str:
    """A simulated time as ISO 8601 in UTC, to the second."""
    return datetime.fromtimestamp(time_ms / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _monitor(verdict: MonitorVerdict, cause: str) -> dict[str, Any]:
    return {
        "monitor": verdict.monitor,
        "proven": verdict.proven,
        "exempt": verdict.exempt,
        "quietScenarios": verdict.quiet_scenarios,
        "problems": list(verdict.problems),
        "cause": cause,
        "proofs": [
            {
                "scenario": proof.scenario,
                "state": proof.state,
                "faultBegan": iso(proof.began_ms),
                "faultEnded": iso(proof.ended_ms),
                "alerted": iso(proof.alerted_ms) if proof.alerted_ms is not None else None,
                "recovered": iso(proof.recovered_ms) if proof.recovered_ms is not None else None,
                "problem": proof.problem,
            }
            for proof in verdict.proofs
        ],
    }
