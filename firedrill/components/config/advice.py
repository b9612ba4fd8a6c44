"""How a problem of the config is told: in the user's words, with the line of the file or the command that fixes it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from shlex import quote

from pydantic import TypeAdapter, ValidationError

from firedrill.components import script_settings
from firedrill.components.config.keys import NAMESPACE
from firedrill.components.danger_settings import DangerSettings
from firedrill.components.destination_fields import DestinationSettings
from firedrill.components.monitor_settings import MonitorSettings
from firedrill.components.problems import Problem
from firedrill.components.worker_settings import NAME, ClassSettings, Name, WorkerSettings
from firedrill.vendors.rules.breach import shown
from firedrill.vendors.rules.models import Fault, field_names, joined
from firedrill.vendors.rules.suggestions import nearest

_LONGEST = 500
"""Characters of a path that is shown whole."""
_IN_PROGRAM = "change it in the program, where it calls observe"
_NAME: TypeAdapter[str] = TypeAdapter(Name)
_FIELD_OF: Mapping[type, str] = {
    ClassSettings: "a class",
    DangerSettings: "a danger",
    MonitorSettings: "a monitor",
    WorkerSettings: "a Worker",
    script_settings.Assets: "assets",
    script_settings.CacheOptions: "cacheOptions",
    script_settings.Domain: "a domain",
    script_settings.IssuesObservability: "issues",
    script_settings.Limits: "limits",
    script_settings.LogsObservability: "logs",
    script_settings.ObservabilitySettings: "observability",
    script_settings.Placement: "placement",
    script_settings.QueueConsumer: "a queue consumer",
    script_settings.Route: "a route",
    script_settings.TailConsumer: "a tail consumer",
    script_settings.TracesObservability: "traces",
}


@dataclass(frozen=True)
class Advice:
    """Tells problems of the config of one `stack`. Paths are without the namespace: `workers.chat-room.name`.

    `program` has the keys that the program gives and the stack does not.
    """

    stack: str
    program: Collection[str] = ()

    def wrong(self, path: str, value: object, allowed: str, *, text: bool = False) -> Problem:
        """A value that has to be another one; `text` tells that a number has to become text."""
        return Problem(_place(path), shown(value), allowed, self._set(path, text=text))

    def told(self, path: str, value: str, allowed: str) -> Problem:
        """The same, where the value is told in words."""
        return Problem(_place(path), value, allowed, self._set(path))

    def removed(self, path: str, value: str, allowed: str) -> Problem:
        """What must not be there, told in words."""
        return Problem(_place(path), value, allowed, self._remove(path))

    def missing(self, path: str, allowed: str) -> Problem:
        """A value that has to be there."""
        return Problem(_place(path), "", allowed, self._set(path))

    def missing_secret(self, name: str) -> Problem:
        """A secret that has to be there."""
        return self._secret(_place(name), "")

    def plain_secret(self, key: str) -> Problem:
        """A secret that the stack's file has in plain text; `key` with its namespace. The value is never told."""
        return self._secret(key, "not encrypted")

    def plain_in_program(self, name: str) -> Problem:
        """A secret that stands in the program; the value is never told."""
        return Problem(
            _place(name), "plain text", 'an output, such as pulumi.Config().require_secret("name")', _IN_PROGRAM
        )

    def given_twice(self, name: str) -> Problem:
        """A key that both the program and the stack's config give."""
        allowed = "a value from one of the two, since neither goes over the other"
        change = f"{self._remove_from_stack(name)}, or {_IN_PROGRAM}"
        return Problem(_place(name), "given by the program and by the stack", allowed, change)

    def _secret(self, key: str, value: str) -> Problem:
        change = f"run: pulumi config set --secret {key} --stack {self.stack}"
        return Problem(key, value, "a secret, encrypted by Pulumi", change)

    def unknown(self, path: str, name: str, what: str, known: Sequence[str]) -> Problem:
        """A name that nobody reads: not `what` it should be, which is one of `known`."""
        near = nearest(name, known)
        meant = f"did you mean {near}? Otherwise " if near else ""
        return Problem(_place(path), f"not {what}", f"one of {', '.join(known)}", meant + self._remove(path))

    def unwanted(self, path: str, value: object, reason: str) -> Problem:
        """A value that must not be there."""
        return Problem(_place(path), shown(value), f"nothing, since {reason}", self._remove(path))

    def renamed(self, path: str, allowed: str) -> Problem:
        """A name that has to be another one."""
        return Problem(_place(path), "not a valid name", allowed, f"rename it in {self._file}")

    def named(self, path: str, key: str) -> list[Problem]:
        """What is wrong with the `key` at a path as the name of a Worker or a destination, if anything is."""
        try:
            _NAME.validate_python(key)
        except ValidationError:
            return [self.renamed(path, NAME)]
        return []

    def invalid(self, fault: Fault, base: str = "") -> Problem:
        """What a model found wrong in the value at path `base`."""
        path = joined((base, *fault.path) if base else fault.path)
        if fault.kind == "missing":
            return self.missing(path, fault.allowed)
        if fault.kind == "unknown":
            of_one = issubclass(fault.owner, DestinationSettings)
            what = "such a destination" if of_one else _FIELD_OF.get(fault.owner, path.rpartition(".")[0])
            return self.unknown(path, str(fault.path[-1]), f"a field of {what}", field_names(fault.owner))
        if fault.kind == "name":
            return self.renamed(path, fault.allowed)
        return self.wrong(path, fault.value, fault.allowed, text=fault.text)

    @property
    def _file(self) -> str:
        return f"Pulumi.{self.stack}.yaml"

    def _set(self, path: str, *, text: bool = False) -> str:
        """With --path, digits become a number unless --type says otherwise: pulumi.com/docs/iac/cli/commands."""
        if self._by_program(path):
            return _IN_PROGRAM
        command = f"pulumi config set --path{' --type string' if text else ''} {_argument(path)} VALUE"
        return f"set it in {self._file}, or run: {command} --stack {self.stack}"

    def _remove(self, path: str) -> str:
        if self._by_program(path):
            return _IN_PROGRAM
        return self._remove_from_stack(path)

    def _remove_from_stack(self, path: str) -> str:
        return f"remove it from {self._file}, or run: pulumi config rm --path {_argument(path)} --stack {self.stack}"

    def _by_program(self, path: str) -> bool:
        return path.partition(".")[0] in self.program


def _place(path: str) -> str:
    shown = path if path.isprintable() else repr(path)
    return f"{NAMESPACE}:{shown if len(shown) <= _LONGEST else f'{shown[:_LONGEST]}...'}"


def _argument(path: str) -> str:
    return quote(_place(path))
