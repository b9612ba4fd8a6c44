from __future__ import annotations

from firedrill.cloud.resources import INVOKES, RESOURCE_TYPES
from firedrill.cloud.support import features


def test_every_type_and_function_of_the_cloud_is_listed() -> None:
    names = {feature.name for feature in features()}
    assert {token.rpartition(":")[2] for token in (*RESOURCE_TYPES, *INVOKES)} <= names


def test_no_feature_is_listed_twice() -> None:
    names = [feature.name for feature in features()]
    assert len(names) == len(set(names))
