"""What a stack has deployed, from `pulumi stack export`: ids, addresses and declarations, without a secret.

The stack's outputs are in the export, and what they leave out: the ids of monitors and jobs, and what was declared.
Source: pulumi.com/docs/iac/cli/commands/pulumi_stack_export
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from firedrill.declared.declaration import Declaration, Declared, Kind
from firedrill.resources import OBSERVED_SERVICE
from firedrill.standalone.formats import pulumi
from firedrill.vendors.errors import FiredrillError


@dataclass(frozen=True)
class Service:
    """One observed Worker: its service name, its script, where it answers, and the drill file that has its canary.

    `address` is "" where Pulumi does not upload it. `canary` is how the ids of canary requests begin: "" for a stack
    that was deployed before there were any.
    """

    key: str
    script_name: str
    address: str
    drill: str
    canary: str
    handles: tuple[str, ...] = ()
    """Whom its monitors notify."""


@dataclass(frozen=True)
class Deployment:
    """A stack as it was deployed: Cloudflare's account, Datadog's site ("" where no output tells it)."""

    account_id: str
    site: str
    services: tuple[Service, ...]
    declared: Declared

    def of(self, kind: Kind) -> list[tuple[Declaration, Mapping[str, Any]]]:
        """The declarations of a kind, each with its API JSON. Raises FiredrillError for one that cannot be read."""
        self.declared.of(kind)
        return [(each, each.spec) for each in self.declared.declarations if each.kind == kind and each.spec is not None]


def read(text: str, place: str) -> Deployment:
    """The deployment in an export; `place` names it in errors. Raises FiredrillError for what is none."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise FiredrillError(f"{place} is no JSON ({error}); write it with: pulumi stack export") from error
    if not pulumi.recognises(value) or "deployment" not in value:
        raise FiredrillError(f"{place} is no export of a stack; write it with: pulumi stack export")
    declared = pulumi.read(value, place)
    services = tuple(_services(value["deployment"].get("resources") or ()))
    accounts = sorted({spec["account_id"] for spec in declared.of("Logpush job") if spec.get("account_id")})
    if len(accounts) != 1:
        found = ", ".join(accounts) or "none"
        raise FiredrillError(f"{place} has Logpush jobs in these Cloudflare accounts: {found}; one is needed")
    site = next((_site(links["monitors"]) for _, links in services if "monitors" in links), "")
    return Deployment(accounts[0], site, tuple(service for service, _ in services), declared)


def _services(resources: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Service, Mapping[str, Any]]]:
    """Each service, with the links among its outputs."""
    for each in resources:
        if each.get("type") == OBSERVED_SERVICE:
            inputs, links = each["inputs"], each.get("outputs", {}).get("links") or {}
            service = Service(
                key=inputs["service"],
                script_name=inputs["scriptName"],
                address=str(links.get("worker", "")),
                drill=inputs.get("drill") or "",
                canary=inputs.get("canary") or "",
                handles=tuple(inputs.get("handles") or ()),
            )
            yield service, links


def _site(link: str) -> str:
    """The site of a link into Datadog's web application."""
    return (urlsplit(link).hostname or "").removeprefix("app.")
