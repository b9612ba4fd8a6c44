"""What a drill found, as plain data for every form of report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from firedrill.drill.bracket import Sensitivity
from firedrill.drill.coverage import Coverage
from firedrill.drill.verdicts import Failure, MonitorVerdict, ScenarioRun


@dataclass(frozen=True)
class Volume:
    """How much the drill pushed through each part of the path."""

    takes: int
    trace_events: int
    logs: int
    points: int
    evaluations: int


@dataclass(frozen=True)
class MetricTruth:
    """Whether metrics say what the drill saw itself: `cells` counts metrics times takes in which they say anything.

    `differences` are sentences, one for each metric that is wrong; `unreached` metrics have no point in any take.
    """

    cells: int
    metrics: int
    takes: int
    differences: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()


class Line(NamedTuple):
    """One line of a widget: its `label`, the `query` that it is of, a value for each minute, None for none."""

    label: str
    query: str
    values: tuple[float | None, ...]


class Drawing(NamedTuple):
    """What a widget of a dashboard shows in a scenario, minute by minute from the beginning of its fault.

    `fault` is the fault's length in minutes. Where there are no `lines`, the `note` says why, or what it shows. `marks`
    are minutes in which something is deployed.
    """

    dashboard: str
    group: str
    title: str
    kind: str
    scenario: str = ""
    fault: int = 0
    minutes: tuple[int, ...] = ()
    lines: tuple[Line, ...] = ()
    display: str = "line"
    note: str = ""
    marks: tuple[int, ...] = ()


@dataclass(frozen=True)
class Days:
    """So many healthy days of a Worker, the `records` in them, and who went where when somebody was told of it."""

    days: int
    records: int
    notifications: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorkerResult:
    """Verdicts and evidence of one Worker.

    `problems` are those of no monitor in particular; `causes` explain failures of monitors, and `remarks` what may
    have to do with any of them; `skipped` has the scenarios that its drill file leaves out, with the reason. `seconds`
    is how long the drill of this Worker took; `sensitivity` is empty where nothing was searched. `modelled` is what of
    its logs' processing no documentation decides; `coverage` says what its traffic came to, None where none
    tells it; `drawings` are of the widgets of its dashboards.
    """

    worker: str
    verdicts: tuple[MonitorVerdict, ...]
    runs: tuple[ScenarioRun, ...]
    volume: Volume
    problems: tuple[str, ...] = ()
    causes: Mapping[Failure, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    skipped: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    sensitivity: tuple[Sensitivity, ...] = ()
    modelled: tuple[str, ...] = ()
    coverage: Coverage | None = None
    truth: MetricTruth | None = None
    days: Days | None = None
    """None where none were asked for."""
    drawings: tuple[Drawing, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether every monitor is proven or exempt and nothing else is wrong."""
        return not self.problems and all(verdict.proven for verdict in self.verdicts)

    def cause(self, verdict: MonitorVerdict) -> str:
        """Why a monitor failed, each cause with its scenarios; "" where it did not, or where nobody knows."""
        found: dict[str, list[str]] = {}
        for failure in verdict.failures:
            if why := self.causes.get(failure):
                found.setdefault(why, []).append(failure.scenario)
        told = [f"in {', '.join(names)}: {why}" if any(names) else why for why, names in found.items()]
        return "; ".join([*told, *self.remarks]) if verdict.failures else ""

    @property
    def unexplained(self) -> int:
        """Notifications of the judged monitors that no scenario explains."""
        judged = {verdict.monitor for verdict in self.verdicts}
        return sum(
            bool(change.notification)
            and change.monitor in judged
            and run.scenario.wants_quiet(change.monitor)
            and run.scenario.is_noise(change.state)
            for run in self.runs
            for change in run.changes
        )


@dataclass(frozen=True)
class Delivered:
    """What became of the records that a job has sent to its destination, as read back from what stands for it.

    Of its `records`, `missing` were not there; `surplus` were there and not sent, or more often than uploaded.
    `lacking` are selected fields that are not in all of them, `refusals` what the destination answered. With an
    `obstacle`, nothing could be sent on this machine.
    """

    job: str
    kind: str
    records: int = 0
    missing: int = 0
    surplus: int = 0
    lacking: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    obstacle: str = ""

    @property
    def problem(self) -> str:
        """What is wrong with it, "" for nothing."""
        found = [
            f"{self.missing} of {self.records} records are not there" if self.missing else "",
            f"{self.surplus} are there that were not sent, or sent once" if self.surplus else "",
            f"some lack {', '.join(self.lacking)}" if self.lacking else "",
        ]
        told = "; ".join(filter(None, found))
        answers = f" (answers: {', '.join(self.refusals)})" if self.refusals else ""
        return f"the destination {self.kind}:// of the Logpush job {self.job!r}: {told}{answers}" if told else ""


@dataclass(frozen=True)
class Exposure:
    """In which fields of its records a job sends each marked value of a Worker, by what the value stands for.

    None for a value that does not reach the destination, which is of this `kind`.
    """

    worker: str
    job: str
    kind: str
    reached: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class DrillResult:
    """What was found of each Worker of a stack; `problems` are those of no Worker in particular.

    `stages` are seconds of wall time per stage in the order they ran; `modelled` names what was not measured. `chosen`
    says that only some of the Workers, scenarios or monitors were asked for. `deliveries` are those of
    enabled jobs; their problems are among the `problems`. `exposures` say what of marked values leaves Cloudflare.
    """

    stack: str
    workers: tuple[WorkerResult, ...]
    stages: Mapping[str, float]
    problems: tuple[str, ...] = ()
    modelled: tuple[str, ...] = ()
    chosen: bool = False
    deliveries: tuple[Delivered, ...] = ()
    exposures: tuple[Exposure, ...] = ()

    @property
    def undocumented(self) -> tuple[str, ...]:
        """What no documentation decides, each with the monitors that it is about; none where it is about logs."""
        found: dict[str, list[str]] = {}
        for worker in self.workers:
            for text in worker.modelled:
                found.setdefault(text, [])
            for verdict in worker.verdicts:
                for text in verdict.modelled:
                    found.setdefault(text, []).append(verdict.monitor)
        return tuple(text + (f" ({', '.join(dict.fromkeys(names))})" if names else "") for text, names in found.items())

    @property
    def proven(self) -> bool:
        """Whether every Worker is proven and nothing else is wrong."""
        return not self.problems and all(worker.proven for worker in self.workers)
