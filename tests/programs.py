"""The programs that stand for destinations, in tests."""

from __future__ import annotations

from typing import Any

import pytest

from firedrill.errors import CannotRun
from firedrill.sinks.programs import Programs


class SkippedWhereMissing(Programs):
    """Those that are installed; the test of one that is not is skipped."""

    def __getattribute__(self, name: str) -> Any:
        """A program's address."""
        try:
            return super().__getattribute__(name)
        except CannotRun as error:
            pytest.skip(str(error))

    def azure(self, account: str, key: str) -> str:
        """As `Programs`."""
        try:
            return super().azure(account, key)
        except CannotRun as error:
            pytest.skip(str(error))
