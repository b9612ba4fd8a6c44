"""What a Logpush job sends: the records of some Workers, and some fields of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from firedrill.components.problems import DeclarationError, Problem, refuse
from firedrill.vendors.cloudflare.rules.fields import DATASET
from firedrill.vendors.cloudflare.rules.filters import worker_filter
from firedrill.vendors.cloudflare.rules.jobs import job_breaches


def job_inputs(title: str, worker_names: Sequence[str], fields: Sequence[str]) -> dict[str, Any]:
    """The job but for its destination. Raises DeclarationError without a Worker, and for what Cloudflare refuses."""
    if not worker_names:
        raise DeclarationError("A Logpush job needs at least one Worker to filter on; without one it sends them all.")
    job = {
        "name": title,
        "dataset": DATASET,  # the provider's default is http_requests
        "filter": worker_filter(worker_names),
        "output_options": {"output_type": "ndjson", "field_names": list(fields)},
    }
    refuse(f"The Logpush job {title!r}", [Problem.of(breach) for breach in job_breaches(job)])
    return job
