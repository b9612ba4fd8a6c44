from __future__ import annotations

from firedrill.vendors.datadog.monitors.options import RULES, UNSUPPORTED


def test_an_option_is_either_supported_or_refused() -> None:
    assert not set(RULES) & set(UNSUPPORTED)
