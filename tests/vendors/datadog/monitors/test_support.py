from __future__ import annotations

from firedrill.vendors.datadog.monitors.options import RULES, UNSUPPORTED
from firedrill.vendors.datadog.monitors.support import features


def test_every_feature_is_listed_once_with_its_page() -> None:
    names = [feature.name for feature in features()]

    assert len(set(names)) == len(names)
    assert all(feature.source.startswith("docs.datadoghq.com/") for feature in features())


def test_an_option_is_either_supported_or_refused() -> None:
    assert not set(RULES) & set(UNSUPPORTED)
