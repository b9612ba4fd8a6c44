"""How the logs of a deployment leave Cloudflare: the flag of each Worker, and each Logpush job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from firedrill.cloudflare_api import Cloudflare
from firedrill.vendors.cloudflare.rules.destinations.address import INTAKE_HOST, address
from firedrill.verify.check import Check, failed, ok
from firedrill.verify.deployment import Deployment

_DECLARED = ("filter", "dataset")


def check_workers(deployment: Deployment, cloudflare: Cloudflare) -> Iterator[Check]:
    """The flag without which no job gets the events of a Worker; a deploy by other means may have dropped it."""
    for service in deployment.services:
        subject = f"Worker {service.script_name!r}"
        settings = cloudflare.worker(deployment.account_id, service.script_name)
        if settings is None:
            yield failed("worker-logpush", subject, "does not exist; deploy it")
        elif not settings.get("logpush"):
            yield failed(
                "worker-logpush",
                subject,
                "has logpush off, so no job gets its events; run pulumi up, and set logpush in what has deployed it "
                "since, such as a Wrangler file",
            )
        else:
            yield ok("worker-logpush", subject, "has logpush on")


def check_jobs(deployment: Deployment, cloudflare: Cloudflare, site: str) -> Iterator[Check]:
    """Each Logpush job: there, enabled, delivering, with the filter and the fields that were declared."""
    for declaration, spec in deployment.of("Logpush job"):
        subject = f"Logpush job {declaration.name!r}"
        held = cloudflare.job(deployment.account_id, int(float(declaration.id)))
        if held is None:
            yield failed("job-enabled", subject, "does not exist; run pulumi refresh, then pulumi up")
            continue
        yield _enabled(subject, held)
        yield _health(subject, held)
        yield _selection(subject, held, spec)
        if str(held.get("destination_conf", "")).startswith("datadog:"):
            yield _site(subject, held, site)


def _enabled(subject: str, held: Mapping[str, Any]) -> Check:
    if held.get("enabled"):
        return ok("job-enabled", subject, "is enabled")
    advice = "is disabled, so nothing leaves Cloudflare; enable it, and see in its error why it was disabled"
    return failed("job-enabled", subject, advice)


def _health(subject: str, held: Mapping[str, Any]) -> Check:
    if held.get("last_error"):
        told = f"is failing since {held['last_error']}: {held.get('error_message') or 'no message'}"
        return failed("job-health", subject, f"{told}; what it cannot deliver is lost after its retries")
    last = held.get("last_complete")
    return ok("job-health", subject, f"has no error and delivered last at {last}" if last else "has no error")


def _selection(subject: str, held: Mapping[str, Any], spec: Mapping[str, Any]) -> Check:
    differing = [
        f"its {name} is {held.get(name) or ''!r}, declared is {spec.get(name) or ''!r}"
        for name in _DECLARED
        if (held.get(name) or "") != (spec.get(name) or "")
    ]
    lacking = sorted(set(_fields(spec)) - set(_fields(held)))
    if lacking:
        differing.append(f"it does not send {', '.join(lacking)}")
    if differing:
        return failed("job-selection", subject, f"was changed: {'; '.join(differing)}; run pulumi up --refresh")
    return ok("job-selection", subject, f"sends the {len(_fields(spec))} declared fields of what its filter lets pass")


def _fields(job: Mapping[str, Any]) -> list[str]:
    return list((job.get("output_options") or {}).get("field_names") or ())


def _site(subject: str, held: Mapping[str, Any], site: str) -> Check:
    found = address(held["destination_conf"]).host.removeprefix(INTAKE_HOST)
    if found == site:
        return ok("job-site", subject, f"delivers to {site}")
    return failed("job-site", subject, f"delivers to {found}, and the stack's site is {site}; set datadogSite")
