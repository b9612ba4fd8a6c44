"""Where what is verified comes from: the stack's export, the credentials, the addresses; of real accounts or local."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from firedrill.cloudflare_api import TOKEN, base_url
from firedrill.engine import binary
from firedrill.engine.operations import LocalStack
from firedrill.engine.process import Engine
from firedrill.environment import NETWORK, for_child
from firedrill.errors import CannotRun
from firedrill.live.attach import Place
from firedrill.vendors.errors import FiredrillError
from firedrill.verify.datadog_api import API_KEY, APP_KEY

_SECRETS = {TOKEN: "cloudflare:apiToken", API_KEY: "datadog:apiKey", APP_KEY: "datadog:appKey"}
"""The variable of each credential, and the key of Pulumi's config that may hold it."""
_FOR_PULUMI = ("PULUMI_*", "AWS_*", "AZURE_*", "ARM_*", "GOOGLE_*", "GITHUB_*", *NETWORK)
"""What a user's own Pulumi needs to reach its backend and its secrets."""


@dataclass(frozen=True)
class Access:
    """The token of Cloudflare, the keys of Datadog, and where their APIs are; "" for Datadog's of the stack's site."""

    token: str = field(repr=False)
    api_key: str = field(repr=False)
    app_key: str = field(repr=False)
    cloudflare: str
    datadog: str = ""
    archives: Callable[[str], Mapping[str, str]] = field(default=lambda _: os.environ, repr=False)
    """The credentials for the archive of a job by its name, as environment variables."""


def export_of(stack: str, root: Path) -> str:
    """The export of a stack by the Pulumi that has deployed it. Raises CannotRun when it cannot."""
    return _pulumi(root).call("stack", "export", "--stack", stack)


def local_export(stack: str, root: Path) -> str:
    """The export of a stack in the local cloud."""
    workspace = LocalStack.of(stack, root).workspace
    engine = Engine(binary.find(workspace.root).path, workspace.engine, workspace.environment())
    return engine.call("stack", "export", "--stack", stack)


def access_of(stack: str, root: Path, given: Mapping[str, str] = os.environ) -> Access:
    """With the credentials of the environment, else of the stack's config. Raises CannotRun for what is missing."""
    found = {name: given.get(name) or _of_config(key, stack, root) for name, key in _SECRETS.items()}
    if lacking := [name for name, value in found.items() if not value]:
        told = "; ".join(f"{name}, or pulumi config set --secret {_SECRETS[name]}" for name in lacking)
        raise CannotRun(f"credentials are missing; set in the environment {told}")
    return Access(found[TOKEN], found[API_KEY], found[APP_KEY], base_url(given))


def local_access(place: Place) -> Access:
    """To the APIs of a stack that runs."""
    return Access(
        place.key, place.key, place.key, f"{place.api}/client/v4", place.api, lambda job: place.archives.get(job, {})
    )


def addresses(given: Iterable[str]) -> dict[str, str]:
    """The addresses of SCRIPT=URL each. Raises FiredrillError for another form."""
    found = {}
    for each in given:
        script, _, url = each.partition("=")
        if not script or not url.startswith(("http://", "https://")):
            raise FiredrillError(f"--worker is {each!r}; allowed: SCRIPT=URL, the URL beginning with https://")
        found[script] = url
    return found


def _of_config(key: str, stack: str, root: Path) -> str:
    try:
        return _pulumi(root).call("config", "get", key, "--stack", stack).strip()
    except CannotRun:  # no Pulumi, no stack, no such key: the message of what is missing says what to do
        return ""


def _pulumi(root: Path) -> Engine:
    return Engine(
        binary.find(root.resolve()).path, root, for_child(*_FOR_PULUMI) | {"PULUMI_SKIP_UPDATE_CHECK": "true"}
    )
