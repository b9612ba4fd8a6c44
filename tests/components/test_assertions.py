from __future__ import annotations

from typing import Any

import pytest

from firedrill.resources import Resource


def resource(name: str, **inputs: Any) -> Resource:
    return Resource("datadog:index/monitor:Monitor", name, f"urn::{name}", "1", inputs)


def test_has_returns_the_resource_whose_inputs_contain_the_partial(declared_type: Any) -> None:
    declared = declared_type([resource("a", x=1), resource("b", x=2, y={"z": 3, "w": 4})])
    assert declared.has("Monitor", {"x": 2, "y": {"z": 3}}).name == "b"


def test_has_prints_the_three_closest_resources_with_the_keys_that_differ(declared_type: Any) -> None:
    declared = declared_type(
        [
            resource("far", x=9, y=9, z=9),
            resource("near", x=1, y=2, z=9),
            resource("nearer", x=1, y=2),
            resource("middle", x=1, y=9, z=9),
        ]
    )
    with pytest.raises(AssertionError) as failure:
        declared.has("Monitor", {"x": 1, "y": 2, "z": 3})
    assert str(failure.value) == (
        "no Monitor matches; 4 declared, closest:\n"
        "  near\n    z: expected 3, is 9\n"
        "  nearer\n    z: expected 3, is absent\n"
        "  middle\n    y: expected 2, is 9\n    z: expected 3, is 9"
    )


def test_absent_matches_only_a_missing_key(declared_type: Any) -> None:
    declared = declared_type([resource("a", x=1)])
    declared.has("Monitor", {"y": declared.ABSENT})
    with pytest.raises(AssertionError, match="x: expected nothing, is 1"):
        declared.has("Monitor", {"x": declared.ABSENT})


def test_count_names_what_was_declared_instead(declared_type: Any) -> None:
    declared = declared_type([resource("a"), resource("b")])
    declared.count("Monitor", 2)
    with pytest.raises(AssertionError, match="expected 1 Monitor, declared 2: a, b"):
        declared.count("Monitor", 1)
    with pytest.raises(AssertionError, match="expected 1 LogsMetric, declared 0: none"):
        declared.count("LogsMetric", 1)
