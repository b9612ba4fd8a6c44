"""Where code that does not end is: V8's own profiler samples a second workerd that runs the same."""

from __future__ import annotations

import re
import tempfile
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from firedrill.runtime.source_map import MODULE
from firedrill.runtime.workerd import Silent

SAMPLES = 200
"""So many of the last samples are looked at; V8 takes about 500 a second."""
_POSITION = re.compile(r"C(\d+)O(\d+)")


class _Code(NamedTuple):
    """Compiled code in memory: where it begins and ends, and the places (offset in it, offset in the script)."""

    begins: int
    ends: int
    places: list[tuple[int, int]]


def endless(run: Callable[[Sequence[str]], object], bundle: bytes) -> tuple[int, int] | None:
    """The line and the column of the bundle, from 1, where the Worker mostly was when `run` gave up waiting for it.

    `run` runs the Worker with the V8 flags that it is given, and lets Silent pass. None when it ends after all, or
    when the time goes elsewhere.
    """
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "v8.log")
        flags = ("--prof", "--log-source-position", "--no-logfile-per-isolate", f"--logfile={log}")
        try:
            run(flags)
        except Silent:
            lines = log.read_text(errors="replace").splitlines() if log.is_file() else []
            return _place(bundle, _busiest(lines))
    return None


def _place(bundle: bytes, offset: int | None) -> tuple[int, int] | None:
    if offset is None:
        return None
    units = bundle.decode(errors="replace").encode("utf-16-le")  # as V8 counts
    before = units[: 2 * offset].decode("utf-16-le", errors="replace").split("\n")
    return len(before), len(before[-1]) + 1


def _busiest(lines: Iterable[str]) -> int | None:
    """The offset in the bundle at which most of the last samples are, by a log of V8 (v8.dev/docs/profile)."""
    sizes: dict[int, int] = {}
    codes: dict[int, _Code] = {}
    ticks: list[list[str]] = []
    for line in lines:
        event, *fields = line.split(",")
        with suppress(ValueError, IndexError):  # the last line of a process that was killed
            if event == "code-creation":
                begins = int(fields[3], 16)
                codes.pop(begins, None)
                sizes[begins] = int(fields[4]) if f" {MODULE}:" in fields[5] else 0
            elif event == "code-source-info" and sizes.get(int(fields[0], 16)):
                begins = int(fields[0], 16)
                places = [(int(at), int(offset)) for at, offset in _POSITION.findall(fields[4])]
                codes[begins] = _Code(begins, begins + sizes[begins], places)
            elif event == "tick":
                ticks.append([fields[0], *fields[5:]])
    ordered = sorted(codes.values())
    found = [offset for tick in ticks[-SAMPLES:] if (offset := _offset(ordered, tick)) is not None]
    return Counter(found).most_common(1)[0][0] if found else None


def _offset(codes: Sequence[_Code], addresses: Iterable[str]) -> int | None:
    """The offset in the bundle of the innermost of these addresses that is the Worker's code."""
    for address in (int(each, 16) for each in addresses if each.startswith("0x")):
        code = codes[bisect_right(codes, address, key=lambda each: each.begins) - 1] if codes else None
        if code and code.begins <= address < code.ends:
            passed = [offset for at, offset in code.places if at <= address - code.begins]
            if passed:
                return passed[-1]
    return None
