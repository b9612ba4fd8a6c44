"""An observed object with a WebSocket that hibernates is evicted and wakes, as the same object does unobserved."""

from __future__ import annotations

import http.client
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from firedrill.runtime.workerd import binary, serve

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
EXAMPLE = ROOT / "examples/chat-room/src/index.js"
WORKERS = {"OBSERVED": "", "BARE": "", "KEPT": '(name = "KEEP", text = "awake")'}
OBSERVING = 'import { observeObject, observeWorker } from "firedrill";'
NOTHING = "const observeObject = (Class) => Class, observeWorker = (handlers) => handlers;"


def observed() -> bytes:
    """The example, bundled."""
    esbuild = next(ROOT.glob("node_modules/@esbuild/*/bin/esbuild"))
    flags = ["--bundle", "--format=esm", "--target=es2022", "--keep-names", "--external:cloudflare:workers"]
    library = f"--alias:firedrill={ROOT}/firedrill/worker/telemetry.mjs"
    return subprocess.run([esbuild, EXAMPLE, library, *flags], check=True, stdout=subprocess.PIPE).stdout


def bare() -> bytes:
    """The example with wrappers that do nothing."""
    source = EXAMPLE.read_text()
    assert OBSERVING in source
    return source.replace(OBSERVING, NOTHING).encode()


def config() -> str:
    services = "".join(f'(name = "{name}", worker = .worker{name}), ' for name in WORKERS)
    bindings = ", ".join(f'(name = "{name}", service = "{name}")' for name in WORKERS)
    workers = "".join(
        f"const worker{name} :Workerd.Worker = (modules = "
        f'[(name = "main.mjs", esModule = embed "counted.mjs"), (name = "rooms.mjs", esModule = embed "{name}.mjs")], '
        'compatibilityDate = "2026-10-01", '
        'bindings = [(name = "ROOMS", durableObjectNamespace = "ChatRoom"), '
        f'(name = "HISTORY_LIMIT", text = "9"), {more}], '
        f'durableObjectNamespaces = [(className = "ChatRoom", uniqueKey = "{name}", enableSql = true)], '
        'durableObjectStorage = (localDisk = "storage"));\n'
        for name, more in WORKERS.items()
    )
    return (
        'using Workerd = import "/workerd/workerd.capnp";\n'
        f"const config :Workerd.Config = (services = [{services}"
        '(name = "member", worker = .member), (name = "storage", disk = (path = "storage", writable = true))], '
        'sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "member")]);\n'
        'const member :Workerd.Worker = (modules = [(name = "member.mjs", esModule = embed "member.mjs")], '
        f'compatibilityDate = "2026-10-01", bindings = [{bindings}]);\n{workers}'
    )


@pytest.mark.workerd
def test_an_observed_object_hibernates_and_wakes_as_the_bare_one_does() -> None:
    modules = {"OBSERVED.mjs": observed(), "BARE.mjs": bare(), "KEPT.mjs": bare()}
    modules |= {path.name: path.read_bytes() for path in HERE.glob("*.mjs")}
    with serve({"config.capnp": config().encode(), **modules}, ["http"], program=binary(ROOT)) as workerd:
        connection = http.client.HTTPConnection("127.0.0.1", workerd.ports["http"], timeout=60)
        connection.request("GET", "/")
        visits: dict[str, Any] = json.load(connection.getresponse())
        connection.close()
    told = {"heard": ["hello", "pong", "anybody?"], "kept": 2}
    assert visits["BARE"] == told | {"built": [1, 1, 2]}  # evicted in the silence: the ping wakes nobody
    assert visits["OBSERVED"] == visits["BARE"]
    assert visits["KEPT"] == told | {"built": [1, 1, 1]}  # a timer would have kept it in memory
