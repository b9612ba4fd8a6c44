"""A scheduled Worker that runs at simulated times: what it asks, when, and what it writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from firedrill.errors import CannotRun
from firedrill.local_server import QuietHandler, serving
from firedrill.runtime.collecting import collecting

pytestmark = pytest.mark.workerd

ROOT = Path(__file__).parents[2]
CODE = b"""
export default {
  async scheduled({ scheduledTime, cron }, env) {
    const asked = await fetch("https://api.example/path?q=1", { method: "POST", body: env.SAID });
    if ((await asked.json()).told !== scheduledTime) console.error("not told", cron);
  },
};
"""


def script(**more: Any) -> dict[str, Any]:
    bindings = [{"type": "secret_text", "name": "SAID", "text": 'a "quoted" text'}]
    return {"compatibility_date": "2026-11-01", "bindings": bindings, **more}


@contextmanager
def answering(*, tells: bool = True) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A server that says at which time it was asked, and what it was asked."""
    asked: list[tuple[str, str]] = []

    class Handler(QuietHandler):
        def do_POST(self) -> None:  # noqa: N802 - its name there
            asked.append((self.path, self.rfile.read(int(self.headers["content-length"])).decode()))
            self.send_json(200, {"told": int(self.path.split("/")[1]) if tells else 0})

    with serving(Handler) as address:
        yield address, asked


def test_each_run_asks_at_its_own_time_with_the_host_in_the_path() -> None:
    with collecting(script(), CODE, ROOT) as worker, answering() as (address, asked):
        assert worker.run(address, [1_000, 2_000], "* * * * *") == []
    assert asked == [(f"/{time}/api.example/path?q=1", 'a "quoted" text') for time in (1_000, 2_000)]


def test_what_a_run_writes_as_an_error_is_told() -> None:
    with collecting(script(), CODE, ROOT) as worker, answering(tells=False) as (address, _):
        assert worker.run(address, [1_000, 2_000], "5 * * * *") == ["not told 5 * * * *"] * 2


def test_a_run_that_throws_is_told() -> None:
    code = b"export default { async scheduled() { throw new Error('no'); } };"
    with collecting(script(), code, ROOT) as worker, pytest.raises(CannotRun, match="the collector does not run"):
        worker.run("http://127.0.0.1:1", [1_000], "* * * * *")
