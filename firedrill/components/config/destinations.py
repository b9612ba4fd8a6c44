"""The entries of `destinations`: where Logpush sends the logs of all Workers besides Datadog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from firedrill.components.config.advice import Advice
from firedrill.components.destination_fields import CREDENTIAL, DestinationSettings
from firedrill.components.destination_settings import KINDS
from firedrill.components.problems import Problem
from firedrill.vendors.cloudflare.rules.destinations.address import MASKED
from firedrill.vendors.cloudflare.rules.destinations.check import destination_breaches
from firedrill.vendors.rules.breach import shown
from firedrill.vendors.rules.models import faults
from firedrill.vendors.rules.suggestions import hint


def read(given: Any, advice: Advice) -> tuple[dict[str, DestinationSettings], list[Problem]]:
    """The destinations by name, and what is wrong with them. No value is shown that may be a secret."""
    if not isinstance(given, dict):
        return {}, [advice.told("destinations", "not an object", "an object: names of destinations with fields each")]
    valid, found = {}, []
    for name, fields in given.items():
        path = f"destinations.{name}"
        found += advice.named(path, name)
        if not isinstance(fields, dict):
            found.append(advice.told(path, "not an object", f"an object: a type ({', '.join(KINDS)}) and its fields"))
            continue
        settings, problems = _destination(path, fields, advice)
        found += problems
        if settings is not None:
            valid[name] = settings
    return valid, found + _shared_tokens(valid, advice)


def _shared_tokens(valid: Mapping[str, DestinationSettings], advice: Advice) -> list[Problem]:
    """The destinations whose ownership challenge is that of another address: a token holds for one."""
    first: dict[str, str] = {}
    allowed = "a config key of its own, since a token holds for one address"
    return [
        advice.wrong(f"destinations.{name}.ownershipChallenge", each.challenge, allowed)
        for name, each in valid.items()
        if each.challenge and first.setdefault(each.challenge, masked(each)) != masked(each)
    ]


def masked(settings: DestinationSettings) -> str:
    """Its address, in which each secret is masked."""
    return settings.conf(MASKED, dict.fromkeys((*settings.secrets, *settings.own_secrets), MASKED))


def named(given: Any) -> set[str]:
    """What may be the name of a secret in an entry, be the entry right or wrong."""
    entries = given.values() if isinstance(given, dict) else ()
    return {text for fields in entries if isinstance(fields, dict) for text in fields.values() if isinstance(text, str)}


def _destination(
    path: str, fields: Mapping[str, Any], advice: Advice
) -> tuple[DestinationSettings | None, list[Problem]]:
    given = dict(fields)
    kind = given.pop("type", None)
    model = KINDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        allowed = f"one of {', '.join(KINDS)}"
        place = f"{path}.type"
        told = f"{shown(kind)}{hint(kind, KINDS)}"
        return None, [advice.missing(place, allowed) if kind is None else advice.told(place, told, allowed)]
    try:
        settings = model.model_validate(given)
    except ValidationError as error:
        return None, [_unshown(advice.invalid(fault, path)) for fault in faults(model, error)]
    return settings, _address_problems(path, settings, advice)


def _address_problems(path: str, settings: DestinationSettings, advice: Advice) -> list[Problem]:
    """What Cloudflare would refuse of the address that the fields come to, in which each secret is masked."""
    field = next((each for each in ("url", "path") if each in type(settings).model_fields), "endpoint")
    found = destination_breaches(masked(settings))
    return [advice.told(f"{path}.{field}", each.value, each.allowed) for each in found]


def _unshown(problem: Problem) -> Problem:
    """Without the value, where that is perhaps a credential in the place of its key's name."""
    return (
        replace(problem, value="not a valid name")
        if problem.allowed == CREDENTIAL.allowed and problem.value
        else problem
    )
