"""A scheduled Worker of the stack in workerd, run at simulated times against an address on this machine."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firedrill.errors import CannotRun
from firedrill.ports import HOST
from firedrill.runtime.config import binding, text
from firedrill.runtime.workerd import binary, serve

_HARNESS = Path(__file__).with_name("collecting.mjs")
_SOCKET = "collecting"
_LIMIT_S = 120.0


@dataclass(frozen=True)
class Collecting:
    """A collector that can be run; processes that are forked from this one may do so too."""

    port: int

    def run(self, address: str, times_ms: Sequence[int], cron: str) -> list[str]:
        """Run it at each of these times, one after another; what it logged as errors.

        Its requests reach `address`, with the time and the host before the path: /1767571500000/api.cloudflare.com/...
        Raises CannotRun when workerd gives no answer.
        """
        connection = http.client.HTTPConnection(HOST, self.port, timeout=_LIMIT_S)
        try:
            connection.request("POST", "/", json.dumps({"address": address, "times": [*times_ms], "cron": cron}))
            answered = connection.getresponse()
            told = answered.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise CannotRun(f"the collector does not run in workerd: {error}") from error
        finally:
            connection.close()
        if answered.status != http.client.OK:
            raise CannotRun(f"the collector does not run in workerd: {told}")
        lines: list[str] = json.loads(told)
        return lines


@contextmanager
def collecting(script: Mapping[str, Any], code: bytes, root: Path) -> Iterator[Collecting]:
    """Run a WorkersScript (API JSON) with its one module until the block ends.

    Raises CannotRun when workerd cannot run, or the Worker does not start in it.
    """
    files = {"config.capnp": _config(script).encode(), "worker.mjs": code, "harness.mjs": _HARNESS.read_bytes()}
    with serve(files, [_SOCKET], program=binary(root)) as workerd:
        yield Collecting(workerd.ports[_SOCKET])


def _config(script: Mapping[str, Any]) -> str:
    flags = ", ".join(map(text, {*script.get("compatibility_flags", []), "nodejs_als"}))
    return f"""\
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "worker", worker = .worker), (name = "internet", network = (allow = ["local"]))],
  sockets = [(name = "{_SOCKET}", address = "{HOST}:0", http = (), service = "worker")],
);

const worker :Workerd.Worker = (
  modules = [
    (name = "harness.mjs", esModule = embed "harness.mjs"),
    (name = "worker.mjs", esModule = embed "worker.mjs"),
  ],
  compatibilityDate = {text(script["compatibility_date"])},
  compatibilityFlags = [{flags}],
  bindings = [{", ".join(map(binding, script.get("bindings", [])))}],
);
"""
