"""Programs without an ObservedService: whose a monitor is, which code a Worker has, where its drill file lies."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from firedrill.declared.declaration import declared_in
from firedrill.declared.hand_written import hand_written
from firedrill.declared.worker_versions import with_scripts
from firedrill.resources import (
    LOGPUSH_JOB,
    MONITOR,
    WORKER,
    WORKER_VERSION,
    WORKERS_DEPLOYMENT,
    WORKERS_SCRIPT,
    Resource,
)
from firedrill.scenarios.read_drill_file import drill_file_of

NUMBERS = {"errors": "101", "slow": "102", "both": "103", "of-all": "104", "tagged": "105"}


def resource(token: str, called: str, /, **inputs: Any) -> Resource:
    return Resource(token, called, f"urn:{called}", NUMBERS.get(called, f"id-{called}"), inputs)


def monitor(name: str, query: str, *tags: str, kind: str = "query alert") -> Resource:
    return resource(MONITOR, name, type=kind, name=name, query=query, message="", tags=list(tags))


def job(name: str, *scripts: str) -> Resource:
    values = ",".join(f'"{script}"' for script in scripts)
    clause = f'{{"where":{{"key":"ScriptName","operator":"in","value":[{values}]}}}}' if scripts else ""
    conf = "datadog://http-intake.logs.datadoghq.com/api/v2/logs?header_DD-API-KEY=[secret]&ddsource=x"
    return resource(LOGPUSH_JOB, name, name=name, destinationConf=conf, filter=clause)


SHOP = resource(WORKERS_SCRIPT, "shop", scriptName="shop")
SHOP_ADMIN = resource(WORKERS_SCRIPT, "admin", scriptName="shop-admin")


def parts(*resources: Resource) -> dict[str, list[str]]:
    """What each Worker's drill looks at, by the script's name."""
    found = hand_written(declared_in(list(resources)))
    return {
        part.of("WorkersScript")[0]["script_name"]: [
            each.resource for each in part.declarations if each.kind != "WorkersScript"
        ]
        for part in found
    }


def test_a_monitor_belongs_to_the_worker_that_its_query_or_its_tags_name() -> None:
    errors = monitor("errors", "sum(last_5m):sum:shop.errors{script:shop}.as_count() > 1")
    slow = monitor("slow", "max(last_5m):max:shop.time{env:dev,script:shop-admin} > 1")
    tagged = monitor("tagged", "max(last_5m):max:shop.time{*} > 1", "worker:shop-admin")
    assert parts(SHOP, SHOP_ADMIN, errors, slow, tagged) == {"shop": ["errors"], "shop-admin": ["slow", "tagged"]}


def test_a_monitor_that_names_no_worker_belongs_to_all() -> None:
    of_all = monitor("of-all", "sum(last_5m):sum:shop.errors{*} by {script}.as_count() > 1")
    assert parts(SHOP, SHOP_ADMIN, of_all) == {"shop": ["of-all"], "shop-admin": ["of-all"]}


def test_a_composite_belongs_to_the_workers_of_its_parts_and_brings_them_along() -> None:
    errors = monitor("errors", "sum(last_5m):sum:e{script:shop}.as_count() > 1")
    slow = monitor("slow", "max(last_5m):max:t{script:shop-admin} > 1")
    both = monitor("both", f"{NUMBERS['errors']} && {NUMBERS['slow']}", kind="composite")
    every = ["errors", "slow", "both"]
    assert parts(SHOP, SHOP_ADMIN, errors, slow, both) == {"shop": every, "shop-admin": every}


def test_a_worker_without_a_monitor_is_not_drilled_where_another_one_has_some() -> None:
    errors = monitor("errors", "sum(last_5m):sum:e{script:shop}.as_count() > 1")
    assert parts(SHOP, SHOP_ADMIN, errors) == {"shop": ["errors"]}


def test_of_several_jobs_a_worker_has_those_that_send_its_records() -> None:
    found = parts(SHOP, SHOP_ADMIN, job("one", "shop"), job("two", "shop-admin"), job("all"))
    assert found == {"shop": ["one", "all"], "shop-admin": ["two", "all"]}


def version(name: str, **inputs: Any) -> Resource:
    return resource(WORKER_VERSION, name, workerId="id-search", **inputs)


def deployment(**shares: int) -> Resource:
    versions = [{"versionId": f"id-{name}", "percentage": share} for name, share in shares.items()]
    return resource(WORKERS_DEPLOYMENT, "deployment", scriptName="search", versions=versions)


SEARCH = resource(WORKER, "search", name="search", logpush=True)


def script(*resources: Resource) -> dict[str, Any]:
    (found,) = [each for each in with_scripts([SEARCH, *resources]) if each.type == WORKERS_SCRIPT]
    return found.inputs


def test_a_worker_has_the_code_of_the_version_that_most_requests_reach() -> None:
    code = base64.b64encode(b"export default {}").decode()
    old = version("old", modules=[{"name": "a.mjs", "contentFile": "a.mjs"}])
    new = version("new", mainModule="b.mjs", modules=[{"name": "b.mjs", "contentBase64": code}])
    assert script(old, new, deployment(old=10, new=90)) == {
        "scriptName": "search",
        "logpush": True,
        "mainModule": "b.mjs",
        "content": "export default {}",
    }
    assert script(old, new, deployment(old=100))["contentFile"] == "a.mjs"


def test_a_worker_without_a_deployed_version_has_no_code() -> None:
    assert script(version("new", modules=[{"name": "a.mjs", "contentFile": "a.mjs"}])) == {
        "scriptName": "search",
        "logpush": True,
    }


@pytest.mark.parametrize(
    ("there", "found"),
    [
        (["drill/shop.yaml", "drill/cart.yaml", "drill.yaml"], "drill/shop.yaml"),
        (["drill/cart.yaml", "drill.yaml"], "drill/cart.yaml"),
        (["workers/shop/drill.yaml", "drill.yaml"], "workers/shop/drill.yaml"),
        (["workers/drill.yaml", "worker/drill.yaml"], "workers/drill.yaml"),
        (["drill.yaml", "worker/drill.yaml"], "drill.yaml"),
        (["worker/drill.yaml"], "worker/drill.yaml"),
        (["other/drill.yaml"], ""),
    ],
)
def test_the_nearest_drill_file_is_found(tmp_path: Path, there: list[str], found: str) -> None:
    for name in there:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert drill_file_of(["shop", "cart"], "workers/shop/dist/worker.mjs", tmp_path, tmp_path) == found
