"""The whole `firedrill pipeline` on web access logs: logs per second of CPU time, and memory, by length of the file.

The time of the start, the same for every file, is given apart. Beside it vrl-python with the same rules, from the lines
of the same file to lines.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path
from typing import NamedTuple

import orjson

from bench import web_access
from bench.measure import ROOT
from firedrill.environment import for_child

COUNTS = (1, 10_000, 100_000, 1_000_000)
FOR_VRL = 5_000
ROUNDS = 3
"""Of a short file; the quickest counts."""


class Run(NamedTuple):
    """What a run took: seconds of CPU time of all its processes, seconds on the clock, MiB of its largest process."""

    cpu_s: float
    clock_s: float
    mib: float


def main() -> None:
    """Print a row for each file and number of processes, then vrl-python's."""
    with tempfile.TemporaryDirectory() as folder:
        resources = Path(folder, "resources.json")
        resources.write_text(json.dumps([web_access.PIPELINE]))
        files = {count: Path(folder, f"{count}.ndjson") for count in COUNTS}
        for count, path in files.items():
            with path.open("wb") as file:  # line by line: a child's peak begins with the memory of its parent
                file.writelines(orjson.dumps(log) + b"\n" for log in web_access.logs(count))
        start = _fastest(resources, files[1], 1)
        print(f"the start takes {start.cpu_s:.2f} s of CPU time")
        print("     logs  processes     CPU  logs/s of CPU     logs/s      peak")
        rates = {}
        for count, jobs in product(COUNTS[1:], (1, 2)):
            run = _fastest(resources, files[count], jobs, ROUNDS if count < 100_000 else 1)
            rates[count, jobs] = rate = count / (run.cpu_s - start.cpu_s)
            on_clock = count / (run.clock_s - start.clock_s)
            print(f"{count:9,} {jobs:10} {run.cpu_s:5.1f} s {rate:14,.0f} {on_clock:10,.0f} {run.mib:5.0f} MiB")
        if vrl := _vrl_rate([orjson.dumps(log) for log in web_access.logs(FOR_VRL)]):
            print(f"vrl-python with the same rules: {vrl:,.0f} logs/s of CPU")
            print(f"the command is {rates[100_000, 1] / vrl:.1f} times as fast")
        else:
            print("vrl-python is not installed on this platform")


def _fastest(resources: Path, logs: Path, jobs: int, rounds: int = ROUNDS) -> Run:
    return min(_run(resources, logs, jobs) for _ in range(rounds))


def _run(resources: Path, logs: Path, jobs: int) -> Run:
    command = [sys.executable, "-m", "firedrill", "pipeline", "--json", "--resources", str(resources)]
    command += ["--logs", str(logs), "--jobs", str(jobs)]
    environment = for_child() | {"PYTHONPATH": str(ROOT)}
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Run(used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss / 1024)


def _vrl_rate(lines: list[bytes]) -> float:
    try:
        from vrl_python import VRLRuntime
    except ImportError:
        return 0.0
    runtime = VRLRuntime()
    runtime.execute(web_access.VRL, orjson.loads(lines[0]))
    spent = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for line in lines:
            orjson.dumps(runtime.execute(web_access.VRL, orjson.loads(line)).processed_event)
        spent.append(time.process_time() - began)
    return len(lines) / min(spent)
