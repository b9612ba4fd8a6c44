from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from firedrill.components.pipeline_order import PipelineOrder, PipelineOrderArgs, in_front


def test_own_pipelines_come_first_and_the_others_keep_their_order() -> None:
    assert in_front(["b", "new"], ["c", "b", "a"]) == ["b", "new", "c", "a"]


def test_an_order_names_every_pipeline(declare: Callable[..., Any], kit: SimpleNamespace) -> None:
    args = PipelineOrderArgs("title", ["own"], ["other", "own"])
    declared = declare(lambda: PipelineOrder("pipelines", args))
    order = declared.has("LogsPipelineOrder", {"name": "title", "pipelines": ["own", "other"]})
    assert order.name == "pipelines-order"
