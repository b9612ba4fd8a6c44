"""The destinations of a stack's config that Cloudflare challenges."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from firedrill.components.config import NAMESPACE
from firedrill.components.config.advice import Advice
from firedrill.components.config.destinations import read
from firedrill.components.destination_fields import DestinationSettings
from firedrill.components.problems import DeclarationError, refuse
from firedrill.render.stack_config import StackConfig
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.suggestions import hint


@dataclass(frozen=True)
class Challenged:
    """A destination by its `name` in the config, and the account that sends to it."""

    name: str
    account_id: str
    settings: DestinationSettings

    @property
    def key(self) -> str:
        """The full config key that has to hold the token."""
        return full_key(self.settings.challenge)

    @property
    def credentials(self) -> tuple[str, ...]:
        """The full config keys of the other secrets, which are part of its address."""
        return tuple(full_key(name) for name in self.settings.secrets if name != self.settings.challenge)

    def conf(self, secrets: Mapping[str, str]) -> str:
        """Its destination_conf; `secrets` are by their full config keys."""
        names = (name for name in self.settings.secrets if name != self.settings.challenge)
        return self.settings.conf(self.account_id, {name: secrets[full_key(name)] for name in names})


def full_key(name: str) -> str:
    """A config key with its namespace."""
    return f"{NAMESPACE}:{name}"


def challenged(stack: str, config: StackConfig, only: str = "") -> list[Challenged]:
    """Those of a stack, in their order; `only` names one. Raises FiredrillError for what is wrong with their config."""
    given = _value(config.values.get(full_key("destinations"), "{}"))
    entries, problems = read(given, Advice(stack))
    try:
        refuse(f"The config of stack {stack!r}", problems)
    except DeclarationError as error:
        raise FiredrillError(str(error)) from error
    if only and only not in entries:
        known = ", ".join(entries) or "none"
        raise FiredrillError(f"there is no destination {only!r}{hint(only, entries)}; this stack has {known}")
    if only and not entries[only].challenge:
        raise FiredrillError(f"Cloudflare does not challenge the destination {only!r}, so there is nothing to do")
    wanted = {name: each for name, each in entries.items() if each.challenge and only in ("", name)}
    account_id = config.values.get(full_key("accountId"), "")
    if wanted and not account_id:
        raise FiredrillError(f"{full_key('accountId')} is missing; set it in Pulumi.{stack}.yaml")
    return [Challenged(name, account_id, each) for name, each in wanted.items()]


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
