"""What is declared: Pulumi components over pure functions that return plain data."""

from firedrill.components.observed_stack import observe

__all__ = ["observe"]
