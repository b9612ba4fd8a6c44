"""The last estimate of a stack, kept beside the project for the policy on its budget."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from firedrill.files import keep
from firedrill.resources import LOGPUSH_JOB, LOGS_METRIC, WORKERS_SCRIPT

FOLDER = Path(".firedrill", "cost")


class Declared(Protocol):
    """A resource as this module reads it: rendered, or as a policy sees it."""

    @property
    def type(self) -> str:
        """Its Pulumi type token."""

    @property
    def inputs(self) -> Mapping[str, Any]:
        """Its inputs, with the provider's camelCase keys."""


class Kept(NamedTuple):
    """An estimate: its sum in US dollars, the `mark` of what it is of, and what is not in the sum."""

    total: float
    mark: str
    unpriced: tuple[str, ...] = ()


def mark(resources: Iterable[Declared]) -> str:
    """What tells whether an estimate is still of what is declared: what jobs send, what is measured, what runs."""
    return hashlib.sha256(json.dumps(sorted(_decisive(resources))).encode()).hexdigest()


def _decisive(resources: Iterable[Declared]) -> Iterator[list[Any]]:
    for each in resources:
        if each.type == LOGS_METRIC:
            tags = sorted(str(group.get("path")) for group in each.inputs.get("groupBies") or ())
            yield ["metric", str(each.inputs.get("name")), *tags]
        elif each.type == LOGPUSH_JOB:
            output = each.inputs.get("outputOptions") or {}
            yield ["job", str(each.inputs.get("name")), *map(str, output.get("fieldNames") or ())]
        elif each.type == WORKERS_SCRIPT:
            yield ["script", str(each.inputs.get("scriptName")), str(each.inputs.get("contentSha256"))]


def keep_estimate(root: Path, stack: str, found: Kept) -> None:
    """Keep an estimate in the project's folder. Raises CannotRun where that cannot be written."""
    keep(root / FOLDER / f"{stack}.json", json.dumps(found._asdict()) + "\n")


def kept_estimate(root: Path, stack: str) -> Kept | None:
    """The last estimate of a stack; None where there is none that can be read."""
    with suppress(OSError, ValueError, TypeError):
        found = Kept(**json.loads((root / FOLDER / f"{stack}.json").read_text(encoding="utf-8")))
        return found._replace(unpriced=tuple(found.unpriced))
    return None
