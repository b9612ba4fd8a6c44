"""A managed Worker with all that it may have, by the real engine: made, unchanged, changed in place, destroyed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic.alias_generators import to_camel

from firedrill.cloud.tokens import WORKERS_CUSTOM_DOMAIN, WORKERS_ROUTE
from firedrill.cloud.values import revealed
from firedrill.installed import PACKAGES as REPOSITORY
from firedrill.resources import WORKERS_CRON_TRIGGER, WORKERS_SCRIPT
from firedrill.vendors.cloudflare.rules.bindings import KINDS

if TYPE_CHECKING:
    from tests.engine.conftest import Local

pytestmark = [
    pytest.mark.engine,
    pytest.mark.filterwarnings("ignore:.* has been deprecated:DeprecationWarning"),  # when the providers are imported
]
ZONE = "0123456789abcdef0123456789abcdef"
OTHERWISE = {
    "namespaceId": "0f2ac74b498b48028cb68387c421e279",
    "simple": {"limit": 5, "period": 10},
    "format": "raw",
    "usages": ["sign"],
    "json": {"sizes": [1, 2]},
}
"""Values of fields that are no plain text."""
BESIDES = {
    "d1": {"id": "some"},
    "pipelines": {"pipeline": "some"},
    "secret_key": {"secret": "shopToken"},
    "secret_text": {"secret": "shopToken"},
    "vpc_network": {"networkId": "cf1:network"},
}
"""What a type needs besides, or in another form."""
ELSEWHERE = ("durable_object_namespace", "plain_text")
"""Types that stand elsewhere in the config, or need another Worker."""


def bindings() -> dict[str, Any]:
    """One of each type, with what it needs."""
    found: dict[str, Any] = {}
    for kind in KINDS.keys() - set(ELSEWHERE):
        names = [to_camel(name) for name in KINDS[kind].needs if name != "text"]
        fields = {name: OTHERWISE.get(name, "some") for name in names} | BESIDES.get(kind, {})
        found[f"A_{kind.upper()}"] = {"type": kind, **fields}
    return found


def worker(**changes: Any) -> dict[str, Any]:
    everything = {
        "bindings": bindings(),
        "compatibilityFlags": ["nodejs_compat"],
        "assets": {"directory": "examples/chat-room/src", "notFoundHandling": "404-page"},
        "placement": {"mode": "smart"},
        "limits": {"cpuMs": 100},
        "observability": {"headSamplingRate": 0.5},
        "tailConsumers": [{"service": "tail"}],
        "crons": ["*/5 * * * *"],
        "routes": [{"pattern": "shop.example.com/api/*", "zoneId": ZONE}],
        "domains": [{"hostname": "shop.example.com", "zoneId": ZONE}],
    }
    return {"conversation-state": {**everything, **changes}}


def test_a_worker_with_one_of_each_binding_lives_with_its_stack(
    of: Callable[[Path, str, Path], Local], tmp_path: Path
) -> None:
    local = of(REPOSITORY, "dev", tmp_path)
    local.configure_secrets("shopToken")
    local.configure(workers=worker())
    local.did("up")
    script = held(local, WORKERS_SCRIPT)
    assert {each["type"] for each in script["bindings"]} >= set(KINDS) - {"plain_text"}
    assert (script["placement"], script["limits"], script["hasAssets"]) == ({"mode": "smart"}, {"cpuMs": 100}, True)
    assert held(local, WORKERS_CUSTOM_DOMAIN)["service"] == script["scriptName"]

    local.did("up")  # the Worker once more, with its migration tag
    assert local.did("up") == {}
    assert local.agrees()
    local.configure(workers=worker(crons=["0 * * * *"], placement={"region": "aws:us-east-1"}))
    assert local.did("up") == {"update": 2}
    assert held(local, WORKERS_CRON_TRIGGER)["schedules"] == [{"cron": "0 * * * *"}]
    assert held(local, WORKERS_ROUTE)["script"] == script["scriptName"]
    local.did("destroy")
    assert not local.entries()


def held(local: Local, token: str) -> dict[str, Any]:
    """What the cloud holds of a type: its inputs and what was computed."""
    (found,) = [{**revealed(each.inputs), **revealed(each.computed)} for kind, each in local.entries() if kind == token]
    return found
