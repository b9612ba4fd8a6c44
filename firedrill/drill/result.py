"""What a drill found, as plain data for every form of report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from firedrill.drill.verdicts import MonitorVerdict, ScenarioRun


@dataclass(frozen=True)
class Volume:
    """How much the drill pushed through each part of the path."""

    takes: int
    trace_events: int
    logs: int
    points: int
    evaluations: int


@dataclass(frozen=True)
class WorkerResult:
    """Verdicts and evidence of one Worker.

    `problems` are those of no monitor in particular; `causes` explain a monitor that failed; `skipped` has the
    scenarios that its drill file leaves out, with the reason.
    """

    worker: str
    verdicts: tuple[MonitorVerdict, ...]
    runs: tuple[ScenarioRun, ...]
    volume: Volume
    problems: tuple[str, ...] = ()
    causes: Mapping[str, str] = field(default_factory=dict)
    skipped: Mapping[str, str] = field(default_factory=dict)

    @property
    def proven(self) -> bool:
        """Whether every monitor is proven or exempt and nothing else is wrong."""
        return not self.problems and all(verdict.proven for verdict in self.verdicts)

    @property
    def unexplained(self) -> int:
        """Notifications of the judged monitors that no scenario explains."""
        judged = {verdict.monitor for verdict in self.verdicts}
        return sum(
            bool(change.notification) and change.monitor in judged - {*run.scenario.fires} - run.scenario.may_fire
            for run in self.runs
            for change in run.changes
        )


@dataclass(frozen=True)
class DrillResult:
    """What was found of each Worker of a stack; `problems` are those of no Worker in particular.

    `stages` are seconds of wall time per stage in the order they ran; `modelled` names what was not measured.
    """

    stack: str
    workers: tuple[WorkerResult, ...]
    stages: Mapping[str, float]
    problems: tuple[str, ...] = ()
    modelled: tuple[str, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether every Worker is proven and nothing else is wrong."""
        return not self.problems and all(worker.proven for worker in self.workers)
