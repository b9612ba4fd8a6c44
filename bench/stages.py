"""A whole drill of the dev stack by stage."""

from __future__ import annotations

from bench.measure import ROOT, quiet_stages
from firedrill.drill.choice import Choice
from firedrill.drill.run import run_drill


def main() -> None:
    """Print the seconds of each stage and the drill's throughput."""
    drill = run_drill(Choice(root=ROOT), quiet_stages())
    seconds = drill.result.stages
    whole = sum(seconds.values())
    for name, spent in seconds.items():
        print(f"{name:10} {spent:6.2f} s  {spent / whole:4.0%}")
    events = sum(worker.volume.trace_events for worker in drill.result.workers)
    print(f"{'whole':10} {whole:6.2f} s  {events / seconds['simulate']:,.0f} trace events/s while simulating")
