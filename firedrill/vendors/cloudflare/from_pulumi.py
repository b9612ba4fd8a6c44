"""Rendered Pulumi inputs of Cloudflare resources as Cloudflare's API JSON, with the provider's defaults.

Source: pulumi.com/registry/packages/cloudflare/api-docs (logpushjob, workersscript)
"""

from __future__ import annotations

import re
from typing import Any

_LOGPUSH_JOB_DEFAULTS: dict[str, Any] = {
    "dataset": "http_requests",
    "enabled": False,
    "frequency": "high",
    "kind": "",
    "max_upload_bytes": 0,
    "max_upload_interval_seconds": 0,
    "max_upload_records": 0,
}
_RENAMED = {"cve202144228": "CVE-2021-44228"}


def logpush_job(inputs: dict[str, Any]) -> dict[str, Any]:
    """The API's job of a LogpushJob's inputs."""
    return {**_LOGPUSH_JOB_DEFAULTS, **api(inputs)}


def workers_script(inputs: dict[str, Any]) -> dict[str, Any]:
    """The API's upload metadata of a WorkersScript's inputs, with `script_name` and where its content is."""
    return {"logpush": False, "bindings": [], "compatibility_flags": [], **api(inputs)}


def api(value: Any) -> Any:
    """Inputs by the names that the API has for them."""
    if isinstance(value, dict):
        return {_RENAMED.get(key) or _snake(key): api(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [api(each) for each in value]
    return value


def _snake(key: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower()
