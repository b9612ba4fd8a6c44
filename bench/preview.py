"""Where the time of a preview goes, and what the program's part of it costs from 1 to 100 observed classes.

Times are of the processor, so that the parts add up, whatever else the machine does.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from bench.measure import ROOT
from firedrill.engine import binary
from firedrill.environment import for_child
from firedrill.errors import CannotRun
from firedrill.render import stack_config
from firedrill.render.mock_engine import record

CLASSES = (1, 2, 5, 10, 20, 50, 100)
PREVIEWED = (1, 10, 100)
PER_WORKER = 10
"""A Worker of the benchmark has at most as many classes; bench/classes.mjs exports them."""
ROUNDS = 3
IMPORTS = """
import gc
gc.disable()
import firedrill.engine.commands, firedrill.components.observed_service, firedrill.components.platform_metrics.component
gc.freeze()
"""
LINKED = ("__main__.py", "Pulumi.yaml", "worker")


def main() -> None:
    """Print the program's seconds per number of classes, then the parts of whole previews."""
    gc.disable()  # as where the program runs in production
    program: dict[int, float] = {}
    _declare(1)
    print("classes  resources  program    per resource")
    for classes in CLASSES:
        runs = [_declare(classes) for _ in range(ROUNDS)]
        declared, program[classes] = runs[0][0], statistics.median(seconds for _, seconds in runs)
        each_ms = 1000 * program[classes] / declared
        print(f"{classes:7}  {declared:9}  {program[classes]:5.2f} s    {each_ms:9.2f} ms")
    try:
        binary.find(ROOT)
    except CannotRun as error:
        print(f"no previews: {error}")
        return
    imports, _ = _run([sys.executable, "-c", IMPORTS], ROOT)
    print("classes  import    program   engine and local cloud  whole     on the clock")
    for classes in PREVIEWED:
        whole, clock = _preview(classes)
        engine = whole - imports - program[classes]
        parts = f"{imports:5.2f} s  {program[classes]:6.2f} s  {engine:20.2f} s"
        print(f"{classes:7}  {parts}  {whole:6.2f} s  {clock:10.2f} s")


def workers(classes: int) -> dict[str, Any]:
    """The config of Workers with so many classes, ten in each, instead of the shipped one."""
    found: dict[str, Any] = {"conversation-state": False}
    for first in range(0, classes, PER_WORKER):
        names = [f"C{number}" for number in range(min(PER_WORKER, classes - first))]
        found[f"bench-{first}"] = {
            "entry": "bench/classes.mjs",
            "classes": {name: {"binding": name, "operations": ["store", "retrieve"]} for name in names},
        }
    return found


def _declare(classes: int) -> tuple[int, float]:
    """How many resources the program declares for so many classes, and the seconds, under the mock engine."""
    config = stack_config.read("dev", ROOT)
    config = replace(config, values={**config.values, "firedrill:workers": json.dumps(workers(classes))})
    os.environ["PULUMI_CONFIG"] = json.dumps(config.values)
    began = time.process_time()
    declared = record(lambda: runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__"), "dev", config)
    return len(declared), time.process_time() - began


def _preview(classes: int) -> tuple[float, float]:
    """What `firedrill preview` of a stack with so many classes takes; see _run."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in LINKED:
            (root / name).symlink_to(ROOT / name)
        stack = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8"))
        stack["config"]["firedrill:workers"] = workers(classes)
        (root / "Pulumi.dev.yaml").write_text(yaml.safe_dump(stack), encoding="utf-8")
        return _run([sys.executable, "-m", "firedrill", "preview"], root)


def _run(command: Sequence[str], folder: Path) -> tuple[float, float]:
    """Seconds of the processor, children included, and on the clock: medians of several runs, the first left out."""
    spent = []
    for _ in range(ROUNDS + 1):
        before, began = _processor_s(), time.perf_counter()
        environment = for_child() | {"PYTHONPATH": str(ROOT)}
        subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)
        spent.append((_processor_s() - before, time.perf_counter() - began))
    return statistics.median(each for each, _ in spent[1:]), statistics.median(each for _, each in spent[1:])


def _processor_s() -> float:
    """Seconds of the processor that children which have ended have had."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
