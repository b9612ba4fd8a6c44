"""`python -m bench.overhead`: what observing costs, beside the peers, which it installs into its own folder first."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys

from rich.console import Console

from bench.overhead import report
from bench.overhead.measure import Plan, measure
from bench.overhead.variants import OTHERS, install_peers
from bench.overhead.written import written
from firedrill.vendors.errors import FiredrillError

WIDTH = 160


def main(arguments: list[str]) -> int:
    """Measure and print both tables; returns 2 when something keeps it from running."""
    plan, names = Plan(), [variant.name for variant in OTHERS]
    parser = argparse.ArgumentParser(prog="python -m bench.overhead", description=__doc__)
    parser.add_argument("--runs", type=int, default=plan.runs, help="with new processes each (%(default)s)")
    parser.add_argument("--rounds", type=int, default=plan.rounds, help="in each run (%(default)s)")
    parser.add_argument("--requests", type=int, default=plan.requests, help="to each variant in a round (%(default)s)")
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="variants; all by default")
    given = parser.parse_args(arguments)
    plan = Plan(given.runs, given.rounds, given.requests)
    variants = [variant for variant in OTHERS if variant.name in given.only]
    console = Console(width=WIDTH)
    try:
        install_peers()
        console.print(report.sizes({variant: asyncio.run(written(variant)) for variant in variants}))
        runs = measure(plan, variants, lambda progress: print(progress, file=sys.stderr, flush=True))
    except FiredrillError as error:
        print(error, file=sys.stderr)
        return 2
    console.print(report.costs(plan, runs, variants))
    console.print(report.conditions(plan, runs, os.getloadavg()[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
