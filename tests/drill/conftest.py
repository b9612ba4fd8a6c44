"""One rendered dev stack and one set of takes for all tests of the drill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from firedrill.drill.command import Recorder
from firedrill.drill.record import record_takes
from firedrill.drill.scenario import TakeSpec
from firedrill.render import render
from firedrill.resources import Resource
from firedrill.runtime.take import Take

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def rendered() -> list[Resource]:
    """The dev stack's resources."""
    return render("dev", ROOT)


@pytest.fixture(scope="session")
def recorder() -> Recorder:
    """Records each take once per bundle and hands it out again."""
    recorded: dict[tuple[bytes, str], Take] = {}

    def record(
        script: Mapping[str, Any], bundle: bytes, specs: Iterable[TakeSpec], progress: object
    ) -> dict[str, Take]:
        wanted = list(specs)
        missing = [spec for spec in wanted if (bundle, spec.name) not in recorded]
        if missing:
            found = record_takes(script, bundle, missing, lambda detail: None)
            recorded.update({(bundle, name): take for name, take in found.items()})
        return {spec.name: recorded[bundle, spec.name] for spec in wanted}

    return record
