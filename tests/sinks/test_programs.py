"""Programs that stand for destinations, as they are started."""

from __future__ import annotations

import io

import pytest

from firedrill.errors import CannotRun
from firedrill.sinks.programs import _announced


def test_a_blank_line_is_no_end_of_what_a_program_prints() -> None:
    assert _announced(io.BytesIO(b"\nstarting\n\nlistens on 8080\n"), "listens on", "x") == "listens on 8080"


def test_a_program_that_ends_while_it_starts_is_told() -> None:
    with pytest.raises(CannotRun, match="x, which stands for destinations of logs on this machine, has ended"):
        _announced(io.BytesIO(b"\nno such option\n"), "listens on", "x")
