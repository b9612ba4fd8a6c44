"""A bucket that belongs to its stack, by the real engine: made, used, changed in place, destroyed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from firedrill.cloud.values import revealed
from firedrill.installed import PACKAGES as REPOSITORY
from firedrill.resources import ACCOUNT_TOKEN, LOGPUSH_JOB, R2_BUCKET
from firedrill.vendors.cloudflare.rules.buckets import secret_access_key
from firedrill.vendors.cloudflare.rules.destinations.address import KEYS, address

if TYPE_CHECKING:
    from tests.engine.conftest import Local

pytestmark = [
    pytest.mark.engine,
    pytest.mark.filterwarnings("ignore:.* has been deprecated:DeprecationWarning"),  # when the providers are imported
]


def archive(**changes: Any) -> dict[str, Any]:
    return {"archive": {"type": "r2-managed", "bucket": "trace-events", **changes}}


def test_a_bucket_of_the_stack_lives_with_it(of: Callable[[Path, str, Path], Local], tmp_path: Path) -> None:
    local = of(REPOSITORY, "dev", tmp_path)
    local.configure(destinations=archive(deleteAfterDays=90))
    local.did("up")
    token, job = held(local, ACCOUNT_TOKEN), held(local, LOGPUSH_JOB, "firedrill-dev-archive")
    parts = address(job["destinationConf"])
    assert (parts.kind, parts.host) == ("r2", "trace-events")
    assert list(map(parts.get, KEYS)) == [token["id"], secret_access_key(token["value"])]
    assert "[secret]" in "".join(local.held())
    assert token["value"] not in local.stack.workspace.state_file("firedrill", "dev").read_text()

    local.did("up")  # the Worker once more, with its migration tag
    local.configure(destinations=archive(deleteAfterDays=30, storageClass="InfrequentAccess"))
    assert local.did("up") == {"update": 2}
    assert held(local, R2_BUCKET)["storageClass"] == "InfrequentAccess"
    assert held(local, ACCOUNT_TOKEN) == token
    assert local.agrees()
    local.did("destroy")
    assert not local.entries()


def held(local: Local, token: str, name: str = "") -> dict[str, Any]:
    """What the cloud holds of a type, and under a name: its inputs and what was computed, nothing masked."""
    (found,) = [
        {**revealed(entry.inputs), **revealed(entry.computed), "id": entry.id}
        for kind, entry in local.entries()
        if kind == token and name in ("", entry.inputs["name"])
    ]
    return found
