"""What lies beside the state file: the modules that were uploaded, and the data of Durable Objects.

contents/<SHA-256>.mjs                    what a Worker was uploaded with, written before the state names it
data/<script name>/<namespace id>/        the storage of a class's objects, made by what runs the Worker
buckets/<bucket>/<path>                   what Logpush wrote to prove that a bucket is owned
"""

from __future__ import annotations

import hashlib
import re
import shutil
from contextlib import suppress
from pathlib import Path

from firedrill.cloud.state import State
from firedrill.files import write_atomically
from firedrill.resources import WORKER, WORKER_VERSION, WORKERS_SCRIPT

_NAMESPACE = re.compile(r"[0-9a-f]{32}")


def module_file(folder: Path, sha256: str) -> Path:
    """The uploaded module with that hash."""
    return folder / "contents" / f"{sha256}.mjs"


def data_folder(folder: Path, script_name: str, namespace_id: str) -> Path:
    """Where the objects of a namespace keep their data; it need not exist."""
    return folder / "data" / script_name / namespace_id


def keep_module(folder: Path, content: str) -> str:
    """Write an uploaded module, and return its SHA-256."""
    sha256 = hashlib.sha256(content.encode()).hexdigest()
    file = module_file(folder, sha256)
    if not file.exists():
        write_atomically(file, content)
    return sha256


def sweep(state: State, folder: Path) -> None:
    """Remove the modules that no Worker has any more, and the data of namespaces that are no more."""
    modules = {entry.held["sha256"] for token in (WORKERS_SCRIPT, WORKER_VERSION) for entry in state.of(token).values()}
    for file in (folder / "contents").glob("*.mjs"):
        if file.stem not in modules:
            file.unlink(missing_ok=True)
    namespaces = {
        (str(entry.inputs[name]), namespace)
        for token, name in ((WORKERS_SCRIPT, "scriptName"), (WORKER, "name"))
        for entry in state.of(token).values()
        for namespace in entry.held["classes"].values()
    }
    for data in (folder / "data").glob("*/*"):
        if _NAMESPACE.fullmatch(data.name) and (data.parent.name, data.name) not in namespaces:
            shutil.rmtree(data, ignore_errors=True)
            with suppress(OSError):  # other namespaces, or what a user has put there
                data.parent.rmdir()
