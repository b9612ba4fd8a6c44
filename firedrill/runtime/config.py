"""What workerd is started with: the deployed script and the drill's own modules, as files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from firedrill.cloudflare.script import DEFAULT_COMPATIBILITY_DATE, bound_classes, key_value_classes
from firedrill.errors import Unsupported

CONTROL = "FiredrillControl"
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Deployment:
    """A WorkersScript as declared (API JSON), its bundle unchanged, and `bindings` whose text the drill replaces."""

    script: Mapping[str, Any]
    bundle: bytes
    bindings: Mapping[str, str] = field(default_factory=dict)

    @property
    def classes(self) -> list[str]:
        """The Durable Object classes that its bindings name, sorted."""
        return bound_classes(self.script)


def files(deployment: Deployment, port: int = 0) -> dict[str, bytes]:
    """Every file of the workerd folder by name; `port` is the gateway's on 127.0.0.1, 0 for any free one.

    Raises Unsupported for a binding that workerd alone cannot provide.
    """
    return {
        "config.capnp": _config(deployment, port).encode(),
        "main.mjs": _main(deployment.classes).encode(),
        "worker.mjs": deployment.bundle,
        "faults.mjs": (_HERE / "faults.mjs").read_bytes(),
        "harness.mjs": (_HERE / "harness.mjs").read_bytes(),
    }


def text(value: str) -> str:
    """`value` as a Cap'n Proto text literal."""
    escaped = "".join(_ESCAPES.get(char, char) for char in value)
    return f'"{escaped}"'


_ESCAPES = {'"': '\\"', "\\": "\\\\", **{chr(code): f"\\x{code:02x}" for code in [*range(32), 127]}}


def _main(classes: list[str]) -> str:
    """The main module: everything that the bundle exports, with the default handler and the classes wrapped."""
    wrapped = "\n".join(f"export const {name} = wrapObject(deployed.{name});" for name in classes)
    return f"""\
import * as deployed from "./worker.mjs";
import {{ control, wrapDefault, wrapObject }} from "./faults.mjs";
export * from "./worker.mjs";
{wrapped}
export default wrapDefault(deployed.default);
export const {CONTROL} = control(Object.keys(deployed));
"""


def _binding(binding: Mapping[str, Any], overrides: Mapping[str, str], place: str) -> str:
    name, kind = binding["name"], binding["type"]
    if kind == "durable_object_namespace" and not binding.get("script_name"):
        value = f"durableObjectNamespace = {text(binding['class_name'])}"
    elif kind in ("plain_text", "secret_text"):
        value = f"text = {text(overrides.get(name, binding['text']))}"
    elif kind == "json":
        value = f"json = {text(overrides.get(name, binding['json']))}"
    else:
        where = " in another script" if kind == "durable_object_namespace" else ""
        raise Unsupported(f"binding type {kind}{where}", f"{place}, binding {name!r}")
    return f"(name = {text(name)}, {value})"


def _config(deployment: Deployment, port: int) -> str:
    script = deployment.script
    place = f"WorkersScript {script['script_name']!r}"
    bindings = [_binding(binding, deployment.bindings, place) for binding in script.get("bindings", [])]
    key_value = key_value_classes(script)
    namespaces = [
        f"(className = {text(name)}, uniqueKey = {text(name)}, enableSql = {str(name not in key_value).lower()})"
        for name in deployment.classes
    ]
    date = text(script.get("compatibility_date") or DEFAULT_COMPATIBILITY_DATE)
    flags = ", ".join(text(flag) for flag in script.get("compatibility_flags", []))
    return f"""\
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "worker", worker = .worker),
    (name = "harness", worker = .harness),
    (name = "storage", disk = (path = "storage", writable = true)),
  ],
  sockets = [
    (name = "gateway", address = "127.0.0.1:{port}", http = (), service = "worker"),
    (name = "harness", address = "127.0.0.1:0", http = (), service = "harness"),
  ],
);

const worker :Workerd.Worker = (
  modules = [
    (name = "main.mjs", esModule = embed "main.mjs"),
    (name = "worker.mjs", esModule = embed "worker.mjs"),
    (name = "faults.mjs", esModule = embed "faults.mjs"),
  ],
  compatibilityDate = {date},
  compatibilityFlags = [{flags}],
  bindings = [{", ".join(bindings)}],
  durableObjectNamespaces = [{", ".join(namespaces)}],
  durableObjectStorage = (localDisk = "storage"),
  tails = ["harness"],
  streamingTails = ["harness"],
);

const harness :Workerd.Worker = (
  modules = [(name = "harness.mjs", esModule = embed "harness.mjs")],
  compatibilityDate = "2026-01-01",
  bindings = [
    (name = "WORKER", service = "worker"),
    (name = "CONTROL", service = (name = "worker", entrypoint = "{CONTROL}")),
  ],
);
"""
