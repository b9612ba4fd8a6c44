"""The command line, run as a user does, in this process."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.command_line import Ran, firedrill


@pytest.fixture(scope="session", name="firedrill")
def command_line() -> Callable[..., Ran]:
    """Runs `firedrill ARGUMENTS...`; paths are relative to `folder`."""
    return firedrill
