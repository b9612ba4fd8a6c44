"""`firedrill init`: the few files that a project needs, beside a Wrangler file or with a small Worker to begin with."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from firedrill.components.problems import DeclarationError, refuse
from firedrill.components.wrangler.checks import declared_classes, own_bindings
from firedrill.components.wrangler.file import read
from firedrill.vendors.errors import FiredrillError

_WRANGLER = ("wrangler.jsonc", "wrangler.json", "wrangler.toml")
_IGNORED = (".firedrill/", "node_modules/", "__pycache__/")
_LIBRARY = "./.firedrill/lib/firedrill/telemetry.mjs"
_STACK_FILE = "Pulumi.dev.yaml"
_YOURS = "# yours"
_FILL_IN = f"{_STACK_FILE}: fill in the lines with 'yours' before you deploy; the drill needs none of them."
_OPERATIONS = (
    f"{_STACK_FILE}: name the operations of each class, which are its methods, and of a fetch handler the name that "
    'the code gives it in both places, { operations: { fetch: "join" } }, in place of fetch; until then the config is '
    "refused."
)
_TO_SEND = "drill.yaml: write down the requests that the Worker gets."
_SAMPLE = Path(__file__).with_name("sample.mjs")
_STACK = """\
# What Firedrill declares in this stack; the lines with 'yours' are to be filled in.
config:
  datadog:apiUrl: https://api.datadoghq.com/ # yours: the site of your organisation
  firedrill:environment: dev
  firedrill:accountId: "00000000000000000000000000000000" # yours
  firedrill:workersSubdomain: example # yours: of example.workers.dev
  firedrill:protect: false
  firedrill:notifyPage: "@slack-{name}" # yours: who is paged
  firedrill:notifyChat: "@slack-{name}" # yours: who reads it in the morning
"""
_PROGRAM = '''\
"""Declares the observed Workers that the stack's config names."""

from pathlib import Path

from firedrill.components import observe

observe(Path(__file__).parent)
'''
_TRAFFIC = """\
# What the Worker is sent in a minute of an ordinary day; {id} is new in each session.
traffic:
  - count: 10
    session:
"""


_VITE = "@cloudflare/vite-plugin"
"""Bundles itself. Source: developers.cloudflare.com/workers/vite-plugin/reference/migrating-from-wrangler-dev"""


@dataclass(frozen=True)
class Written:
    """The files that were written and those that were there and are kept, and what is left for a person to do."""

    written: tuple[str, ...]
    kept: tuple[str, ...]
    todo: tuple[str, ...]


def init(folder: Path) -> Written:
    """Write what is missing into `folder`; nothing is overwritten. .gitignore only gets lines.

    Raises FiredrillError where the Wrangler file cannot be read or has no Durable Object to observe.
    """
    wrangler = next((name for name in _WRANGLER if os.path.lexists(folder / name)), None)
    ignored = _to_ignore(folder / ".gitignore")  # read before anything is written
    try:
        files, todo = _beside(folder, wrangler) if wrangler else _sample(folder)
    except DeclarationError as error:
        raise FiredrillError(str(error)) from error
    written, kept = [], []
    for name, text in files.items():
        file = folder / name
        if file.exists():
            kept.append(name)
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        written.append(name)
    if ignored:
        (folder / ".gitignore").write_text(ignored, encoding="utf-8")
        written.append(".gitignore")
    return Written(tuple(written), tuple(kept), tuple(todo))


def _sample(folder: Path) -> tuple[dict[str, str], list[str]]:
    """A Worker that counts, which Pulumi deploys."""
    name = _name(folder.resolve().name)
    worker = {
        "name": name,
        "entry": "src/index.mjs",
        "drill": "drill.yaml",
        "classes": {"Counter": _observed("COUNTERS", ["add", "read"])},
    }
    requests = ["POST /counters/{id}", "POST /counters/{id}", "GET /counters/{id}"]
    files = {"src/index.mjs": _SAMPLE.read_text(encoding="utf-8"), **_project(name, worker, requests)}
    return files, [_FILL_IN] if _YOURS in _stack_of(folder) else []


def _beside(folder: Path, wrangler: str) -> tuple[dict[str, str], list[str]]:
    """What observes a Worker that Wrangler deploys."""
    file = read(folder, wrangler, "dev")
    refuse(f"The file {wrangler}", list(file.unreadable.values()))
    configuration = file.configuration
    bound = {of: binding for binding, of in own_bindings(configuration).items()}
    bound |= {each: "" for each in sorted(declared_classes(configuration)) if each not in bound}
    if not bound:
        raise FiredrillError(
            f"{wrangler} has no Durable Object class of this Worker, and there is nothing else to observe; "
            "add one to durable_objects.bindings and migrations, or run this in an empty folder for a sample"
        )
    name = _name(configuration.name or folder.resolve().name)
    worker = {
        "name": configuration.name or name,
        "managed": False,
        "wrangler": wrangler,
        "drill": "drill.yaml",
        "classes": {each: _observed(binding, ["fetch"]) for each, binding in bound.items()},
    }
    main, classes = configuration.main or "the Worker's module", ", ".join(bound)
    pairs = ", ".join(f'{binding or each}: "{each}"' for each, binding in bound.items())
    code, stack = _text(folder / main), _stack_of(folder)
    wrapped = (
        "firedrill" in code and "observeWorker(" in code and ("observeObject(" in code or "observedObject(" in code)
    )
    by_vite = f'"{_VITE}"' in _text(folder / "package.json")
    wrapping = _wrapping(main, classes, by_vite=by_vite)
    todo = [] if wrapped else [f"{main}: {wrapping}, and observeWorker(..., {{ {pairs} }}) as the default."]
    has_package = _has_package(folder)
    if by_vite and not has_package:
        todo.append("install the npm package firedrill: Cloudflare's Vite plugin takes no alias from Wrangler's file.")
    elif not has_package and "firedrill" not in configuration.alias:
        todo.append(f'{wrangler}: alias has to map "firedrill" to "{_LIBRARY}", or install the npm package firedrill.')
    if by_vite and f"wrangler: {wrangler}\n" in (_text(folder / _STACK_FILE) or f"wrangler: {wrangler}\n"):
        todo.append(f"{_STACK_FILE}: let wrangler name the wrangler.json that your build writes, and build first.")
    if not configuration.logpush:
        todo.append(f"{wrangler}: logpush has to be true, or Logpush gets none of the Worker's events.")
    todo += [
        *([_OPERATIONS] if "operations: [fetch]" in stack else []),
        *([_FILL_IN] if _YOURS in stack else []),
        *([] if (folder / "drill.yaml").exists() else [_TO_SEND]),
    ]
    return _project(name, worker, ["GET /"]), todo


def _has_package(folder: Path) -> bool:
    """Whether Node finds the npm package from the folder upward."""
    here = folder.resolve()
    return any((place / "node_modules" / "firedrill").exists() for place in (here, *here.parents))


def _wrapping(main: str, classes: str, *, by_vite: bool) -> str:
    """How classes are observed: in TypeScript by a decorator, since they have to stay types.

    Not by one where Vite builds: from version 8 on it leaves decorators to the platform, which knows none.
    """
    if main.endswith(("ts", "tsx")) and by_vite:
        return (
            f'import {{ observeObject, observeWorker }} from "firedrill"; for {classes}:'
            ' export const X = observeObject(class X ..., { className: "X" }); export type X = InstanceType<typeof X>'
        )
    if main.endswith(("ts", "tsx")):
        return f'import {{ observedObject, observeWorker }} from "firedrill"; put @observedObject() before {classes}'
    return f'import {{ observeObject, observeWorker }} from "firedrill"; export observeObject(class ...) for {classes}'


def _stack_of(folder: Path) -> str:
    """The stack's file, as it is, or as it is about to be written."""
    return _text(folder / _STACK_FILE) or f"{_STACK}operations: [fetch]"


def _text(file: Path) -> str:
    """What a file says, "" for one that nobody can read here."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _observed(binding: str, operations: list[str]) -> dict[str, Any]:
    """A class that tells nothing of rows, which storage-spike watches."""
    reached = {"binding": binding} if binding else {}
    return {**reached, "operations": operations, "monitors": {"storage-spike": False}}


def _project(name: str, worker: Mapping[str, Any], requests: list[str]) -> dict[str, str]:
    workers = {"config": {"firedrill:workers": {name: dict(worker)}}}
    declared = yaml.safe_dump(workers, sort_keys=False, default_flow_style=None).partition("\n")[2]
    return {
        "Pulumi.yaml": f"name: {name}\nruntime: python\n",
        "Pulumi.dev.yaml": _STACK.replace("{name}", name) + declared,
        "__main__.py": _PROGRAM,
        "drill.yaml": _TRAFFIC + "".join(f"      - {each}\n" for each in requests),
    }


def _name(text: str) -> str:
    """`text` as the name of a Worker: lowercase letters, digits and dashes, with a letter first."""
    found = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:30].rstrip("-")
    return found if found[:1].isalpha() else f"worker-{found}".rstrip("-")


def _to_ignore(file: Path) -> str:
    """A .gitignore with what is not for Git added; "" where nothing is missing."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    missing = [each for each in _IGNORED if each not in text.splitlines()]
    end = "" if not text or text.endswith("\n") else "\n"
    return f"{text}{end}" + "".join(f"{each}\n" for each in missing) if missing else ""
