"""Where a bundle's code came from: lines of the bundle become lines of the files that a person wrote."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from posixpath import dirname, join, normpath
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any, NamedTuple

MODULE = "worker.mjs"
"""What workerd knows the bundle as."""
_FRAME = re.compile(rf"\b{re.escape(MODULE)}:(\d+):(\d+)")
_DIGITS = {char: value for value, char in enumerate(f"{ascii_uppercase}{ascii_lowercase}{digits}+/")}
_OF_OTHERS = ("node_modules/", ".firedrill/lib/")


class _Segment(NamedTuple):
    """A mapping, from 0 each: the bundle's column where it begins, the source's index, its line and its column."""

    begins: int
    source: int
    line: int
    column: int


@dataclass(frozen=True)
class Sources:
    """A bundle's path, relative to the project, and its source map as JSON; without one, places are in the bundle."""

    bundle: str = MODULE
    source_map: bytes = b""

    def place(self, line: int, column: int) -> str:
        """The place ("src/index.ts:12:5") of a line and a column of the bundle; lines and columns are from 1."""
        segments = self._lines.get(line - 1, [])
        found = bisect_right(segments, column - 1, key=lambda segment: segment.begins)
        if not found:
            return f"{self.bundle}:{line}:{column}"
        segment = segments[found - 1]
        return f"{self._names[segment.source]}:{segment.line + 1}:{segment.column + 1}"

    def told(self, text: str) -> str:
        """A text of the runtime with each place of the bundle as `place` names it."""
        return _FRAME.sub(lambda found: self.place(int(found[1]), int(found[2])), text)

    def thrown_at(self, stack: str) -> str:
        """The first place of a stack in the project's own code, else the first in a package, else ""."""
        places = [self.place(int(line), int(column)) for line, column in _FRAME.findall(stack)]
        own = (place for place in places if not any(folder in place for folder in _OF_OTHERS))
        return next(own, places[0] if places else "")

    @cached_property
    def _map(self) -> Mapping[str, Any]:
        try:
            parsed = json.loads(self.source_map or b"{}")
        except ValueError:
            return {}
        return parsed if isinstance(parsed, dict) and parsed.get("version") == 3 else {}

    @cached_property
    def _names(self) -> list[str]:
        """The sources' paths, relative to the project as the bundle's own."""
        root = self._map.get("sourceRoot") or ""
        return [normpath(join(dirname(self.bundle), root, source or MODULE)) for source in self._map["sources"]]

    @cached_property
    def _lines(self) -> Mapping[int, list[_Segment]]:
        found: dict[int, list[_Segment]] = defaultdict(list)
        for line, segment in _decoded(self._map.get("mappings", "")):
            found[line].append(segment)
        return found


def sources_of(bundle: str, root: Path) -> Sources:
    """The sources of the bundle at that path under `root`, by the source map that lies beside it (<bundle>.map)."""
    beside = root / f"{bundle}.map"
    return Sources(bundle, beside.read_bytes() if beside.is_file() else b"")


def _decoded(mappings: str) -> Iterator[tuple[int, _Segment]]:
    """Each mapping that has a source, with the bundle's line (tc39.es/ecma426, Base64 VLQ)."""
    source = line = column = 0
    for generated, segments in enumerate(mappings.split(";")):
        begins = 0
        for segment in filter(None, segments.split(",")):
            numbers = list(_numbers(segment))
            begins += numbers[0]
            if len(numbers) >= 4:
                source, line, column = source + numbers[1], line + numbers[2], column + numbers[3]
                yield generated, _Segment(begins, source, line, column)


def _numbers(segment: str) -> Iterator[int]:
    value = shift = 0
    for char in segment:
        digit = _DIGITS[char]
        value |= (digit & 31) << shift
        shift += 5
        if digit < 32:  # the last digit of a number; its lowest bit is the sign
            yield -(value >> 1) if value & 1 else value >> 1
            value = shift = 0
