"""Datadog's metric queries of monitors: points in, one value per evaluation and group out."""

from firedrill.datadog.metrics.store import Point, PointStore

__all__ = ["Point", "PointStore"]
