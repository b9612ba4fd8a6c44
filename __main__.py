"""The stack: every observed Worker with its logs, metrics and monitors."""

from pathlib import Path

from firedrill.components import observe

observe(Path(__file__).parent)
