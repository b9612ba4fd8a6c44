"""The table of detection."""

from __future__ import annotations

from dataclasses import replace

from firedrill.drill.bracket import Course, Sensitivity
from firedrill.report.detection import DETECTION, detection, peaks

FOUND = Sensitivity("errors", "requests-fail", "% of requests", 7.5, 1.05, 1.01, 1.0)


def test_the_table_of_detection_has_sizes_in_units_and_minutes_at_multiples_of_the_smallest_fault() -> None:
    silent = Sensitivity("silent", "telemetry-silent", "minutes", 25, None, None)
    found = replace(FOUND, minutes={1: Course(4, 7), 2: Course(3, None)})
    assert detection([silent, found]) == [
        ("errors", "1.05 % of requests", "1.01", "1", "7.5", "4 / 7", "3 / never", "-"),
        ("silent", "never", "-", "-", "25", "-", "-", "-"),
    ]
    assert {len(row) for row in detection([found])} == {len(DETECTION)}


def test_only_an_alert_that_fires_below_its_threshold_has_to_be_explained() -> None:
    assert not peaks([FOUND])
    assert peaks([FOUND, replace(FOUND, smallest=0.9, quiet=0.85)])


def test_sizes_are_written_out_with_commas() -> None:
    found = replace(FOUND, unit="rows a minute", size=5e7, smallest=3.39e7, quiet=64900, threshold=1e8 / 3)
    assert detection([found])[0][1:5] == ("33,900,000 rows a minute", "64,900", "33,333,333", "50,000,000")
