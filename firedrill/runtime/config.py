"""What workerd is started with: the deployed script and the drill's own modules, as files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from firedrill.runtime.deployment import Deployment, given_bindings, is_behind_assets
from firedrill.runtime.modules import FOLDER
from firedrill.runtime.provided import require_provided
from firedrill.runtime.source_map import MODULE
from firedrill.vendors.cloudflare.rules.exports import exported_names
from firedrill.vendors.cloudflare.rules.migrations import (
    key_value_classes,
)
from firedrill.vendors.cloudflare.rules.modules import KINDS
from firedrill.vendors.cloudflare.rules.scripts import DEFAULT_DATE

CONTROL = "FiredrillControl"
EVENTS = "FiredrillEvents"
"""The default export by another name, past Miniflare's proxy before assets, which passes on no batch of a queue."""
ENTRYPOINT = "entrypoint "
"""What the harness's bindings to named entrypoints begin with."""
BESIDE = "beside "
"""What the harness's bindings to the other Workers begin with."""
DATASET = "firedrill:dataset"
_DATASET = "export default () => ({ writeDataPoint() {} });"
"""An Analytics Engine dataset that discards its data points: workerd's own is experimental."""
UNANSWERED = "FiredrillUnanswered"
"""The entrypoint by which what stands for all that is outside tells what nothing has answered."""
_HERE = Path(__file__).parent


HARNESS = _HERE / "harness.mjs"


def files(
    deployment: Deployment,
    port: int = 0,
    *,
    storage: str = "storage",
    harness: Path = HARNESS,
    v8_flags: Sequence[str] = (),
) -> dict[str, bytes]:
    """Every file of the workerd folder by name; `port` is the gateway's on 127.0.0.1, 0 for any free one.

    `storage` is the folder of the objects' data, within workerd's own or absolute, `harness` the module that tails;
    V8 runs with `v8_flags`.
    Raises Unsupported for a binding that workerd alone cannot provide.
    """
    require_provided(deployment, "its drill file")
    return {
        "config.capnp": _config(deployment, port, storage, v8_flags).encode(),
        **{each.file: each.content for each in worker_modules(deployment)},
        "harness.mjs": harness.read_bytes(),
        **{_file_of(name): content for name, content in outbound_modules().items()},
    }


def outbound_modules() -> dict[str, bytes]:
    """The modules, the main one first, of the Worker that stands for all that is outside."""
    return {name: (_HERE / name).read_bytes() for name in ("outbound.mjs", "wrapper/answers.mjs")}


def _file_of(module: str) -> str:
    return module.replace("/", "-")


def _tables(deployment: Deployment) -> list[dict[str, str]]:
    """The migrations of D1 databases, each with its binding, its name and its SQL, in the order of their names."""
    bound = {each["name"] for each in given_bindings(deployment)}
    return [
        {"binding": each["binding"], "name": path.name, "sql": path.read_text(encoding="utf-8")}
        for each in deployment.script.get("d1_migrations", [])
        for path in sorted((deployment.root / each["directory"]).glob("*.sql"))
        if each["binding"] in bound
    ]


class _Module(NamedTuple):
    """A module of the Worker: its name in the code, what workerd calls its kind, its file and its bytes."""

    name: str
    kind: str
    file: str
    content: bytes


def worker_modules(deployment: Deployment) -> list[_Module]:
    """The drill's own first: workerd takes the first one for the main module."""
    own = {"main.mjs": _main(deployment).encode()}
    own |= {f"{FOLDER}{path.name}": path.read_bytes() for path in sorted((_HERE / "wrapper").glob("*.mjs"))}
    code = {**own, MODULE: deployment.bundle}
    return [
        *(_Module(name, "esModule", _file_of(name), content) for name, content in code.items()),
        *(
            _Module(each.name, KINDS[each.content_type], f"module-{number}", each.content)
            for number, each in enumerate(deployment.modules)
        ),
    ]


def text(value: str) -> str:
    """`value` as a Cap'n Proto text literal."""
    escaped = "".join(_ESCAPES.get(char, char) for char in value)
    return f'"{escaped}"'


_ESCAPES = {'"': '\\"', "\\": "\\\\", **{chr(code): f"\\x{code:02x}" for code in [*range(32), 127]}}


def _main(deployment: Deployment) -> str:
    """The main module: everything that the bundle exports, with the handlers and the classes wrapped."""
    others = sorted(exported_names(deployment.bundle.decode(errors="replace")) - {*deployment.classes, "default"})
    wrapped = [f'export const {each} = wrapObject(deployed.{each}, "{each}", classes);' for each in deployment.classes]
    wrapped += [f'export const {each} = wrapNamed(deployed.{each}, "{each}", classes);' for each in others]
    fetchers = [each["name"] for each in given_bindings(deployment) if each["type"] in ("service", "assets")]
    return "\n".join(
        [
            'import * as deployed from "./worker.mjs";',
            f'import {{ control, standFor, wrapDefault, wrapNamed, wrapObject }} from "./{FOLDER}faults.mjs";',
            'export * from "./worker.mjs";',
            f"const classes = {json.dumps({**{each: each for each in deployment.classes}, **deployment.class_of})};",
            f"standFor({json.dumps(deployment.stand_ins)}, {json.dumps(fetchers)});",
            *wrapped,
            "const handlers = wrapDefault(deployed.default, classes);",
            f"export {{ handlers as default{f', handlers as {EVENTS}' if is_behind_assets(deployment) else ''} }};",
            f"export const {CONTROL} = control(deployed, {json.dumps(_tables(deployment))});",
            "",
        ]
    )


def binding(given: Mapping[str, Any]) -> str:
    """A binding (API JSON) as workerd's configuration has it."""
    name, kind = given["name"], given["type"]
    if kind == "durable_object_namespace":
        value = f"durableObjectNamespace = {text(given['class_name'])}"
    elif kind in ("plain_text", "secret_text"):
        value = f"text = {text(given['text'])}"
    elif kind == "analytics_engine":
        value = f"wrapped = (moduleName = {text(DATASET)})"
    else:
        value = f"json = {text(given['json'])}"
    return f"(name = {text(name)}, {value})"


def _config(deployment: Deployment, port: int, storage: str, v8_flags: Sequence[str]) -> str:
    script = deployment.script
    key_value = key_value_classes(script)
    namespaces = [
        f"(className = {text(name)}, uniqueKey = {text(key)}, enableSql = {str(name not in key_value).lower()})"
        for name, key in deployment.namespace_of.items()
    ]
    # evictAllDurableObjects reaches only the classes that its caller has a binding for
    evictable = [
        f'(name = {text(f"class {name}")}, durableObjectNamespace = (className = {text(name)}, serviceName = "worker"))'
        for name in deployment.classes
    ]
    called = [
        f'(name = {text(ENTRYPOINT + each)}, service = (name = "worker", entrypoint = {text(each)}))'
        for each in deployment.entrypoints
    ]
    modules = [
        f"(name = {text(each.name)}, {each.kind} = embed {text(each.file)})" for each in worker_modules(deployment)
    ]
    date = text(script.get("compatibility_date") or DEFAULT_DATE)
    flags = ", ".join(text(flag) for flag in script.get("compatibility_flags", []))
    served = f'(name = "served", external = (address = {text(deployment.outbound)}, http = ())),'
    answering = ", ".join(
        f"(name = {text(name)}, esModule = embed {text(_file_of(name))})" for name in outbound_modules()
    )
    return f"""\
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  v8Flags = [{", ".join(map(text, v8_flags))}],
  services = [
    (name = "worker", worker = .worker),
    (name = "harness", worker = .harness),
    (name = "storage", disk = (path = {text(storage)}, writable = true)),
    (name = "outbound", worker = .outbound),
    (name = "network", network = (allow = [])),
    {served if deployment.outbound else ""}
  ],
  extensions = [(modules = [(name = {text(DATASET)}, esModule = {text(_DATASET)}, internal = true)])],
  sockets = [
    (name = "gateway", address = "127.0.0.1:{port}", http = (), service = "worker"),
    (name = "harness", address = "127.0.0.1:0", http = (), service = "harness"),
  ],
);

const worker :Workerd.Worker = (
  modules = [{", ".join(modules)}],
  compatibilityDate = {date},
  compatibilityFlags = [{flags}],
  bindings = [{", ".join(map(binding, given_bindings(deployment)))}],
  globalOutbound = "{"served" if deployment.outbound else "outbound"}",
  durableObjectNamespaces = [{", ".join(namespaces)}],
  durableObjectStorage = (localDisk = "storage"),
  tails = ["harness"],
  streamingTails = ["harness"],
);

const outbound :Workerd.Worker = (
  modules = [{answering}],
  compatibilityDate = "2026-01-01",
  bindings = [
    (name = "ANSWERS", json = {text(json.dumps(deployment.answers))}),
    (name = "NETWORK", service = "network"),
  ],
  globalOutbound = "network",
);

const harness :Workerd.Worker = (
  modules = [(name = "harness.mjs", esModule = embed "harness.mjs")],
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ["service_binding_extra_handlers", "unsafe_module"],
  bindings = [
    (name = "WORKER", service = "worker"),
    (name = "CONTROL", service = (name = "worker", entrypoint = "{CONTROL}")),
    (name = "OUTBOUND", service = (name = "outbound", entrypoint = "{UNANSWERED}")),
    {", ".join([*evictable, *called])}
  ],
);
"""
