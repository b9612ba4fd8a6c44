from __future__ import annotations

from firedrill.vendors.cloudflare import features
from firedrill.vendors.cloudflare.destination import SCHEMES


def test_every_feature_is_named_once_and_has_a_page_of_the_vendor() -> None:
    names = [feature.name for feature in features()]
    assert len(names) == len(set(names)) > 30
    assert all(feature.source.startswith("developers.cloudflare.com/") for feature in features())


def test_what_is_modelled_says_how() -> None:
    assert [feature.name for feature in features() if feature.status == "modelled" and not feature.note] == []


def test_every_destination_is_named() -> None:
    names = " ".join(feature.name for feature in features())
    assert [scheme for scheme in SCHEMES if f"{scheme}://" not in names] == []
