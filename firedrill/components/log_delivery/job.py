"""What a Logpush job sends: the records of some Workers, and some fields of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from firedrill.components.problems import DeclarationError, Problem, refuse
from firedrill.vendors.cloudflare.rules.fields import DATASET
from firedrill.vendors.cloudflare.rules.filters import worker_filter
from firedrill.vendors.cloudflare.rules.jobs import job_breaches


def job_inputs(
    title: str,
    worker_names: Sequence[str],
    fields: Sequence[str],
    more: Mapping[str, Any] = MappingProxyType({}),
    filter_: str = "",
) -> dict[str, Any]:
    """The job but for its destination, which may need `more` of it. Without a filter all records of the Workers pass.

    Raises DeclarationError without a Worker, and for what Cloudflare refuses.
    """
    if not worker_names:
        raise DeclarationError("A Logpush job needs at least one Worker to filter on; without one it sends them all.")
    output = {"output_type": "ndjson", "field_names": list(fields), **more.get("output_options", {})}
    job = {
        "name": title,
        "dataset": DATASET,  # the provider's default is http_requests
        "filter": filter_ or worker_filter(worker_names),
        **more,
        "output_options": output,
    }
    refuse(f"The Logpush job {title!r}", [Problem.of(breach) for breach in job_breaches(job)])
    return job
