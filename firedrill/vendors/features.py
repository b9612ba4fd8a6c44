"""What the emulator does, models or refuses, as data: docs/support.md is generated from it."""

from __future__ import annotations

from typing import Literal, NamedTuple

Status = Literal["done", "modelled", "refused"]


class Feature(NamedTuple):
    """One vendor feature: its `name` in the vendor's terms, its `status`, the vendor's page, and what to know."""

    name: str
    status: Status
    source: str
    note: str = ""
