"""The doors through which a declaration comes in: each gives the problems that it finds, one text each on one line."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from unittest.mock import patch

from firedrill.cloud.cloud import Cloud
from firedrill.cloud.store import Store
from firedrill.components import config, problems
from firedrill.components.model import ByWrangler, DeclaredWorker, ObservedClass
from firedrill.components.wrangler import checks, file
from firedrill.declared.declaration import declared_in
from firedrill.drill.choice import Choice
from firedrill.drill.compiled import compile_workers
from firedrill.drill.drill import require_code
from firedrill.policies.offline import judge
from firedrill.program import run_main
from firedrill.render import mock_engine
from firedrill.render.stack_config import PLACEHOLDER, StackConfig
from firedrill.resources import LOGPUSH_JOB, Resource
from firedrill.standalone.check import Here, check
from firedrill.standalone.formats import read_declared
from firedrill.standalone.read import Source
from firedrill.vendors.cloudflare.ownership import issue
from firedrill.vendors.errors import FiredrillError
from tests.cases import TESTS
from tests.doors.stack import ACCOUNT, STACK, TOKEN, laid_over, stack_with
from tests.providers import components

ROOT = TESTS.parent
Json = dict[str, Any]

SHIPPED = config.of_project(ROOT)
SECRETS = ("datadogApiKey", "telemetrySalt", "keyId", "key", "token")
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CONFIG: Mapping[str, Any] = {
    "environment": "prod",
    "accountId": ACCOUNT,
    "workersSubdomain": "shop",
    **dict.fromkeys(SECRETS, PLACEHOLDER),
    "destinations": {
        "r2": {"type": "r2", "bucket": "shop-archive", "accessKeyId": "keyId", "secretAccessKey": "key"},
        "s3": {
            "type": "s3-compatible",
            "bucket": "shop-archive",
            "region": "eu-west-1",
            "endpoint": "s3.example.com",
            "accessKeyId": "keyId",
            "secretAccessKey": "key",
        },
        "azure": {
            "type": "azure",
            "account": "shopstore",
            "container": "archive",
            "sharedAccessSignature": "key",
            "ownershipChallenge": "token",
        },
        "splunk": {
            "type": "splunk",
            "endpoint": "splunk.example.com:8088",
            "token": "token",
            "channel": "01234567-89ab-cdef-0123-456789abcdef",
        },
        "https": {"type": "https", "url": "https://logs.example.com/in", "headerValue": "token"},
    },
}
"""A stack's config that uses what the stack of tests/doors/stack.py declares, and keeps every default."""

WRANGLER: Mapping[str, Any] = {
    "name": "shop-prod",
    "main": "worker.mjs",
    "compatibility_date": "2026-11-01",
    "logpush": True,
    "durable_objects": {"bindings": [{"name": "CART", "class_name": "Cart"}]},
    "migrations": [{"tag": "v1", "new_sqlite_classes": ["Cart"]}],
}


def by_config(changes: Mapping[str, Any]) -> list[str]:
    """A stack's config with changes, as the program reads it."""
    with _refused() as found:
        config.load(_texts(changes), _secret_keys().__contains__, "prod", SHIPPED)
    return found


def by_program(changes: Mapping[str, Any]) -> list[str]:
    """The project's own program, rendered with that config."""
    components()
    texts = _texts(changes)
    with _refused() as found, patch.dict(os.environ, PULUMI_CONFIG=json.dumps(texts)):
        mock_engine.record(lambda: run_main(ROOT), "prod", StackConfig("firedrill", texts, _secret_keys()))
    return found


def by_component(declare: Callable[[], object]) -> list[str]:
    """A component, rendered as another program would declare it."""
    components()
    with _refused() as found:
        mock_engine.record(lambda: [declare(), None][1], "prod", StackConfig("firedrill", {}, ()))
    return found


def by_wrangler(changes: Mapping[str, Any], folder: Path) -> list[str]:
    """A file of Wrangler's with changes, as the program reads it."""
    (folder / "worker.mjs").touch()
    (folder / "wrangler.json").write_text(json.dumps(laid_over(WRANGLER, changes)))
    cart = ObservedClass("Cart", "CART", ("add",), ("error",), "caller", {})
    worker = DeclaredWorker("shop", "shop-prod", ByWrangler("wrangler.json"), (cart,), "", "", "", "", (), {})
    with _refused() as found:
        problems.refuse("The Worker", checks.problems(file.read(folder, "wrangler.json", "prod"), worker, folder))
    return found


def by_check(resource: Resource, folder: Path) -> list[str]:
    """`firedrill check` of the rendered stack."""
    here = Here(NOW.isoformat(), folder)
    return _lines(each.text for each in check(declared_in(stack_with(resource)), here).problems)


def by_check_of_api_json(api: Sequence[Json]) -> list[str]:
    """`firedrill check` of Datadog's API JSON."""
    return _lines(each.text for each in check(read_declared(Source("api.json", json.dumps(api)))).problems)


def api_json(resources: Sequence[Resource]) -> list[Json]:
    """What Datadog's API has of those resources that are its own."""
    found = declared_in([each for each in resources if each.type.startswith("datadog:")]).declarations
    return [each.spec for each in found if each.spec is not None]


def by_policy(resource: Resource, policy: str) -> list[str]:
    """`firedrill policy` of the rendered stack: what this policy finds."""
    with patch("firedrill.policies.rules.workers.today", NOW.date):
        verdict = judge("prod", stack_with(resource), {})
    return _lines(each.finding for each in verdict.violations if each.rule.id == policy)


def by_up(resource: Resource, folder: Path, sink: str) -> list[str]:
    """The local cloud that `up` deploys to: what it checks at a preview, and if that is well what it creates."""
    cloud = Cloud(
        Store(folder / "state.json"),
        root=folder,
        sinks={"logs.example.com": sink, "splunk.example.com:8088": sink},
        clock=lambda: NOW,
    )
    inputs = resource.inputs
    conf = str(inputs.get("destinationConf"))
    if inputs.get("ownershipChallenge") == TOKEN:
        inputs = {**inputs, "ownershipChallenge": issue(f"accounts/{ACCOUNT}", conf, int(NOW.timestamp()))}
    found = _lines(cloud.check(resource.type, inputs).problems)
    if found:
        return found
    with _refused() as found:
        if resource.type not in (STACK["script"].type, LOGPUSH_JOB):
            cloud.create(STACK["script"].type, STACK["script"].inputs)
        if inputs.get("type") == "composite":
            part, _ = cloud.create(STACK["latency"].type, STACK["latency"].inputs)
            inputs = {**inputs, "query": inputs["query"].replace(STACK["latency"].id, part)}
        cloud.create(resource.type, inputs)
    return found


def by_drill(resource: Resource, folder: Path) -> list[str]:
    """What the drill of the rendered stack looks at before it records anything."""
    with _refused() as found:
        require_code(compile_workers(stack_with(resource)), Choice("prod", folder, now=NOW.isoformat()))
    return found


@contextmanager
def sink() -> Iterator[str]:
    """The address of a server that takes whatever is posted to it."""

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing on standard error."""

    with HTTPServer(("127.0.0.1", 0), Taking) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def _texts(changes: Mapping[str, Any]) -> dict[str, str]:
    values = laid_over(CONFIG, changes)
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}
    return {f"firedrill:{key}": text for key, text in texts.items()}


def _secret_keys() -> tuple[str, ...]:
    return tuple(f"firedrill:{name}" for name in SECRETS)


@contextmanager
def _refused() -> Iterator[list[str]]:
    """The problems that the block raises, as one of the two errors that users are shown."""
    found: list[str] = []
    try:
        yield found
    except (FiredrillError, problems.DeclarationError) as error:
        found += _lines([str(error)])


def _lines(texts: Any) -> list[str]:
    """Each problem on one line: what is indented belongs to the line above it, and a heading is no problem."""
    found: list[str] = []
    for line in (line for text in texts for line in text.splitlines()):
        if line.startswith("  ") and not line.startswith("  monitor "):
            found[-1] += f" {line.strip()}"
        else:
            found.append(line.strip())
    return [line for line in found if not line.endswith((" problem.", " problems.", " in the monitors:"))]
