from __future__ import annotations

import pytest

from firedrill.vendors.datadog.rules.sites import app_host


@pytest.mark.parametrize(
    ("site", "host"),
    [
        ("datadoghq.com", "app.datadoghq.com"),
        ("datadoghq.eu", "app.datadoghq.eu"),
        ("ddog-gov.com", "app.ddog-gov.com"),
        ("us5.datadoghq.com", "us5.datadoghq.com"),
    ],
)
def test_each_site_has_its_own_web_address(site: str, host: str) -> None:
    assert app_host(site) == host
