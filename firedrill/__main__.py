"""`python -m firedrill`."""

from firedrill.cli import run

run()
