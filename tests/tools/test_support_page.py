"""docs/support.md: complete, without repetition, and each row with a page of the vendor."""

from __future__ import annotations

import pytest

from firedrill.cloud.resources import INVOKES, RESOURCE_TYPES
from firedrill.vendors.cloudflare.rules.destinations.check import KINDS
from firedrill.vendors.datadog.grok.registry import all_filters, all_matchers
from firedrill.vendors.datadog.monitors.compilers import REFUSED_TYPES
from firedrill.vendors.datadog.processors import kinds
from firedrill.vendors.datadog.queries.functions import functions
from firedrill.vendors.datadog.rules.options import UNSUPPORTED
from firedrill.vendors.features import Feature
from tools.pages.support import cloudflare_logpush, local_cloud
from tools.pages.support_page import SECTIONS

FEATURES = {feature.name: feature for _, features, _ in SECTIONS for feature in features}
VENDORS = ("developers.cloudflare.com/", "docs.datadoghq.com/", "pulumi.com/", "developer.hashicorp.com/")


def test_no_feature_is_listed_twice() -> None:
    assert len(FEATURES) == sum(len(features) for _, features, _ in SECTIONS) > 300


@pytest.mark.parametrize("feature", FEATURES.values(), ids=FEATURES)
def test_a_feature_names_a_page_of_the_vendor(feature: Feature) -> None:
    assert feature.source.startswith(VENDORS)


def test_what_is_modelled_says_how() -> None:
    assert [feature.name for feature in FEATURES.values() if feature.status == "modelled" and not feature.note] == []


def test_every_matcher_filter_processor_and_function_is_listed() -> None:
    assert {f"grok matcher: {name}" for name in all_matchers()} <= set(FEATURES)
    assert {f"grok filter: {name}" for name in all_filters()} <= set(FEATURES)
    assert {f"function: {name}()" for name in functions()} <= set(FEATURES)
    assert set(kinds()) <= set(FEATURES)


def test_every_option_and_type_of_monitors_that_is_refused_is_listed_as_refused() -> None:
    refused = {f"monitor option: {name}" for name in UNSUPPORTED} | {f"monitor type: {name}" for name in REFUSED_TYPES}
    assert {FEATURES[name].status for name in refused} == {"refused"}


def test_every_type_and_function_of_the_local_cloud_is_listed() -> None:
    names = {feature.name for feature in local_cloud.FEATURES}
    assert {token.rpartition(":")[2] for token in (*RESOURCE_TYPES, *INVOKES)} <= names


def test_every_destination_is_named() -> None:
    names = " ".join(f"{feature.name} {feature.note}" for feature in cloudflare_logpush.FEATURES)
    assert [scheme for scheme in KINDS if f"{scheme}://" not in names] == []
