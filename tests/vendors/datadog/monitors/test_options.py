from __future__ import annotations

from firedrill.vendors.datadog.rules.options import UNSUPPORTED, Options


def test_an_option_is_either_supported_or_refused() -> None:
    assert not set(Options.model_fields) & set(UNSUPPORTED)
