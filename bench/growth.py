"""What a drill costs as it grows: in minutes of a scenario, classes of a Worker, Workers of a stack.

Linear is a factor of the cost that is the factor of the length. Each drill of classes and Workers runs in a process of
its own, without the search; its time is that of the processor, of all its processes, and its memory what all of them
hold at once, what they share counted once. Arguments choose others: `python -m bench.growth classes 1 5 10`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from bench.measure import ROOT, healthy_records, median_s, plan, service
from firedrill.drill.simulate import drill_scenario, healthy_history
from firedrill.environment import for_child
from firedrill.scenarios.scenario import Phase, Scenario

MINUTES = (20, 60, 200, 600)
SIZES = {"classes": (1, 5, 10), "workers": (1, 10)}
CLIENTS = 6
"""Of each class in a minute, with three requests each."""
LOOKS_S = 1.0
"""Seconds between two looks at the memory."""
LINKED = ("__main__.py", "Pulumi.yaml", "worker", "firedrill", "node_modules")
OBJECT = """class Kept extends DurableObject {
  put(value) { this.ctx.storage.kv.put("value", value); }
  get() { return this.ctx.storage.kv.get("value") ?? null; }
}"""
HANDLER = """async fetch(request, env) {
  const [, name, id] = new URL(request.url).pathname.split("/");
  const object = env[name].getByName(id);
  if (request.method === "GET") return Response.json(await object.get());
  await object.put(await request.text());
  return new Response(null, { status: 204 });
}"""


def main(chosen: Sequence[str] = ()) -> None:
    """Print seconds per length, and the factor to the shortest beside the factor of the length; then the drills."""
    if not chosen:
        _minutes()
    kinds = chosen[:1] or [*SIZES]
    for kind in kinds:
        print(f"{kind:8} {'CPU':>9}     cost   memory  {'':10}")
        first: float | None = None
        sizes = [*map(int, chosen[1:])] or SIZES[kind]
        for size in sizes:
            classes, workers = (size, 1) if kind == "classes" else (1, size)
            cpu_s, mib, last = _drill(classes, workers)
            first = first or cpu_s
            print(f"{size:8} {cpu_s:7.1f} s  x{cpu_s / first:6.1f} {mib:5.0f} MiB  {last}")


def _minutes() -> None:
    compiled, healthy, records = service(), plan().healthy, healthy_records()
    history = healthy_history(compiled, healthy, 95, records)

    def drill(minutes: int) -> float:
        scenario = Scenario("growth", "", (Phase(minutes, healthy),), before=0, after=0)
        return median_s(lambda: drill_scenario(compiled, scenario, records, history), rounds=3)

    first = drill(MINUTES[0])
    print("minutes  length     time    cost")
    for minutes in MINUTES:
        seconds = first if minutes == MINUTES[0] else drill(minutes)
        print(f"{minutes:7} x{minutes / MINUTES[0]:<4.0f} {seconds:8.2f} s  x{seconds / first:.1f}")


def _drill(classes: int, workers: int) -> tuple[float, float, str]:
    """Seconds of the processor, the most MiB, and the first line of what a drill of such a stack says at its end."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _write(root, classes, workers)
        command = [sys.executable, "-m", "firedrill", "drill", "--stack", "dev", "--no-search"]
        environment = for_child() | {"PYTHONPATH": str(ROOT)}
        with (root / "out").open("wb") as out:
            process = subprocess.Popen(command, cwd=root, env=environment, stdout=out, stderr=subprocess.STDOUT)
        kib = 0
        while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            kib = max(kib, sum(map(_kib, _tree(process.pid))))
            time.sleep(LOOKS_S)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        lines = (root / "out").read_text(encoding="utf-8").splitlines()
        told = next((line for line in lines if line.startswith("stack ")), lines[-1] if lines else "")
        return used.ru_utime + used.ru_stime, kib / 1024, told


def _write(root: Path, classes: int, workers: int) -> None:
    """A project with so many Workers, each with so many classes that do the same."""
    for name in LINKED:
        (root / name).symlink_to(ROOT / name)
    (root / ".firedrill").mkdir()
    for name in ("bin", "pulumi"):
        (root / ".firedrill" / name).symlink_to(ROOT / ".firedrill" / name)
    names = [f"C{number}" for number in range(classes)]
    exports = [f"export const {name} = observeObject(class {name} extends Kept {{}});" for name in names]
    bindings = ", ".join(f'{name}: "{name}"' for name in names)
    imports = 'import { DurableObject } from "cloudflare:workers";\n'
    imports += 'import { observeObject, observeWorker } from "./firedrill/worker/telemetry.mjs";'
    code = [imports, OBJECT, *exports, f"export default observeWorker({{ {HANDLER} }}, {{ {bindings} }});"]
    (root / "kept.mjs").write_text("\n".join(code), encoding="utf-8")
    sessions = [[{"request": f"PUT /{name}/{{id}}", "body": "hello"}, *[f"GET /{name}/{{id}}"] * 2] for name in names]
    traffic = [{"count": CLIENTS, "session": session} for session in sessions]
    (root / "kept.yaml").write_text(yaml.safe_dump({"traffic": traffic}), encoding="utf-8")
    entry: dict[str, Any] = {"entry": "kept.mjs", "drill": "kept.yaml", "monitors": {"storage-spike": False}}
    entry["classes"] = {name: {"binding": name, "operations": ["put", "get"]} for name in names}
    stack = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8"))
    observed = {f"kept-{number}": {**entry, "variables": {"NUMBER": str(number)}} for number in range(workers)}
    stack["config"]["firedrill:workers"] = {"conversation-state": False, **observed}
    (root / "Pulumi.dev.yaml").write_text(yaml.safe_dump(stack, sort_keys=False), encoding="utf-8")


def _tree(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    for children in _read(lambda: [each.read_text() for each in Path("/proc").glob(f"{pid}/task/*/children")]):
        for child in children.split():
            yield from _tree(int(child))


def _kib(pid: int) -> int:
    """What a process holds, its part of what it shares with others."""
    lines = _read(lambda: Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines())
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _read(read: Callable[[], list[str]]) -> list[str]:
    """What is read of a process, nothing of one that has ended."""
    try:
        return read()
    except OSError:
        return []


if __name__ == "__main__":
    main(sys.argv[1:])
