"""What a processor is: options as the API writes them, compiled once into a function over logs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, NamedTuple, TypeVar

from pydantic import BeforeValidator

from firedrill.vendors.datadog.geoip import GeoIp
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.paths import RESERVED
from firedrill.vendors.datadog.spec import Model
from firedrill.vendors.datadog.tags import text
from firedrill.vendors.datadog.undocumented import Undocumented
from firedrill.vendors.features import Feature

PAGES = "docs.datadoghq.com/logs/log_configuration/processors/"
"""Where each processor has its page."""

DONE = ""
"""What a processor returns when it did its work; else it returns why it left the log as it was."""

Text = Annotated[str, BeforeValidator(lambda value: text(value) if isinstance(value, (bool, int, float)) else value)]
"""Text that may be written as a number or as true or false, as in pipelines that Datadog publishes."""

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


class Flow(NamedTuple):
    """What a processor reads of a log and what it writes: `@attribute`, a reserved attribute or a tag's key.

    `@` alone is written by a processor that makes attributes of any name.
    """

    reads: frozenset[str]
    writes: frozenset[str] = frozenset()


def flow(sources: Iterable[str], *targets: str) -> Flow:
    """From the sources of a processor, an attribute or the reserved attribute of that name each, to attributes."""
    paths = tuple(sources)
    reads = {*(f"@{path}" for path in paths), *(path for path in paths if path in RESERVED)}
    return Flow(frozenset(reads), frozenset(f"@{path}" for path in targets))


def source_to_target(options: Any) -> Flow:
    """The flow of a processor with a `source` and a `target`."""
    return flow([options.source], options.target)


def sources_to_target(options: Any) -> Flow:
    """The flow of a processor with `sources` and a `target`."""
    return flow(options.sources, options.target)


@dataclass(frozen=True)
class Kind(Generic[OptionsT]):
    """One type of processor: its options, how to compile them, what they read and write, what docs/support.md says."""

    options: type[OptionsT]
    compile: Callable[[OptionsT, Context], Run]
    flow: Callable[[OptionsT], Flow]
    feature: Feature

    @property
    def type(self) -> str:
        """The API's name of the type."""
        return self.feature.name


AnyKind = Kind[Any]
