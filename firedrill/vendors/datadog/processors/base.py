"""What a processor is: options as the API writes them, compiled once into a function over logs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from firedrill.vendors.datadog.geoip import GeoIp
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.spec import Model
from firedrill.vendors.datadog.undocumented import Undocumented
from firedrill.vendors.features import Feature

PAGES = "docs.datadoghq.com/logs/log_configuration/processors/"
"""Where each processor has its page."""

DONE = ""
"""What a processor returns when it did its work; else it returns why it left the log as it was."""

Applied = set[str]
"""The official attributes that a remapper has claimed in one log: of several remappers only the first counts."""

Run = Callable[[Log, Applied], str]


class Options(Model):
    """What every processor has. Disabled unless `is_enabled` says otherwise."""

    type: str
    name: str = ""
    is_enabled: bool = False


OptionsT = TypeVar("OptionsT", bound=Options)


@dataclass(frozen=True)
class Context:
    """The place of a processor, for errors, how undocumented behaviour is read, and what is known of IP addresses."""

    place: str
    undocumented: Undocumented
    geoip: GeoIp | None = None


@dataclass(frozen=True)
class Kind(Generic[OptionsT]):
    """One type of processor: its options, how to compile them, and what docs/support.md says of it."""

    options: type[OptionsT]
    compile: Callable[[OptionsT, Context], Run]
    feature: Feature

    @property
    def type(self) -> str:
        """The API's name of the type."""
        return self.feature.name


AnyKind = Kind[Any]
