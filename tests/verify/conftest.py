"""The shipped stack, running, with both vendors' APIs beside it, and its export as Pulumi would write it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from firedrill.cloudflare_api import Cloudflare
from firedrill.declared.declaration import declared_in
from firedrill.live.api.serve import apis
from firedrill.live.attach import place_of
from firedrill.live.delivering import couriers
from firedrill.live.deployable import Program
from firedrill.live.hub import Hub
from firedrill.live.run import up
from firedrill.live.stack import LiveStack
from firedrill.organisation import Organisation, compile_organisation
from firedrill.render import render
from firedrill.resources import LOGPUSH_JOB, MONITOR, OBSERVED_SERVICE, WORKERS_SCRIPT, Resource, of_type
from firedrill.scenarios.read_drill_file import read_drill_file
from firedrill.vendors.cloudflare.from_pulumi import workers_script
from firedrill.vendors.cloudflare.job import compile_jobs
from firedrill.verify.check import Check, Patience
from firedrill.verify.datadog_api import Datadog
from firedrill.verify.deployment import Deployment, read
from firedrill.verify.run import Accounts, Canaries, verify
from firedrill.verify.sources import local_access
from tests.live.conftest import Running, SetClock

ROOT = Path(__file__).parents[2]
KEY = "0123456789abcdef0123456789abcdef"
SITE = "datadoghq.com"
CANARIES = 3
"""Of the shipped Worker."""


@pytest.fixture(scope="session")
def declared() -> list[Resource]:
    """What dev declares, with ids as the vendors give them."""
    return render("dev", ROOT)


ARCHIVES = {
    "r2": "r2://logs-archive/trace/{DATE}?account-id=0&access-key-id=a&secret-access-key=b",
    "s3": "s3://logs-archive/trace/{DATE}?region=eu-west-1",
    "s3-compatible": "s3://logs-archive/trace?region=auto&access-key-id=a&secret-access-key=b&endpoint=s3.example",
    "gcs": "gs://logs-archive/trace/{DATE}",
    "azure": "azure://archive1.blob.core.windows.net/logs/trace/{DATE}?sv=1&sig=a",
}


@pytest.fixture
def archived(declared: list[Resource]) -> Callable[..., list[Resource]]:
    """The same, with an archive: of a kind, or with another address."""
    (job,) = of_type(declared, LOGPUSH_JOB)

    def make(kind: str = "r2", conf: str = "") -> list[Resource]:
        inputs = {**job.inputs, "name": "archive", "destinationConf": conf or ARCHIVES[kind]}
        inputs["ownershipChallenge"] = "0" * 32
        return [*declared, replace(job, name="archive", urn=f"{job.urn}-archive", id="1.000999e+06", inputs=inputs)]

    return make


def exported(resources: Sequence[Resource]) -> str:
    """What `pulumi stack export` would print of them."""
    states = [
        {
            "urn": each.urn,
            "type": each.type,
            "id": each.id,
            "inputs": each.inputs,
            "outputs": {**each.inputs, "links": {}} if each.type == OBSERVED_SERVICE else each.inputs,
        }
        for each in resources
    ]
    return json.dumps({"version": 3, "deployment": {"resources": states}})


@dataclass
class Verified:
    """A stack that runs as `held`, verified as if it were what `declared` says."""

    stack: Running
    address: str
    declared: Sequence[Resource]
    progress: list[str] = field(default_factory=list)
    keys: Callable[[Mapping[str, str]], Mapping[str, str]] = lambda known: known
    """What is set of the variables by which archives are read."""

    @property
    def deployment(self) -> Deployment:
        return read(exported(self.declared), "export.json")

    @property
    def ids(self) -> set[str]:
        """The ids of the declared monitors."""
        return {each.id for each in of_type(self.declared, MONITOR)}

    def checks(
        self, *, cloudflare_key: str = KEY, datadog_key: str = KEY, site: str = SITE, page: str = ""
    ) -> list[Check]:
        """What verifying comes to; time passes at the stack while it waits."""
        deployment, here = self.deployment, local_access(place_of(self.stack.folder, "dev"))
        drills = {each.key: read_drill_file(ROOT / each.drill, each.drill) for each in deployment.services}
        canaries = Canaries(
            {key: drill.canary for key, drill in drills.items()},
            {each.script_name: self.stack.address for each in deployment.services},
            7,
        )
        patience = Patience(300, 30, lambda: self.stack.clock.time_ms / 1000, self._wait, self.progress.append)
        with (
            closing(Cloudflare(cloudflare_key, f"{self.address}/client/v4")) as cloudflare,
            closing(Datadog(datadog_key, datadog_key, self.address)) as datadog,
        ):
            accounts = Accounts(cloudflare, datadog, site, lambda job: self.keys(here.archives(job)))
            return list(verify(deployment, accounts, canaries, patience, page))

    def _wait(self, seconds: float) -> None:
        self.stack.until(lambda: self.stack.live.standing().events >= CANARIES)
        self.stack.minutes(1)


@pytest.fixture
def verified(tmp_path: Path, declared: list[Resource]) -> Callable[..., Any]:
    """Runs dev, or what is `held` in its place, until the block ends."""

    @contextmanager
    def running(
        held: Sequence[Resource] = declared,
        declared: Sequence[Resource] = declared,
    ) -> Iterator[Verified]:
        (worker,) = of_type(held, WORKERS_SCRIPT)
        script = workers_script(worker.inputs)
        program = Program(script, (ROOT / script["content_file"]).read_bytes(), tmp_path / "data")
        clock, hub = SetClock(), Hub()
        organisation, watcher = _as_held(held, declared), hub.watch()
        with ExitStack() as ends:
            ways = ends.enter_context(couriers(organisation.uploading, ROOT, tmp_path / "sinks", 60.0, print))
            live = LiveStack("dev", organisation, clock, hub, 60.0, ways)
            ends.enter_context(up(live, [program], hub, tmp_path))
            address = ends.enter_context(apis(held, live, KEY))
            yield Verified(Running(live, clock, tmp_path, watcher), address, declared)

    return running


def _as_held(held: Sequence[Resource], declared: Sequence[Resource]) -> Organisation:
    """What is held, compiled; a job may lack a field by somebody's hand that no program could declare so."""
    jobs = {each.name: each for each in of_type(declared, LOGPUSH_JOB)}
    fitting = [jobs[each.name] if each.type == LOGPUSH_JOB else each for each in held]
    as_held = compile_jobs(declared_in(of_type(held, LOGPUSH_JOB)).of("Logpush job"))
    return replace(compile_organisation(declared_in(fitting)), jobs=as_held)


def changed(resources: Sequence[Resource], token: str, **inputs: Any) -> list[Resource]:
    """The resources with inputs of those of a type changed; None takes an input away."""
    return [
        replace(each, inputs={key: value for key, value in {**each.inputs, **inputs}.items() if value is not None})
        if each.type == token
        else each
        for each in resources
    ]
