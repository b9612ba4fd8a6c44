"""What leads to a Worker: routes of zones, and host names of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from firedrill.cloud.cloud import Cloud
from firedrill.cloud.tokens import WORKERS_CUSTOM_DOMAIN, WORKERS_ROUTE
from firedrill.cloud.values import Secret
from firedrill.resources import WORKERS_SCRIPT
from tests.cloud.conftest import refusal

Json = dict[str, Any]
ROUTE = {"zoneId": "z1", "pattern": "shop.example.com/api/*", "script": "shop"}
DOMAIN = {"accountId": "acc", "hostname": "shop.example.com", "service": "shop", "zoneId": "z1"}


@pytest.fixture
def worker(cloud: Cloud, inputs: Callable[..., Json]) -> None:
    cloud.create(WORKERS_SCRIPT, inputs(WORKERS_SCRIPT))


@pytest.mark.usefixtures("worker")
def test_a_route_is_read_by_its_zone_and_its_pattern_is_its_own(cloud: Cloud) -> None:
    id_, _ = cloud.create(WORKERS_ROUTE, ROUTE)
    found = cloud.read(WORKERS_ROUTE, f"z1/{id_}", {}, {})
    assert found
    assert found.inputs == ROUTE
    assert refusal(lambda: cloud.create(WORKERS_ROUTE, ROUTE)) == (
        "WorkersRoute 'shop.example.com/api/*': a route with the same pattern already exists [code: 10020]; import "
        f"z1/{id_}, or choose another pattern."
    )
    cloud.create(WORKERS_ROUTE, {**ROUTE, "zoneId": "z2"})
    cloud.create(WORKERS_ROUTE, {"zoneId": "z1", "pattern": "shop.example.com/none/*"})


@pytest.mark.usefixtures("worker")
def test_a_pattern_is_one_routes_even_where_it_is_a_secret(cloud: Cloud) -> None:
    hidden = {**ROUTE, "pattern": Secret(ROUTE["pattern"])}
    cloud.create(WORKERS_ROUTE, hidden)
    assert "[code: 10020]" in refusal(lambda: cloud.create(WORKERS_ROUTE, hidden))


def test_a_route_and_a_domain_lead_to_a_worker_that_is_there(cloud: Cloud) -> None:
    told = "This Worker does not exist on your account. [code: 10007]; deploy"
    assert told in refusal(lambda: cloud.create(WORKERS_ROUTE, ROUTE))
    assert told in refusal(lambda: cloud.create(WORKERS_CUSTOM_DOMAIN, DOMAIN))


@pytest.mark.usefixtures("worker")
def test_a_custom_domain_keeps_its_certificate_and_is_read_by_its_id(cloud: Cloud) -> None:
    id_, outputs = cloud.create(WORKERS_CUSTOM_DOMAIN, DOMAIN)
    assert (outputs["environment"], len(outputs["certId"])) == ("production", 36)
    found = cloud.read(WORKERS_CUSTOM_DOMAIN, f"acc/{id_}", {}, {})
    assert found
    assert found.inputs == DOMAIN
    assert cloud.create(WORKERS_CUSTOM_DOMAIN, DOMAIN)[0] == id_
