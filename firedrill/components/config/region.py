"""What must not be outside of the region that a stack's config names."""

from __future__ import annotations

from collections.abc import Iterator

from firedrill.components.config.advice import Advice
from firedrill.components.config.destinations import masked
from firedrill.components.destination_fields import DestinationSettings
from firedrill.components.destination_settings import R2, R2Managed
from firedrill.components.problems import Problem
from firedrill.components.settings import Settings
from firedrill.vendors.cloudflare.rules.buckets import DEFAULT_JURISDICTION
from firedrill.vendors.cloudflare.rules.destinations.places import EU_SITE, place_of

_REASON = "since region is eu"
_R2 = "r2-managed, or s3-compatible with the endpoint <account id>.eu.r2.cloudflarestorage.com"


def kept(stack: Settings) -> Settings:
    """The settings, where buckets that belong to the stack have the jurisdiction of its region."""
    if stack.region == "any":
        return stack
    destinations = {name: _within(settings, stack.region) for name, settings in stack.destinations.items()}
    return stack.model_copy(update={"destinations": destinations})


def problems(stack: Settings, advice: Advice) -> Iterator[Problem]:
    """A Datadog site, and destinations, that lie elsewhere or do not say where."""
    if stack.region == "any":
        return
    if stack.datadog_site != EU_SITE:
        yield advice.wrong("datadogSite", stack.datadog_site, f"{EU_SITE}, {_REASON}")
    for name, settings in stack.destinations.items():
        path = f"destinations.{name}"
        place = place_of(masked(settings))
        if isinstance(settings, R2):
            yield advice.told(f"{path}.type", "'r2', whose bucket may lie anywhere", f"{_R2}, {_REASON}")
        elif place == "elsewhere":
            fields = type(settings).model_fields
            field = next(each for each in ("jurisdiction", "endpoint", "region") if each in fields)
            yield advice.wrong(f"{path}.{field}", getattr(settings, field), f"one in the European Union, {_REASON}")
        elif not place and not settings.residency:
            allowed = f"eu where it lies there, as its address does not tell, {_REASON}"
            yield advice.missing(f"{path}.residency", allowed)


def _within(settings: DestinationSettings, region: str) -> DestinationSettings:
    if isinstance(settings, R2Managed) and settings.jurisdiction == DEFAULT_JURISDICTION:
        return settings.model_copy(update={"jurisdiction": region})
    return settings
