"""Takes recorded once for all versions of a stack that run the same bundle under the same traffic."""

from __future__ import annotations

from collections.abc import Iterable

from firedrill.drill.record import Recorder, record_takes
from firedrill.drill.stages import Counter
from firedrill.runtime.config import Deployment
from firedrill.runtime.take import Take
from firedrill.scenarios.scenario import TakeSpec


def shared_recorder() -> Recorder:
    """A recorder that hands a take out again when deployment and traffic are the same."""
    recorded: list[tuple[Deployment, TakeSpec, Take]] = []

    def known(deployment: Deployment, spec: TakeSpec) -> Take | None:
        return next((take for where, what, take in recorded if where == deployment and what == spec), None)

    def record(deployment: Deployment, specs: Iterable[TakeSpec], progress: Counter) -> dict[str, Take]:
        wanted = list(specs)
        missing = [spec for spec in wanted if known(deployment, spec) is None]
        if missing:
            found = record_takes(deployment, missing, progress)
            recorded.extend((deployment, spec, found[spec.name]) for spec in missing)
        return {spec.name: take for spec in wanted if (take := known(deployment, spec))}

    return record
