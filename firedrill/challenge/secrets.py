"""The secrets of a stack, as Pulumi's CLI decrypts and encrypts them; values go by pipes, never by arguments."""

from __future__ import annotations

import json
from functools import cached_property

from firedrill.engine.process import Engine


class StackSecrets:
    """Those of one `stack` of the project that `engine` runs in. Raises CannotRun with what Pulumi says."""

    def __init__(self, engine: Engine, stack: str) -> None:
        self._engine, self._stack = engine, stack

    def get(self, key: str) -> str:
        """The value of a full config key; "" where it is not set."""
        return self._values.get(key, "")

    def set(self, key: str, value: str) -> None:
        """Encrypt a value."""
        self._engine.call("config", "set", "--secret", key, "--stack", self._stack, given=value)

    @cached_property
    def _values(self) -> dict[str, str]:
        shown = json.loads(self._engine.call("config", "--json", "--show-secrets", "--stack", self._stack))
        return {key: str(entry.get("value", "")) for key, entry in shown.items()}
