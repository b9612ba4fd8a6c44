"""The two tables: what observing costs, and what it writes, sends and brings along."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence

from rich import box
from rich.table import Table

from bench.overhead.measure import Plan, Run
from bench.overhead.result import cost, cpu_us, rate
from bench.overhead.variants import BARE, Variant, bundle, dependencies, minified
from bench.overhead.written import Written


def costs(plan: Plan, runs: Sequence[Run], variants: Sequence[Variant]) -> Table:
    """CPU over the bare Worker, and requests per second."""
    table = _table("added CPU, µs per operation", "95 % of the median", "half of the rounds", "requests/s")
    table.add_row(BARE.title, "", "", "", f"{rate(runs, BARE, plan.requests):,.0f}")
    for variant in variants:
        found = cost(runs, variant, plan.requests)
        table.add_row(
            variant.title,
            f"{found.added:,.1f}",
            f"{found.low:,.1f} to {found.high:,.1f}",
            f"{found.first:,.0f} to {found.third:,.0f}",
            f"{found.rate:,.0f}",
        )
    return table


def conditions(plan: Plan, runs: Sequence[Run], load: float) -> str:
    """What the figures depend on, in one line; `load` is the machine's load average while it was measured."""
    bare = cpu_us(runs, BARE, plan.requests)
    return (
        f"{plan.runs} runs of {plan.rounds} rounds of {plan.requests} requests;"
        f" an operation of the bare Worker took {min(bare):.0f} to {max(bare):.0f} µs of CPU, by run; load {load:.1f}"
    )


def sizes(told: Mapping[Variant, Written]) -> Table:
    """What an operation writes and sends; what the bundle has on top of the bare Worker's, plain and minified."""
    table = _table(
        "lines", "bytes", "longest", "POSTs", "bytes", "bundle, bytes", "gzip", "minified", "gzip", "packages"
    )
    bare = _sizes(BARE)
    for variant, written in told.items():
        added = [size - without for size, without in zip(_sizes(variant), bare, strict=True)]
        table.add_row(
            variant.title,
            f"{written.lines:.0f}",
            f"{written.bytes:.0f}",
            f"{written.longest}",
            f"{written.posts:.2f}",
            f"{written.posted:,.0f}",
            *(f"{size:,}" for size in added),
            f"{len(dependencies(variant))}",
        )
    return table


def _table(*columns: str) -> Table:
    table = Table("variant", box=box.MARKDOWN)
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _sizes(variant: Variant) -> list[int]:
    plain, small = bundle(variant), minified(variant)
    return [len(plain), len(gzip.compress(plain)), len(small), len(gzip.compress(small))]
