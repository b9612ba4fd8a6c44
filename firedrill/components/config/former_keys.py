"""Workers that were deployed under another key: to Pulumi another resource, whose deletion takes the objects along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from firedrill.components.config.advice import Advice
from firedrill.components.model import DeclaredWorker
from firedrill.components.names import worker_url
from firedrill.components.problems import Problem


def problems(
    services: Sequence[DeclaredWorker], workers_subdomain: str, exported: Mapping[str, Any], advice: Advice
) -> list[Problem]:
    """The Workers that do not name the key under which the last deployment has `exported` their address.

    Pulumi would make the Worker under the new key, then delete the one under the old key: the same one at Cloudflare.
    """
    keys = {service.key for service in services}
    former = {links["worker"]: key for key, links in exported.items() if key not in keys and _is_worker(links)}
    found = []
    for service in services:
        key = former.get(worker_url(service.script_name, workers_subdomain))
        if key is not None and service.renamed_from != key:
            path = f"workers.{service.key}.renamedFrom"
            allowed = (
                f"{key}, the key under which {service.script_name} is deployed: without it Pulumi deletes that Worker, "
                "and with it the data of its objects"
            )
            if service.renamed_from:
                found.append(advice.wrong(path, service.renamed_from, allowed))
            else:
                found.append(advice.missing(path, allowed))
    return found


def _is_worker(links: Any) -> bool:
    return isinstance(links, Mapping) and isinstance(links.get("worker"), str)
