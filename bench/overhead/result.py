"""What the rounds say: differences to the bare Worker measured just before and after, and how sure they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from bench.overhead.measure import Block, Run
from bench.overhead.variants import Variant

RESAMPLES = 2_000
US = 1e6


@dataclass(frozen=True)
class Cost:
    """CPU that a variant adds to an operation, in µs, and requests per second.

    `low` and `high` bound the median with 95 % confidence; half of all rounds lie between `first` and `third`.
    """

    added: float
    low: float
    high: float
    first: float
    third: float
    rate: float


def cost(runs: Sequence[Run], variant: Variant, requests: int) -> Cost:
    """The cost of a variant over the bare Worker. Runs are resampled as a whole: each has processes of its own."""
    runs_us = [np.array(_added_s(run, variant)) / requests * US for run in runs]
    first, middle, third = np.percentile(np.concatenate(runs_us), (25, 50, 75))
    picks = np.random.default_rng(1).integers(len(runs), size=(RESAMPLES, len(runs)))
    medians = [np.median(np.concatenate([runs_us[index] for index in pick])) for pick in picks]
    low, high = np.percentile(medians, (2.5, 97.5))
    return Cost(middle, low, high, first, third, rate(runs, variant, requests))


def rate(runs: Sequence[Run], variant: Variant, requests: int) -> float:
    """Requests per second, the median of all rounds."""
    return requests / median(block.seconds for block in _blocks(runs) if block.variant == variant)


def cpu_us(runs: Sequence[Run], variant: Variant, requests: int) -> list[float]:
    """CPU of an operation in each run, in µs: the median of its rounds."""
    return [median(block.cpu_s for block in _blocks([run]) if block.variant == variant) / requests * US for run in runs]


def _added_s(run: Run, variant: Variant) -> list[float]:
    """CPU seconds of each block of a variant, less the mean of the bare ones before and after it."""
    return [
        block.cpu_s - (before.cpu_s + after.cpu_s) / 2
        for round_ in run
        for before, block, after in zip(round_, round_[1:], round_[2:], strict=False)
        if block.variant == variant
    ]


def _blocks(runs: Sequence[Run]) -> Iterator[Block]:
    return (block for run in runs for round_ in run for block in round_)
