"""Feature, under the name that Datadog's modules import it by."""

from firedrill.features import Feature

__all__ = ["Feature"]
