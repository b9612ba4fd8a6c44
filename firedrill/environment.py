"""The environment for programs that must not meet an account."""

from __future__ import annotations

import os

_FOREIGN = ("PULUMI_", "CLOUDFLARE_", "DATADOG_", "DD_")


def without_accounts() -> dict[str, str]:
    """Our environment without what another Pulumi run or an account may have left in it."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
