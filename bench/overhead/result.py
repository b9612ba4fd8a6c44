"""What the rounds say: differences to the bare Worker in the same round, and how sure they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from bench.overhead.measure import Run
from bench.overhead.variants import BARE, Variant

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
    return requests / median(round_[variant].seconds for run in runs for round_ in run)


def cpu_us(runs: Sequence[Run], variant: Variant, requests: int) -> list[float]:
    """CPU of an operation in each run, in µs: the median of its rounds."""
    return [median(round_[variant].cpu_s for round_ in run) / requests * US for run in runs]


def _added_s(run: Run, variant: Variant) -> list[float]:
    """CPU seconds of each block of a variant, less those of the bare one in the same round."""
    return [round_[variant].cpu_s - round_[BARE].cpu_s for round_ in run]
