"""What workerd is started with: the deployed script and the drill's own modules, as files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from firedrill.runtime.modules import FOLDER
from firedrill.runtime.simulated import BY_WORKERD, SIMULATED
from firedrill.runtime.source_map import MODULE, Sources
from firedrill.vendors.cloudflare.rules.exports import exported_names
from firedrill.vendors.cloudflare.rules.migrations import (
    bound_classes,
    classes_after,
    foreign_script,
    key_value_classes,
)
from firedrill.vendors.cloudflare.rules.modules import KINDS, Module
from firedrill.vendors.cloudflare.rules.scripts import DEFAULT_DATE
from firedrill.vendors.errors import Unsupported, as_one

CONTROL = "FiredrillControl"
EVENTS = "FiredrillEvents"
"""The default export by another name, past Miniflare's proxy before assets, which passes on no batch of a queue."""
ENTRYPOINT = "entrypoint "
"""What the harness's bindings to named entrypoints begin with."""
BESIDE = "beside "
"""What the harness's bindings to the other Workers begin with."""
DATASET = "firedrill:dataset"
EMAIL = b"cloudflare:email"
_DATASET = "export default () => ({ writeDataPoint() {} });"
"""An Analytics Engine dataset that discards its data points: workerd's own is experimental."""
_HERE = Path(__file__).parent


Given = str | Mapping[str, Any] | None
"""What a drill file says of a binding."""


@dataclass(frozen=True)
class Deployment:
    """A WorkersScript as declared (API JSON), its bundle, unchanged, and the modules that this imports.

    `bindings` replaces the text of declared bindings, or adds new ones; None removes a declared one, and a mapping
    stands for one: what each of its methods answers.
    `outbound` is the address ("127.0.0.1:port") of an HTTP server that answers whatever the Worker fetches; by default
    nothing can be reached: a drill does not leave this machine.
    `sources` tells where the bundle's code came from; it changes nothing of what runs. `root` is the folder of the
    project, whose workerd runs it. `unreached` are handlers and bindings that no traffic need come to, with the reason.
    `entrypoints` are named ones that takes call. `beside` are the other Workers that its bindings lead to, and theirs.
    """

    script: Mapping[str, Any]
    bundle: bytes
    bindings: Mapping[str, Given] = field(default_factory=dict)
    outbound: str = ""
    sources: Sources = field(default=Sources(), compare=False)
    root: Path = field(default=Path(), compare=False)
    modules: tuple[Module, ...] = ()
    unreached: Mapping[str, str] = field(default_factory=dict, compare=False)
    entrypoints: tuple[str, ...] = ()
    beside: tuple[Deployment, ...] = ()

    @property
    def name(self) -> str:
        """The script's."""
        return str(self.script["script_name"])

    @property
    def classes(self) -> list[str]:
        """Its Durable Object classes, which its bindings name or its code finds by `ctx.exports`, sorted."""
        return sorted({*bound_classes(self.script), *classes_after(self.script)})

    @property
    def stand_ins(self) -> dict[str, Mapping[str, Any]]:
        """What the methods of bindings answer that are not to be had here, by name."""
        return {name: given for name, given in self.bindings.items() if isinstance(given, Mapping)}

    @property
    def class_of(self) -> dict[str, str]:
        """The Worker's own Durable Object class of each binding."""
        return {each["name"]: each["class_name"] for each in self.script.get("bindings", []) if is_own(self, each)}

    @property
    def namespace_of(self) -> dict[str, str]:
        """The key of each class's objects: the id of its namespace, which outlives renames, where it is deployed."""
        objects = (each for each in self.script.get("bindings", []) if is_own(self, each))
        ids = {each["class_name"]: each["namespace_id"] for each in objects if each.get("namespace_id")}
        return {name: ids.get(name, name) for name in self.classes}


def is_own(deployment: Deployment, binding: Mapping[str, Any]) -> bool:
    """Whether a binding is of a Durable Object class that the Worker itself has."""
    is_object = binding["type"] == "durable_object_namespace"
    return is_object and not foreign_script(binding, deployment.script)


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
    }


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
        *(_Module(name, "esModule", name.replace("/", "-"), content) for name, content in code.items()),
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
    services = [each["name"] for each in given_bindings(deployment) if each["type"] == "service"]
    return "\n".join(
        [
            'import * as deployed from "./worker.mjs";',
            f'import {{ control, standFor, wrapDefault, wrapNamed, wrapObject }} from "./{FOLDER}faults.mjs";',
            'export * from "./worker.mjs";',
            f"const classes = {json.dumps({**{each: each for each in deployment.classes}, **deployment.class_of})};",
            f"standFor({json.dumps(deployment.stand_ins)}, {json.dumps(services)});",
            *wrapped,
            "const handlers = wrapDefault(deployed.default, classes);",
            f"export {{ handlers as default{f', handlers as {EVENTS}' if is_behind_assets(deployment) else ''} }};",
            f"export const {CONTROL} = control(deployed, {json.dumps(_tables(deployment))});",
            "",
        ]
    )


def is_behind_assets(deployment: Deployment) -> bool:
    """Whether requests come to the Worker through what serves its assets."""
    return bool((deployment.script.get("assets") or {}).get("directory"))


def require_provided(deployment: Deployment, drill_file: str, apart: Sequence[str] = ()) -> None:
    """Raise Unsupported with every binding that is not to be had here; `drill_file` is where to leave it out.

    `apart` are the Workers that run each by itself, so that no binding of one leads to another.
    """
    missing = [each for each in given_bindings(deployment) if not _is_provided(each, deployment)]
    if not missing:
        return
    left_out = ", ".join(f"{each['name']}: null" for each in missing)
    advice = (
        f"To drill the Worker without {'it' if len(missing) == 1 else 'them'}, write in {drill_file} bindings:"
        f" {{{left_out}}}; or say what methods answer, such as {_such_as(missing[-1])}{_or_declare(missing, apart)}"
    )
    found = [
        Unsupported(
            f"binding type {each['type']}{_elsewhere(each, deployment)}",
            f"WorkersScript {deployment.name!r}, binding {each['name']!r}",
            advice if each is missing[-1] else "",
        )
        for each in missing
    ]
    raise as_one(found)


def _such_as(binding: Mapping[str, Any]) -> str:
    method = "fetch: {status: 200, body: fine}" if binding["type"] in _FETCHED else "run: {response: fine}"
    return f"{{{binding['name']}: {{{method}}}}}"


_FETCHED = ("service", "dispatch_namespace", "mtls_certificate", "vpc_service", "browser")


def is_simulated(deployment: Deployment) -> bool:
    """Whether it has what only Miniflare's simulators provide."""
    given = given_bindings(deployment)
    simulated = any(each["type"] in SIMULATED or other_worker(each) != "" for each in given)
    code = (deployment.bundle, *(each.content for each in deployment.modules))
    # workerd's own module of that name imports one that is Miniflare's
    imported = any(EMAIL in each for each in code)
    return simulated or imported or bool(deployment.script.get("assets") or deployment.script.get("queue_consumers"))


def other_worker(binding: Mapping[str, Any]) -> str:
    """The name of the Worker that a binding names, which may be its own; "" where it names none."""
    key = {"service": "service", "durable_object_namespace": "script_name"}.get(binding["type"], "")
    return str(binding.get(key) or "")


def _is_provided(binding: Mapping[str, Any], deployment: Deployment) -> bool:
    if other := other_worker(binding):
        return other in {deployment.name, *(each.name for each in deployment.beside)}
    return binding["type"] in BY_WORKERD | SIMULATED


def _elsewhere(binding: Mapping[str, Any], deployment: Deployment) -> str:
    other = other_worker(binding)
    return f" of another Worker, {other!r}," if other not in ("", deployment.name) else ""


def _or_declare(missing: Sequence[Mapping[str, Any]], apart: Sequence[str]) -> str:
    others = dict.fromkeys(filter(None, map(other_worker, missing)))
    if there := [each for each in others if each in apart]:
        return f". In a running stack no binding leads to {', '.join(map(repr, there))}: each Worker runs by itself"
    return f"; or declare {', '.join(map(repr, others))} under firedrill:workers" if others and not apart else ""


def given_bindings(deployment: Deployment) -> list[Mapping[str, Any]]:
    """The declared bindings, with the drill's texts in their place, and those that only the drill gives."""
    declared = {binding["name"]: binding for binding in deployment.script.get("bindings", [])}
    given = {
        name: {"type": "plain_text", "name": name, "text": value} if isinstance(value, str) else None
        for name, value in deployment.bindings.items()
    }
    return [each for each in {**declared, **given}.values() if each]


def _binding(binding: Mapping[str, Any]) -> str:
    name, kind = binding["name"], binding["type"]
    if kind == "durable_object_namespace":
        value = f"durableObjectNamespace = {text(binding['class_name'])}"
    elif kind in ("plain_text", "secret_text"):
        value = f"text = {text(binding['text'])}"
    elif kind == "analytics_engine":
        value = f"wrapped = (moduleName = {text(DATASET)})"
    else:
        value = f"json = {text(binding['json'])}"
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
    served = f"external = (address = {text(deployment.outbound)}, http = ())"
    outbound = served if deployment.outbound else "network = (allow = [])"
    return f"""\
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  v8Flags = [{", ".join(map(text, v8_flags))}],
  services = [
    (name = "worker", worker = .worker),
    (name = "harness", worker = .harness),
    (name = "storage", disk = (path = {text(storage)}, writable = true)),
    (name = "outbound", {outbound}),
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
  bindings = [{", ".join(map(_binding, given_bindings(deployment)))}],
  globalOutbound = "outbound",
  durableObjectNamespaces = [{", ".join(namespaces)}],
  durableObjectStorage = (localDisk = "storage"),
  tails = ["harness"],
  streamingTails = ["harness"],
);

const harness :Workerd.Worker = (
  modules = [(name = "harness.mjs", esModule = embed "harness.mjs")],
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ["service_binding_extra_handlers", "unsafe_module"],
  bindings = [
    (name = "WORKER", service = "worker"),
    (name = "CONTROL", service = (name = "worker", entrypoint = "{CONTROL}")),
    {", ".join([*evictable, *called])}
  ],
);
"""
