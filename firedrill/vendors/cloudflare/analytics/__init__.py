"""Cloudflare's GraphQL Analytics API for Durable Objects: what it has measured, and how it answers. Modelled.

Sources: developers.cloudflare.com/durable-objects/observability/metrics-and-analytics,
developers.cloudflare.com/analytics/graphql-api (limits, errors, filtering, sorting)
"""

from firedrill.vendors.cloudflare.analytics.api import answer, namespaces
from firedrill.vendors.cloudflare.analytics.usage import (
    ACTIVE_MS,
    BYTES,
    OBJECT,
    ROWS_READ,
    ROWS_WRITTEN,
    Namespace,
    Usage,
)

__all__ = [
    "ACTIVE_MS",
    "BYTES",
    "OBJECT",
    "ROWS_READ",
    "ROWS_WRITTEN",
    "Namespace",
    "Usage",
    "answer",
    "namespaces",
]
