"""`firedrill pipeline`: every log of a file as Datadog would hold it.

Each log counts as a request of its own, so what is limited is the log, not the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from firedrill.standalone.declared import Declared, documented_shape
from firedrill.standalone.read import DEFAULT_TIME_MS, LATEST_MS, Json
from firedrill.standalone.text import iso_ms
from firedrill.vendors.datadog.indexes import Indexes, Placement, compile_indexes
from firedrill.vendors.datadog.intake import receive, within_window
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.log_metrics import LogMetrics, Reason, compile_metrics
from firedrill.vendors.datadog.pipelines import Pipelines, Step, compile_pipelines, in_order
from firedrill.vendors.datadog.undocumented import CAUTIOUS

ANY_DATE = replace(CAUTIOUS, future_date="keep")


@dataclass(frozen=True)
class Logging:
    """What a file declares about logs, compiled."""

    pipelines: Pipelines
    metrics: LogMetrics
    indexes: Indexes | None


@dataclass(frozen=True)
class Held:
    """What became of one log, the `number`th of its file.

    `dropped` says why Datadog does not hold it; then there may be no `log`. `cut` logs were over the size limit.
    `steps`, `points` and `placement` are there only when they were asked for.
    """

    number: int
    log: Log | None
    dropped: str = ""
    cut: bool = False
    steps: Sequence[Step] = ()
    points: Sequence[Reason] = ()
    placement: Placement | None = None


def compile_logging(declared: Declared) -> Logging:
    """Compile the file's pipelines, log-based metrics and indexes; raises FiredrillError with the mistakes of one kind.

    Pipelines and indexes run in the order of the file, or of the resource that orders them.
    """
    pipelines = ordered(declared.of("pipeline"), declared.of("pipeline order"), "pipelines", "id")
    indexes = ordered(declared.of("log index"), declared.of("log index order"), "indexes", "name")
    return Logging(
        compile_pipelines(pipelines),
        compile_metrics(declared.of("log metric")),
        compile_indexes(indexes) if indexes else None,
    )


def ordered(specs: Sequence[Json], orders: Sequence[Json], what: str, key: str) -> Sequence[Mapping[str, object]]:
    """The specs in the order of the first of `orders`, if there is one, that lists each of them by its `key`."""
    if not orders:
        return specs
    with documented_shape(f"{what} order"):
        return in_order(specs, list(orders[0][what]), what=what, key=key)


def hold(
    entries: Sequence[Json], logging: Logging, params: Mapping[str, str], received_ms: int, *, explain: bool = False
) -> Iterator[Held]:
    """What Datadog holds of each log, in order, all of them received at `received_ms`; see `intake.receive`."""
    for number, entry in enumerate(entries, start=1):
        intake = receive([entry], params=params, received_ms=received_ms)
        if not intake.logs:
            yield Held(number, None, intake.dropped[0][0])
            continue
        (log,) = intake.logs
        steps = logging.pipelines.explain(log) if explain else []
        if not explain:
            logging.pipelines.process(log)
        late = within_window([log], received_ms)[1]
        held = Held(number, log, late[0][0] if late else "", bool(intake.truncated), steps)
        if explain and not late:
            placement = logging.indexes.store(log, received_ms) if logging.indexes else None
            held = replace(held, points=logging.metrics.explain(log, received_ms), placement=placement)
        yield held


def time_of_receipt(entries: Sequence[Json], logging: Logging, params: Mapping[str, str]) -> tuple[int, str]:
    """When logs are taken to be received (ms) if nobody says: at the newest official date after the pipelines; and why.

    Never the clock of the machine, so that the same file gives the same logs on every day.
    """
    logs = (
        log for entry in entries for log in receive([entry], params=params, received_ms=0, undocumented=ANY_DATE).logs
    )
    dates = [date for log in logs if 0 < (date := logging.pipelines.process(log).timestamp) <= LATEST_MS]
    if dates:
        return max(dates), f"received at {iso_ms(max(dates))}, the newest date in the logs; --received sets another"
    return DEFAULT_TIME_MS, f"received at {iso_ms(DEFAULT_TIME_MS)}, as no log has a date; --received sets another"
