"""The types of bindings that Miniflare simulates, and the options that these are.

Source: github.com/cloudflare/workers-sdk/tree/main/packages/miniflare
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

Binding = Mapping[str, Any]

OPTIONS: Mapping[str, Callable[[Binding], tuple[str, Any]]] = {
    "json": lambda each: ("bindings", json.loads(each["json"])),
    "plain_text": lambda each: ("bindings", each["text"]),
    "secret_text": lambda each: ("bindings", each["text"]),
    "kv_namespace": lambda each: ("kvNamespaces", each.get("namespace_id") or each["name"]),
    "r2_bucket": lambda each: ("r2Buckets", each.get("bucket_name") or each["name"]),
    "d1": lambda each: ("d1Databases", each.get("id") or each.get("database_id") or each["name"]),
    "queue": lambda each: ("queueProducers", {"queueName": each.get("queue_name") or each["name"]}),
    "ratelimit": lambda each: ("ratelimits", {"namespace_id": each["namespace_id"], "simple": dict(each["simple"])}),
    "analytics_engine": lambda each: ("analyticsEngineDatasets", {"dataset": each.get("dataset") or each["name"]}),
    "workflow": lambda each: ("workflows", {"name": each["workflow_name"], "className": each["class_name"]}),
}
"""The option that a binding of a type belongs to, and its value there."""
NAMED = {"version_metadata": "versionMetadata"}
"""Types whose only setting is their name."""
BY_WORKERD = frozenset({"durable_object_namespace", "plain_text", "secret_text", "analytics_engine", "json"})
"""Types that workerd provides by itself, or the drill in its place."""
SIMULATED = frozenset({*OPTIONS, *NAMED, "assets", "send_email"}) - BY_WORKERD
"""Types that only Miniflare's simulators provide."""
