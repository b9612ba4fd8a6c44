"""What keeps a command from running, which is nobody's declaration."""

from __future__ import annotations

from firedrill.vendors.errors import FiredrillError


class CannotRun(FiredrillError):
    """The run could not start or finish (a missing program, a full disk, a killed process): nothing is proven."""
