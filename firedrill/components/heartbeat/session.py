"""What the heartbeat sends a Worker: the canary requests of its drill file, about one object."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, TypeAdapter, ValidationError

from firedrill.canaries import OBJECT, Canary, about, written_short
from firedrill.components.model import DeclaredWorker
from firedrill.components.problems import DeclarationError
from firedrill.vendors.rules.documents import DocumentError, read_text, yaml_mapping

MOST = 4_096
"""Bytes that the requests of one Worker may come to as JSON: a variable of a Worker may have 5 KB.

Source: developers.cloudflare.com/workers/platform/limits (Environment variables)
"""
_SESSION: TypeAdapter[tuple[Canary, ...]] = TypeAdapter(tuple[Annotated[Canary, BeforeValidator(written_short)], ...])


def session(root: Path, service: DeclaredWorker) -> list[dict[str, Any]]:
    """The requests, in the form that heartbeat.mjs reads.

    Raises DeclarationError where the drill file has no canary requests that can be sent.
    """
    place = f"The heartbeat of the Worker {service.key!r}"
    try:
        given = yaml_mapping(read_text(root / service.drill, service.drill), service.drill).get("canary") or ()
        calls = _SESSION.validate_python(given)
    except DocumentError as error:
        raise DeclarationError(f"{place}: {error}.") from None
    except OSError as error:
        raise DeclarationError(f"{place}: {service.drill} cannot be read: {error.strerror}.") from None
    except ValidationError:
        told = "its `canary` is not a list of requests, each a mapping or just its method and path"
        raise DeclarationError(f"{place}: {service.drill}: {told}; see docs/drill-file.md.") from None
    if not calls:
        raise DeclarationError(
            f"{place}: {service.drill} lists no requests under `canary`; add some, the last of which remove what the"
            f" others have stored, or leave the Worker out of firedrill:heartbeat."
        )
    found = _as_json(calls)
    if len(json.dumps(found)) > MOST:
        raise DeclarationError(
            f"{place}: its canary requests have {len(json.dumps(found))} bytes as JSON; allowed: {MOST}, so that they"
            " fit into a variable of a Worker; send smaller bodies."
        )
    return found


def _as_json(calls: Sequence[Canary]) -> list[dict[str, Any]]:
    requests = (about(call, OBJECT)._asdict() for call in calls)
    return [{name: value for name, value in each.items() if value is not None} for each in requests]
