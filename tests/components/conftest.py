"""One engine for every test of a component, and assertions that print what comes closest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from firedrill.components.model import ByWrangler, DeclaredWorker, ObservedClass
from firedrill.render import mock_engine
from firedrill.render.stack_config import StackConfig
from firedrill.resources import Resource
from tests.providers import components

ROOT = Path(__file__).resolve().parents[2]


class Declared:
    """What a program declared. A partial is a mapping in which every key must match, however deep inside."""

    ABSENT = object()
    """In a partial: the key must not be there."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self.resources = resources

    def of_type(self, token: str) -> list[Resource]:
        """The resources whose type is `token` or ends in it: `Monitor` for `datadog:index/monitor:Monitor`."""
        return [resource for resource in self.resources if resource.type.split(":")[-1] == token.split(":")[-1]]

    def has(self, token: str, partial: Mapping[str, Any]) -> Resource:
        """The first resource of that type whose inputs match; fails with the three closest ones."""
        candidates = self.of_type(token)
        differences = [(self.differences(resource.inputs, partial), resource) for resource in candidates]
        for differing, resource in differences:
            if not differing:
                return resource
        closest = sorted(differences, key=lambda pair: (len(pair[0]), pair[1].name))[:3]
        told = [f"no {token} matches; {len(candidates)} declared, closest:"]
        for differing, resource in closest:
            told += [f"  {resource.name}", *(f"    {line}" for line in differing)]
        raise AssertionError("\n".join(told))

    def count(self, token: str, expected: int) -> None:
        """Fails unless exactly so many resources have that type."""
        names = [resource.name for resource in self.of_type(token)]
        if len(names) != expected:
            raise AssertionError(f"expected {expected} {token}, declared {len(names)}: {', '.join(names) or 'none'}")

    def differences(self, actual: Any, expected: Any, path: str = "") -> list[str]:
        """Where `actual` does not match, a line each."""
        if isinstance(expected, Mapping) and isinstance(actual, Mapping):
            found = []
            for key, value in expected.items():
                inner = f"{path}.{key}" if path else key
                if value is self.ABSENT:
                    found += [f"{inner}: expected nothing, is {actual[key]!r}"] if key in actual else []
                elif key not in actual:
                    found.append(f"{inner}: expected {value!r}, is absent")
                else:
                    found += self.differences(actual[key], value, inner)
            return found
        return [] if actual == expected else [f"{path}: expected {expected!r}, is {actual!r}"]


@pytest.fixture(scope="session")
def declared_type() -> type[Declared]:
    return Declared


@pytest.fixture(scope="session")
def kit() -> SimpleNamespace:
    """The component classes by name; the first to ask for them waits seconds for the providers."""
    return SimpleNamespace(**components())


@pytest.fixture
def declare() -> Callable[..., Declared]:
    """Runs a program under the mock engine."""

    def run(program: Callable[[], object], scripts: Sequence[Mapping[str, Any]] = ()) -> Declared:
        config = StackConfig("firedrill", {}, ())
        return Declared(mock_engine.record(lambda: [program(), None][1], "test", config, scripts))

    return run


@pytest.fixture(scope="session")
def stack(kit: SimpleNamespace) -> Callable[[str], Declared]:
    """The project's own stacks by name, each rendered once."""
    rendered: dict[str, Declared] = {}

    def get(name: str) -> Declared:
        if name not in rendered:
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("PULUMI_CONFIG", "")
                patch.syspath_prepend(str(ROOT))
                rendered[name] = Declared(mock_engine.run_program(name, ROOT))
        return rendered[name]

    return get


@pytest.fixture(scope="session")
def observed() -> Callable[..., ObservedClass]:
    """Builds a class: ClassA with the operations put and get, unless told otherwise."""

    def build(name: str = "ClassA", **changes: Any) -> ObservedClass:
        given = {"binding": "OBJECTS", "operations": ("put", "get"), "errors": ("error",), "counted_by": "caller"}
        return ObservedClass(name, **{**given, "monitors": {}, **changes})

    return build


@pytest.fixture(scope="session")
def service(observed: Callable[..., ObservedClass]) -> Callable[..., DeclaredWorker]:
    """Builds a Worker with one class, whose metrics start with `svc.env_14.`."""

    def build(**changes: Any) -> DeclaredWorker:
        given = {
            "key": "svc",
            "script_name": "svc-env-14",
            "script": ByWrangler("wrangler.jsonc"),
            "classes": (observed(),),
            "drill": "drill.yaml",
            "title": "svc env-14",
            "prefix": "svc.env_14.",
            "scope": "source:s service:svc env:env-14",
            "tags": ("env:env-14", "team:t"),
            "monitors": {},
        }
        return DeclaredWorker(**{**given, **changes})

    return build
