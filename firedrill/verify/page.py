"""A page for nothing: a monitor that counts the canaries, which alerts and recovers, and is deleted again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from firedrill.verify.check import Check, Patience, failed, ok, unproven
from firedrill.verify.datadog_api import Datadog
from firedrill.verify.deployment import Deployment, Service

_METRIC = ".canary.requests"
_WINDOW_S = 300
_RECOVERY_S = 2 * _WINDOW_S + 300
"""The window after the last canary, and what Logpush and an evaluation take."""
_EVENTS = "source:alert"
"""Source: docs.datadoghq.com/events/explorer (events of monitors)"""


def check_page(
    deployment: Deployment, datadog: Datadog, stack: str, send: Callable[[Service], object], patience: Patience
) -> Iterator[Check]:
    """Create the monitor, send canaries, and wait for both of its events. It is deleted whatever happens."""
    metrics = {name: spec for declaration, spec in deployment.of("log metric") if (name := declaration.name)}
    for service in deployment.services:
        subject = f"canary monitor of {service.key!r}"
        metric = _metric(service, metrics)
        if not metric:
            yield unproven("page", subject, f"has no metric to count: none ends in {_METRIC}; run pulumi up")
            continue
        since = datadog.now
        id_ = datadog.create_monitor(_monitor(stack, service, metric))
        try:
            send(service)
            yield from _events(subject, id_, datadog, since, patience)
        finally:
            datadog.delete_monitor(id_)


def require_permissions(deployment: Deployment, datadog: Datadog, stack: str) -> None:
    """Raise CannotRun unless the keys may do what a page needs: no permission to write shows but by writing.

    The monitor that is created and deleted at once has no canary yet, and tells nobody.
    """
    datadog.events(_EVENTS, datadog.now)
    for service in deployment.services[:1]:
        metric = f"{service.key.replace('-', '_')}{_METRIC}"
        datadog.delete_monitor(datadog.create_monitor(_monitor(stack, service, metric)))


def _metric(service: Service, metrics: Mapping[str, Mapping[str, Any]]) -> str:
    """The service's metric of canaries: that whose filter is of the service."""
    search = f"service:{service.key} "
    counted = [n for n, spec in metrics.items() if n.endswith(_METRIC) and search in f"{spec['filter']['query']} "]
    return counted[0] if len(counted) == 1 else ""


def _monitor(stack: str, service: Service, metric: str) -> dict[str, Any]:
    told = "Nothing is wrong: firedrill verify --page tests that alerts reach you. It ends by itself."
    return {
        "name": f"Test of firedrill verify, stack {stack}: {service.key}",
        "type": "query alert",
        "query": f"sum(last_5m):sum:{metric}{{*}}.as_count() > 0",
        "message": " ".join((told, *service.handles)),
        "tags": [f"service:{service.key}", "managed-by:firedrill-verify"],
        "options": {
            "on_missing_data": "default",
            "thresholds": {"critical": 0.0},
            "require_full_window": False,
            "include_tags": False,
        },
    }


def _events(subject: str, id_: int, datadog: Datadog, since: datetime, patience: Patience) -> Iterator[Check]:
    for word, limit_s in (("Triggered", patience.limit_s), ("Recovered", max(patience.limit_s, _RECOVERY_S))):

        def missing(word: str = word) -> str | None:
            return None if any(_is(each, id_, word) for each in datadog.events(_EVENTS, since)) else f"no [{word}]"

        if not replace(patience, limit_s=limit_s).until(subject, missing):
            yield failed("page", subject, f"has left no event [{word}]: nobody would have been told")
            return
    yield ok("page", subject, "has alerted and recovered, and was deleted; see that the page has reached you")


def _is(event: Mapping[str, Any], id_: int, word: str) -> bool:
    of_it = event.get("attributes") or {}
    monitor = of_it.get("monitor") or {}
    return id_ in (of_it.get("monitor_id"), monitor.get("id")) and f"[{word}" in str(of_it.get("title"))
