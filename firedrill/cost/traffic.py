"""How much traffic an estimate is for: what a file says, else what the drill's minute of healthy traffic comes to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from firedrill.cost.prices import checked, read
from firedrill.vendors.errors import refuse
from firedrill.vendors.rules.breach import Breach
from firedrill.vendors.rules.prices import Amount
from firedrill.vendors.rules.suggestions import hint

AMOUNT = "a number from 0 to 1e+15"
MINUTES = 30 * 24 * 60
"""Of a month."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)


class WorkerTraffic(_Model):
    """A month of a Worker; what is None comes from the drill's takes."""

    requests: Annotated[Amount | None, Field(description=f"requests a month, {AMOUNT}")] = None
    cpu_ms: Annotated[Amount | None, Field(description=f"CPU time of an average invocation in ms, {AMOUNT}")] = None
    duration_gbs: Annotated[
        Amount | None, Field(alias="durationGBs", description=f"GB-seconds of its objects a month, {AMOUNT}")
    ] = None
    stored_gb: Annotated[Amount | None, Field(alias="storedGB", description=f"GB that its objects hold, {AMOUNT}")] = (
        None
    )


class Traffic(_Model):
    """A month of a stack, its Workers by key.

    `hosts` are those of Datadog that its plan counts. `archive_days` is how long an archive in R2 keeps what it gets.
    `indexed` is the share of logs that the organisation's indexes store, where the stack declares no index.
    """

    workers: Mapping[str, WorkerTraffic] = {}
    hosts: Amount = 0
    archive_days: Annotated[Amount, Field(description=f"days, {AMOUNT}")] = 30
    indexed: Annotated[Amount, Field(le=1, description="a share, from 0 to 1")] = 1

    def of(self, worker: str) -> WorkerTraffic:
        """What is known of a Worker."""
        return self.workers.get(worker, WorkerTraffic())


def traffic(file: Path | None, workers: Collection[str]) -> Traffic:
    """What the file says; raises FiredrillError with everything wrong in it, as for a Worker that there is not."""
    if file is None:
        return Traffic()
    found = checked(Traffic, read(file), file)
    known = sorted(workers)
    strangers = [name for name in found.workers if name not in known]
    allowed = f"one of {', '.join(known)}"
    refuse(
        str(file),
        [Breach(f"workers.{name}", f"no Worker of the stack{hint(name, known)}", allowed) for name in strangers],
    )
    return found
