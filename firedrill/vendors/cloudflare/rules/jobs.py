"""A Logpush job as a whole.

Sources: developers.cloudflare.com/logs/logpush/logpush-job/api-configuration,
developers.cloudflare.com/api/resources/logpush
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from firedrill.vendors.cloudflare.rules.destinations.check import (
    challenge_breaches,
    destination_breaches,
    is_challenged,
)
from firedrill.vendors.cloudflare.rules.fields import DATASET
from firedrill.vendors.cloudflare.rules.filters import filter_breaches
from firedrill.vendors.cloudflare.rules.outputs import output_breaches
from firedrill.vendors.rules.breach import Breach, shown

MAX_NAME = 512
"""Characters."""
_DEFAULT_DATASET = "http_requests"
_OF_ZONES = frozenset(
    {
        *("dns_logs", "firewall_events", _DEFAULT_DATASET, "nel_reports", "page_shield_events", "spectrum_events"),
        "zaraz_events",
    }
)
_OF_ACCOUNTS = frozenset(
    {
        *("access_requests", "audit_logs", "audit_logs_v2", "casb_findings", "device_posture_results"),
        *("dex_application_tests", "dex_device_state_events", "dlp_forensic_copies", "dns_firewall_logs"),
        *("email_security_alerts", "gateway_dns", "gateway_http", "gateway_network", "ipsec_logs"),
        *("magic_ids_detections", "network_analytics_logs", "sinkhole_http_logs", "ssh_logs", "warp_config_changes"),
        *("warp_toggle_changes", "zero_trust_network_sessions"),
    }
)
"""Datasets of others than Workers. Source: developers.cloudflare.com/logs/logpush/logpush-job/datasets"""
_FREQUENCIES = ("high", "low")
_UPLOADS = {
    "max_upload_bytes": (5_000_000, 1_000_000_000),
    "max_upload_records": (1_000, 1_000_000),
    "max_upload_interval_seconds": (30, 300),
}


def carries_workers(job: Mapping[str, Any]) -> bool:
    """Whether a job's API JSON is about Workers: a zone's job of another dataset, or an account's own one, is not.

    http_requests, the provider's default, is a dataset of zones: a job of an account that has it was meant for Workers.
    """
    dataset = str(job.get("dataset") or _DEFAULT_DATASET)
    if job.get("zone_id") and not job.get("account_id"):
        return dataset not in _OF_ZONES
    return dataset not in _OF_ACCOUNTS


def job_breaches(job: Mapping[str, Any]) -> Iterator[Breach]:
    """What is wrong with a job's API JSON. The first word of each field names the option that it is about."""
    yield from dataset_breaches(job.get("dataset", _DEFAULT_DATASET))
    yield from name_breaches(job.get("name") or "")
    if job.get("zone_id") and not job.get("account_id"):
        allowed = f"nothing, since the dataset {DATASET} belongs to accounts"
        yield Breach("zone_id", shown(job["zone_id"]), allowed, "set account_id in its place")
    elif job.get("zone_id"):
        yield Breach(
            "zone_id", shown(job["zone_id"]), "nothing beside account_id: a job belongs to one of them", "remove it"
        )
    if job.get("kind"):
        yield Breach(
            "kind",
            shown(job["kind"]),
            "nothing, since only the dataset http_requests has kinds of jobs",
            "leave it out",
        )
    if job.get("frequency", "high") not in _FREQUENCIES:
        yield Breach("frequency", shown(job["frequency"]), f"one of {', '.join(_FREQUENCIES)}")
    if "destination_conf" in job:
        yield from destination_breaches(job["destination_conf"])
    yield from output_breaches(job.get("output_options") or {})
    yield from filter_breaches(job.get("filter") or "")
    for key, (low, high) in _UPLOADS.items():
        given = job.get(key) or 0
        if not isinstance(given, (int, float)) or (given and not low <= given <= high):
            yield Breach(key, shown(given), f"0 (the default), or {low} to {high}")


def owner_breaches(job: Mapping[str, Any]) -> Iterator[Breach]:
    """Whether a job's API JSON says to whom it belongs."""
    if not (job.get("account_id") or job.get("zone_id")):
        allowed = "the id of the account that the job belongs to"
        yield Breach("account_id", "", allowed, "set it, or zone_id for a dataset of zones")


def proof_breaches(job: Mapping[str, Any]) -> Iterator[Breach]:
    """Whether a job that is to be created, where Cloudflare challenges its destination, comes with a proof."""
    if carries_workers(job) and is_challenged(str(job.get("destination_conf") or "")):
        yield from challenge_breaches(job.get("ownership_challenge"), "")


def dataset_breaches(dataset: object) -> Iterator[Breach]:
    """Whether it is the dataset of what Workers log."""
    if dataset != DATASET:
        allowed = f"{DATASET!r}, which has the events of Workers (the provider's default is 'http_requests')"
        yield Breach("dataset", shown(dataset), allowed)


def name_breaches(name: str) -> Iterator[Breach]:
    """Whether the name, which may be empty, is short enough."""
    if len(name) > MAX_NAME:
        yield Breach("name", f"{len(name)} characters long", f"at most {MAX_NAME} characters")
