"""What a Worker's asynchronous reporter finds in its environment (firedrill/worker/reporter.mjs)."""

from __future__ import annotations

from typing import Any

from firedrill.components.settings import Reporter


def reporter_bindings(reporter: Reporter, site: str, prefix: str, api_key: Any) -> list[dict[str, Any]]:
    """The bindings that turn the reporter on; none for `none`.

    `prefix` is what the service's metric names start with, the final dot included. The Analytics Engine dataset is
    named after it; Cloudflare makes it when the first point is written.
    Source: developers.cloudflare.com/workers/configuration/multipart-upload-metadata (bindings)
    """
    found: list[dict[str, Any]] = []
    if reporter in ("datadog", "both"):
        found += [
            {"type": "secret_text", "name": "DD_API_KEY", "text": api_key},
            {"type": "plain_text", "name": "DD_SITE", "text": site},
            {"type": "plain_text", "name": "FIREDRILL_METRIC_PREFIX", "text": prefix},
        ]
    if reporter in ("analytics-engine", "both"):
        dataset = prefix.removesuffix(".").replace(".", "_")
        found.append({"type": "analytics_engine", "name": "FIREDRILL_ANALYTICS", "dataset": dataset})
    return found
