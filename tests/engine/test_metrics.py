"""A log-based metric that counts something else: Datadog's API cannot change one, so it is replaced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from firedrill.resources import LOGS_METRIC

if TYPE_CHECKING:
    from tests.engine.conftest import Local

pytestmark = [
    pytest.mark.engine,
    pytest.mark.filterwarnings("ignore:.* has been deprecated:DeprecationWarning"),  # when the providers are imported
]

PROGRAM = """
import pulumi
from firedrill.components.log_metrics.component import LogMetrics, LogMetricsArgs
from firedrill.components.log_metrics.definitions import Metric

config = pulumi.Config()
metric = Metric("size", config.require("type"), "byte", "", "object", config.require("source"))
LogMetrics("metrics", LogMetricsArgs("tiny.", "service:tiny", [metric]))
"""
PROJECT = {
    "__main__.py": PROGRAM,
    "Pulumi.yaml": "name: tiny\nruntime: python\nconfig:\n  type: { default: count }\n  source: { default: '@a' }\n",
    "Pulumi.dev.yaml": "config:\n  datadog:apiUrl: https://api.datadoghq.com/\n",
}


@pytest.fixture
def tiny(tmp_path: Path, of: Callable[[Path, str, Path], Local]) -> Local:
    """A stack of one metric, whose type and source are config."""
    root = tmp_path / "tiny"
    root.mkdir()
    for name, text in PROJECT.items():
        (root / name).write_text(text)
    return of(root, "dev", tmp_path / "local")


def test_a_metric_is_deleted_before_the_one_that_takes_its_name(tiny: Local) -> None:
    assert tiny.did("up") == {"create": 3}  # the stack and the component, too
    for changed in ({"type": "distribution"}, {"source": "@b"}):
        tiny.configure(**changed)
        assert tiny.did("up") == {"replace": 1}
        (metric,) = (entry for token, entry in tiny.entries() if token == LOGS_METRIC)
        assert metric.id == "tiny.size"
    assert metric.inputs["compute"] == {"aggregationType": "distribution", "path": "@b", "includePercentiles": False}
    assert tiny.agrees()
