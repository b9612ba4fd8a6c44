"""A function over logs, written as a Python program that reads each attribute once.

Most logs have one value under nested names where a path points. Whether there is an array on the way, or a name that
holds dots itself, is told with the value; the program leaves such a log to a walk that looks everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from firedrill.vendors.datadog.log import Log

MAX_NAMES = 4
"""Names of a path that a program reads; longer paths are rare."""


class Read(NamedTuple):
    """The variables of an attribute: its value, None where there is none, and whether it has to be looked for."""

    value: str
    is_elsewhere: str


class Program:
    """Collects lines and constants; texts of a query are in the lines as literals only."""

    def __init__(self) -> None:
        self._lines = ["def run(log):", " attributes = log.attributes"]
        self._constants: dict[str, object] = {}
        self._parents = {"": "attributes"}
        self._reads: dict[str, Read] = {}

    def constant(self, value: object) -> str:
        """The name of a value that the program uses."""
        name = f"c{len(self._constants)}"
        self._constants[name] = value
        return name

    def returns(self, expression: str, condition: str = "") -> None:
        """Return what the expression gives, if the condition holds."""
        self._lines.append(f" if {condition}: return {expression}" if condition else f" return {expression}")

    def read(self, path: str) -> Read | None:
        """Read an attribute, unless that is done; None for a path that is too long."""
        if path.count(".") >= MAX_NAMES:
            return None
        if path not in self._reads:
            self._reads[path] = self._read(path.split("."))
        return self._reads[path]

    def function(self) -> Callable[[Log], Any]:
        """The program, compiled."""
        exec("\n".join(self._lines), self._constants)  # noqa: S102 - see above what is in it
        run: Callable[[Log], Any] = self._constants["run"]  # type: ignore[assignment]
        return run

    def _read(self, keys: list[str]) -> Read:
        parents = [self._object(".".join(keys[:depth])) for depth in range(len(keys))]
        value, is_elsewhere = f"v{len(self._reads)}", f"e{len(self._reads)}"
        arrays = [f"{parent}.__class__ is list and {parent} != []" for parent in parents[1:]]
        dotted = [
            f"{parent}.__class__ is dict and {'.'.join(keys[depth:end])!r} in {parent}"
            for depth, parent in enumerate(parents)
            for end in range(depth + 2, len(keys) + 1)
        ]
        unusual = f" or {value} is None and ({' or '.join(arrays + dotted)})" if dotted else ""
        self._lines += [
            f" {value} = {self._get(parents[-1], keys[-1])}",
            f" {is_elsewhere} = {value}.__class__ is list{unusual}",
        ]
        return Read(value, is_elsewhere)

    def _object(self, path: str) -> str:
        """The variable of what is at a path on the way."""
        if path not in self._parents:
            before, _, key = path.rpartition(".")
            parent = self._object(before)
            self._parents[path] = f"p{len(self._parents)}"
            self._lines.append(f" {self._parents[path]} = {self._get(parent, key)}")
        return self._parents[path]

    @staticmethod
    def _get(parent: str, key: str) -> str:
        found = f"{parent}.get({key!r})"
        return found if parent == "attributes" else f"{found} if {parent}.__class__ is dict else None"
