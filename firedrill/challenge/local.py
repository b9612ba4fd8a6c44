"""The challenges of a stack that is deployed to the local cloud: met before its jobs are made, as a user would."""

from __future__ import annotations

from dataclasses import dataclass

from firedrill.challenge.challenged import challenged
from firedrill.challenge.meeting import asked_and_read, meet
from firedrill.challenge.reading import read_token
from firedrill.challenge.secrets import StackSecrets
from firedrill.cloud.cloud import Cloud
from firedrill.engine.operations import LocalStack
from firedrill.engine.process import Engine
from firedrill.errors import CannotRun
from firedrill.vendors.cloudflare.rules.destinations.check import kind_of
from firedrill.vendors.errors import FiredrillError


def meet_locally(stack: LocalStack, cloud: Cloud, engine: Engine) -> None:
    """Have the local cloud write a token into each challenged destination that something stands for, and keep it.

    Raises CannotRun for one that cannot be met.
    """
    there = cloud.destinations
    try:
        wanted = challenged(stack.name, stack.config)
    except FiredrillError:
        return  # the program says what is wrong with its config
    if there is None or not wanted:
        return
    cloudflare, secrets = _OfCloud(cloud), StackSecrets(engine, stack.name)
    here = [each for each in wanted if there.has(each.conf({key: secrets.get(key) for key in each.credentials}))]

    def read(conf: str, file: str) -> str:
        return there.shown(conf) if kind_of(conf) == "sumo" else read_token(conf, file, there.variables(conf))

    for met in meet(here, cloudflare, secrets, asked_and_read(cloudflare, read)):
        if not met.ok:
            raise CannotRun(f"the ownership challenge of the destination {met.name!r}: {met.said}")


@dataclass(frozen=True)
class _OfCloud:
    """Cloudflare, as the local cloud is without its API."""

    cloud: Cloud

    def ask(self, account_id: str, conf: str) -> str:
        return self.cloud.challenge(f"accounts/{account_id}", conf)

    def accepts(self, account_id: str, conf: str, token: str) -> bool:
        return self.cloud.is_met(f"accounts/{account_id}", conf, token)
