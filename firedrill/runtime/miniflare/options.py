"""A deployment as options of Miniflare, with the drill's own modules around it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from firedrill.runtime.config import (
    BESIDE,
    CONTROL,
    ENTRYPOINT,
    EVENTS,
    UNANSWERED,
    outbound_modules,
    worker_modules,
)
from firedrill.runtime.deployment import Deployment, given_bindings, is_behind_assets, is_own
from firedrill.runtime.simulated import NAMED, OPTIONS, Binding
from firedrill.vendors.cloudflare.rules.migrations import key_value_classes
from firedrill.vendors.cloudflare.rules.scripts import DEFAULT_DATE, DURABLE_OBJECT
from firedrill.vendors.errors import FiredrillError

HARNESS = "firedrill-harness"
OUTBOUND = "firedrill-outbound"
"""What the Worker begins with that stands for all that is outside of another, whose name follows."""
QUEUE = "queue "
"""What the harness's bindings to the queues that the Worker consumes begin with."""
_DATE = "2026-01-01"
_MODULE_TYPES = {
    "esModule": "ESModule",
    "commonJsModule": "CommonJS",
    "data": "Data",
    "wasm": "CompiledWasm",
    "text": "Text",
}
"""workerd's kinds of modules -> Miniflare's."""
_SOCKET = [{"host": "127.0.0.1", "port": 0}]


def options(deployment: Deployment, harness: Path) -> dict[str, Any]:
    """The options of each Worker as JSON, with the contents of modules in base64, and a digest of the assets.

    `harness` is the module that tails and calls.
    """
    name = deployment.name
    tailed = {"tails": [HARNESS], "streamingTails": [HARNESS], "unsafeDirectSockets": _SOCKET}
    control: dict[str, Any] = {"WORKER": name, "CONTROL": {"name": name, "entrypoint": CONTROL}}
    control["OUTBOUND"] = {"name": f"{OUTBOUND}-{name}", "entrypoint": UNANSWERED}
    if is_behind_assets(deployment):
        control[EVENTS] = {"name": name, "entrypoint": EVENTS}
    control |= {f"{ENTRYPOINT}{each}": {"name": name, "entrypoint": each} for each in deployment.entrypoints}
    control |= {f"{BESIDE}{each.name}": {"name": each.name, "entrypoint": CONTROL} for each in deployment.beside}
    tail = {
        "name": HARNESS,
        "compatibilityDate": _DATE,
        "compatibilityFlags": ["service_binding_extra_handlers", "unsafe_module"],
        "modules": [_module("harness.mjs", "ESModule", harness.read_bytes())],
        "serviceBindings": control,
        "durableObjects": {
            f"class {each}": {"scriptName": name, **_class(each, deployment)} for each in deployment.classes
        },
        "queueProducers": {f"{QUEUE}{each}": {"queueName": each} for each in _consumed(deployment)},
        "unsafeDirectSockets": _SOCKET,
    }
    every = (deployment, *deployment.beside)
    return {
        "workers": [
            _worker(deployment, deployment) | tailed,
            tail,
            *map(_outside, every),
            *(_worker(each, deployment) for each in deployment.beside),
        ],
        "assets": "".join(map(_asset_digest, every)),
    }


def _worker(deployment: Deployment, drilled: Deployment) -> dict[str, Any]:
    served = {"external": {"address": drilled.outbound, "http": {}}}
    return {
        "name": deployment.name,
        "compatibilityDate": deployment.script.get("compatibility_date") or DEFAULT_DATE,
        "compatibilityFlags": list(deployment.script.get("compatibility_flags", [])),
        "modules": [_module(each.name, _MODULE_TYPES[each.kind], each.content) for each in worker_modules(deployment)],
        "outboundService": served if drilled.outbound else f"{OUTBOUND}-{deployment.name}",
        **_bound(deployment, {each.name: each for each in (drilled, *drilled.beside)}),
    }


def _outside(deployment: Deployment) -> dict[str, Any]:
    """The Worker that answers what another one fetches."""
    return {
        "name": f"{OUTBOUND}-{deployment.name}",
        "compatibilityDate": _DATE,
        "modules": [_module(name, "ESModule", content) for name, content in outbound_modules().items()],
        "bindings": {"ANSWERS": list(deployment.answers)},
    }


def _bound(deployment: Deployment, workers: Mapping[str, Deployment]) -> dict[str, Any]:
    """The options that come of bindings, of the queues that the Worker consumes, and of its assets."""
    found: dict[str, Any] = {}
    for each in given_bindings(deployment):
        kind, name = each["type"], each["name"]
        if kind == DURABLE_OBJECT:
            found.setdefault("durableObjects", {})[name] = _object(each, deployment, workers)
        elif kind == "service":
            service = {"name": each["service"], "entrypoint": each.get("entrypoint")}
            found.setdefault("serviceBindings", {})[name] = {key: value for key, value in service.items() if value}
        elif kind == "send_email":
            found.setdefault("email", {}).setdefault("send_email", []).append({"name": name})
        elif kind in OPTIONS:
            option, value = OPTIONS[kind](each)
            found.setdefault(option, {})[name] = value
        elif NAMED.get(kind):
            found[NAMED[kind]] = name
    unbound = [_class(each, deployment) for each in deployment.classes if each not in deployment.class_of.values()]
    found["additionalUnboundDurableObjects"] = unbound
    # at once, or a take would wait for batches to fill
    found["queueConsumers"] = {queue: {"maxBatchTimeout": 0} for queue in _consumed(deployment)}
    return found | _assets(deployment)


def _consumed(deployment: Deployment) -> Iterable[str]:
    return deployment.script.get("queue_consumers") or ()


def _object(binding: Binding, deployment: Deployment, workers: Mapping[str, Deployment]) -> dict[str, Any]:
    if is_own(deployment, binding):
        return _class(binding["class_name"], deployment)
    owner = workers[binding["script_name"]]
    return {"scriptName": owner.name, **_class(binding["class_name"], owner)}


def _class(name: str, owner: Deployment) -> dict[str, Any]:
    sqlite = name not in key_value_classes(owner.script)
    return {"className": name, "useSQLite": sqlite, "unsafeUniqueKey": owner.namespace_of.get(name, name)}


def _assets(deployment: Deployment) -> dict[str, Any]:
    """The option of that name; whether a request reaches the Worker first is decided as at Cloudflare."""
    directory = _asset_directory(deployment)
    if directory is None:
        return {}
    assets = deployment.script["assets"]
    told = {**assets, **(assets.get("config") or {})}
    bound = [each["name"] for each in given_bindings(deployment) if each["type"] == "assets"]
    found: dict[str, Any] = {"directory": str(directory), "routerConfig": {"has_user_worker": True}}
    found["assetConfig"] = {key: told[key] for key in ("html_handling", "not_found_handling") if told.get(key)}
    if told.get("run_worker_first") is not None:
        found["run_worker_first"] = told["run_worker_first"]
    return {"assets": found | ({"binding": bound[0]} if bound else {})}


def _asset_directory(deployment: Deployment) -> Path | None:
    directory = (deployment.script.get("assets") or {}).get("directory")
    if not directory:
        return None
    found: Path = (deployment.root / directory).resolve()
    if not found.is_dir():
        raise FiredrillError(
            f"assets.directory of the Worker {deployment.name!r} is {directory!r}, which is no folder "
            "of this project; correct it, or make the folder."
        )
    return found


def _asset_digest(deployment: Deployment) -> str:
    """Of the files that Miniflare lists in its plan."""
    directory = _asset_directory(deployment)
    digest = hashlib.sha256()
    for path in sorted(directory.rglob("*")) if directory else ():
        if path.is_file():
            digest.update(f"{path.relative_to(directory or path)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _module(name: str, kind: str, content: bytes) -> dict[str, str]:
    return {"type": kind, "path": name, "contents": base64.b64encode(content).decode()}
