"""How a problem of the config is told: in the user's words, with the line of the file or the command that mends it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from shlex import quote
from typing import Any, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from components.monitors.thresholds import MonitorSettings
from components.problems import Problem
from components.settings import NAME, ClassSettings, Name, WorkerSettings
from firedrill.vendors.rules.breach import shown

NAMESPACE = "firedrill"
_NAME: TypeAdapter[str] = TypeAdapter(Name)
_FIELD_OF = {
    ClassSettings: "a class",
    MonitorSettings: "a monitor",
    WorkerSettings: "a Worker",
}
Location = tuple[int | str, ...]


@dataclass(frozen=True)
class Advice:
    """Tells problems of the config of one `stack`. Paths are without the namespace: `workers.chat-room.name`."""

    stack: str

    def wrong(self, path: str, value: object, allowed: str) -> Problem:
        """A value that has to be another one."""
        return self.told(path, shown(value), allowed)

    def told(self, path: str, value: str, allowed: str) -> Problem:
        """The same, where the value is told in words."""
        return Problem(_place(path), value, allowed, self._set(path))

    def missing(self, path: str, allowed: str) -> Problem:
        """A value that has to be there."""
        return Problem(_place(path), "", allowed, self._set(path))

    def missing_secret(self, name: str) -> Problem:
        """A secret that has to be there."""
        return self._secret(_place(name), "")

    def plain_secret(self, key: str) -> Problem:
        """A secret that the stack's file has in plain text; `key` with its namespace. The value is never told."""
        return self._secret(key, "not encrypted")

    def _secret(self, key: str, value: str) -> Problem:
        change = f"run: pulumi config set --secret {key} --stack {self.stack}"
        return Problem(key, value, "a secret, encrypted by Pulumi", change)

    def unknown(self, path: str, name: str, what: str, known: Sequence[str]) -> Problem:
        """A name that nobody reads: not `what` it should be, which is one of `known`."""
        near = get_close_matches(name, known, n=1)
        meant = f"did you mean {near[0]}? Otherwise " if near else ""
        return Problem(_place(path), f"not {what}", f"one of {', '.join(known)}", meant + self._remove(path))

    def unwanted(self, path: str, value: object, reason: str) -> Problem:
        """A value that must not be there."""
        return Problem(_place(path), shown(value), f"nothing, since {reason}", self._remove(path))

    def renamed(self, path: str, allowed: str) -> Problem:
        """A name that has to be another one."""
        return Problem(_place(path), "not a name that it may have", allowed, f"rename it in {self._file}")

    def named(self, path: str, key: str) -> list[Problem]:
        """What is wrong with the `key` at a path as the name of a Worker or a destination, if anything is."""
        try:
            _NAME.validate_python(key)
        except ValidationError:
            return [self.renamed(path, NAME)]
        return []

    def invalid(self, model: type[BaseModel], detail: ErrorDetails, base: str = "") -> Problem:
        """What `model` found wrong in the value at path `base`."""
        location = detail["loc"]
        path = _joined(base, location)
        inner, allowed = _described(model, location)
        if detail["type"] == "missing":
            return self.missing(path, allowed)
        if detail["type"] == "extra_forbidden":
            return self.unknown(
                path, str(location[-1]), f"a field of {_FIELD_OF.get(inner, 'such a destination')}", aliases(inner)
            )
        if location[-1] == "[key]":
            return self.renamed(_joined(base, location[:-1]), allowed)
        return self.wrong(path, detail["input"], allowed)

    @property
    def _file(self) -> str:
        return f"Pulumi.{self.stack}.yaml"

    def _set(self, path: str) -> str:
        return f"set it in {self._file}, or run: pulumi config set --path {_argument(path)} VALUE --stack {self.stack}"

    def _remove(self, path: str) -> str:
        return f"remove it from {self._file}, or run: pulumi config rm --path {_argument(path)} --stack {self.stack}"


def aliases(model: type[BaseModel]) -> tuple[str, ...]:
    """The names of a model's fields, as the config writes them."""
    return tuple(str(field.alias) for field in model.model_fields.values())


def _described(model: type[BaseModel], location: Location) -> tuple[type[BaseModel], str]:
    """The innermost model on the way to `location`, and what may be there."""
    fields = {str(field.alias): field for field in model.model_fields.values()}
    field = fields.get(str(location[0]))
    if field is None:
        return model, ""
    inner, names = _within(field.annotation)
    rest = location[1 + len(names) :]
    if location[-1] == "[key]" and len(rest) <= 1:
        return model, next(description for description in names if description)
    if inner is not None and rest:
        return _described(inner, rest)
    return model, field.description or ""


def _within(annotation: Any) -> tuple[type[BaseModel] | None, tuple[str, ...]]:
    """The model that a field holds, and the description of the names under which it holds several."""
    if get_origin(annotation) is dict:
        name, value = get_args(annotation)
        described = next((data.description for data in getattr(name, "__metadata__", ()) if data.description), "")
        return (value if _is_model(value) else None), (described,)
    return (annotation if _is_model(annotation) else None), ()


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _joined(base: str, location: Iterable[int | str]) -> str:
    parts = [base] if base else []
    for step in location:
        if isinstance(step, int):
            parts[-1] += f"[{step}]"
        else:
            parts.append(step)
    return ".".join(parts)


def _place(path: str) -> str:
    return f"{NAMESPACE}:{path}"


def _argument(path: str) -> str:
    return quote(_place(path))
