"""One variant in a workerd of its own, and the CPU time that this process has used."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.overhead.variants import Variant, bundle
from firedrill.errors import CannotRun
from firedrill.installed import PACKAGES
from firedrill.runtime.workerd import Workerd, binary, serve

SCRIPT: dict[str, Any] = {
    "script_name": "counter",
    "compatibility_date": "2026-10-01",
    "compatibility_flags": ["nodejs_compat"],  # what both peers ask for, and so the same for all
    "migrations": {"new_tag": "v1", "new_sqlite_classes": ["Counter"]},
    "bindings": [
        {"type": "durable_object_namespace", "name": "COUNTERS", "class_name": "Counter"},
        {"type": "plain_text", "name": "TELEMETRY_SALT", "text": "salt"},
        {"type": "plain_text", "name": "DD_API_KEY", "text": "key"},
        {"type": "plain_text", "name": "OTLP_URL", "text": "http://sink/v1/traces"},
        {"type": "plain_text", "name": "SENTRY_DSN", "text": f"http://{'0' * 32}@sink/1"},
    ],
}
"""The deployment of every variant; whatever it fetches goes to the sink."""


@dataclass(frozen=True)
class Subject:
    """A running variant."""

    variant: Variant
    workerd: Workerd

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        return self.workerd.ports["http"]

    def cpu_s(self) -> float:
        """The CPU time of all its threads, user and system, in seconds since it started."""
        # Another process's clock, by its id as in clock_getcpuclockid(3): not in ticks as /proc/<pid>/stat
        return time.clock_gettime(~self.workerd.process.pid << 3 | 2)


@contextmanager
def running(variant: Variant, sink_port: int) -> Iterator[Subject]:
    """Run a variant without a tail Worker and without --verbose; raises CannotRun when that is not possible."""
    if sys.platform != "linux":
        raise CannotRun("the CPU clock of another process is read as on Linux; run this benchmark there")
    bindings = ", ".join(
        f'(name = "{each["name"]}", durableObjectNamespace = "{each["class_name"]}")'
        if "class_name" in each
        else f'(name = "{each["name"]}", text = "{each["text"]}")'
        for each in SCRIPT["bindings"]
    )
    config = f"""\
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "worker", worker = .worker),
    (name = "storage", disk = (path = "storage", writable = true)),
    (name = "sink", external = (address = "127.0.0.1:{sink_port}", http = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);

const worker :Workerd.Worker = (
  modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
  compatibilityDate = "{SCRIPT["compatibility_date"]}",
  compatibilityFlags = [{", ".join(f'"{flag}"' for flag in SCRIPT["compatibility_flags"])}],
  bindings = [{bindings}],
  globalOutbound = "sink",
  durableObjectNamespaces = [(className = "Counter", uniqueKey = "Counter", enableSql = true)],
  durableObjectStorage = (localDisk = "storage"),
);
"""
    files = {"config.capnp": config.encode(), "worker.mjs": bundle(variant)}
    with serve(files, ["http"], program=binary(PACKAGES)) as workerd:
        yield Subject(variant, workerd)
