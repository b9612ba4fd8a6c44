"""What a matcher and a filter are to the grok compiler."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from firedrill.vendors.datadog.grok.errors import BadArguments

PAGE = "docs.datadoghq.com/logs/log_configuration/parsing"
# A matched text and the reference time (ms since the epoch) become a value, or None.
Convert = Callable[[str, int], Any]
# A value becomes another one, or None.
Transform = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Matched:
    """What a matcher matches, as a regular expression without capturing groups, and how the text becomes a value."""

    regex: str
    convert: Convert | None = None


@dataclass(frozen=True, slots=True)
class Matcher:
    """A documented matcher: `build` takes its arguments and raises BadArguments."""

    name: str
    build: Callable[[Sequence[Any]], Matched]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A documented filter: `build` takes its arguments, functions among them already built, and raises BadArguments."""

    name: str
    build: Callable[[Sequence[Any]], Transform]
    note: str = ""
    status: Literal["done", "modelled"] = "done"


def constant(name: str, regex: str, convert: Convert | None = None, note: str = "") -> Matcher:
    """A matcher without arguments."""

    def build(arguments: Sequence[Any]) -> Matched:
        no_arguments(arguments)
        return Matched(regex, convert)

    return Matcher(name, build, note)


def plain(name: str, transform: Transform, note: str = "") -> Filter:
    """A filter without arguments."""

    def build(arguments: Sequence[Any]) -> Transform:
        no_arguments(arguments)
        return transform

    return Filter(name, build, note)


def no_arguments(arguments: Sequence[Any]) -> None:
    """Raise BadArguments if there is any argument."""
    if arguments:
        raise BadArguments("no arguments")


def texts(arguments: Sequence[Any], least: int, most: int, expected: str) -> list[str]:
    """The arguments if they are `least` to `most` texts; BadArguments says what was `expected`."""
    if not (least <= len(arguments) <= most and all(isinstance(argument, str) for argument in arguments)):
        raise BadArguments(expected)
    return list(arguments)
