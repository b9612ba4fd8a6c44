"""The engine's own project folder, state and secrets in .firedrill: the user's project and ~/.pulumi stay untouched.

The config is the user's: defaults of Pulumi.yaml under Pulumi.<stack>.yaml. Secrets are made here, once for each stack,
and kept encrypted as stack config: those of a real account are of no use to a local cloud.
Source: pulumi.com/docs/iac/concepts/projects/project-file and .../state-and-backends (local file system)
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from firedrill.engine.process import Engine
from firedrill.environment import without_accounts
from firedrill.errors import FiredrillError
from firedrill.render.stack_config import PLACEHOLDER, StackConfig


@dataclass(frozen=True)
class Workspace:
    """Where everything of one project's local cloud is: `root` has the program, `folder` is .firedrill there."""

    root: Path
    folder: Path

    @classmethod
    def of(cls, root: Path) -> Workspace:
        """The workspace of the project in `root`."""
        root = root.resolve()
        return cls(root, root / ".firedrill")

    @property
    def engine(self) -> Path:
        """The engine's project folder."""
        return self.folder / "engine"

    @property
    def state(self) -> Path:
        """The engine's state: Pulumi's file backend."""
        return self.folder / "state"

    @property
    def cloud(self) -> Path:
        """The state file of the local cloud, what lies beside it included."""
        return self.folder / "cloud" / "state.json"

    def config_file(self, stack: str) -> Path:
        """The config of a stack, its secrets encrypted."""
        return self.engine / f"Pulumi.{stack}.yaml"

    def state_file(self, project: str, stack: str) -> Path:
        """The state of a stack; there is one as soon as there is the stack."""
        return self.state / ".pulumi" / "stacks" / project / f"{stack}.json"

    def environment(self) -> dict[str, str]:
        """What Pulumi finds in its environment, but for the providers."""
        return without_accounts() | {
            "PULUMI_HOME": str(self.engine / "home"),
            # The sidecars that metadata is in would be left half written by a kill, and the stack unreadable.
            "PULUMI_BACKEND_URL": f"{self.state.as_uri()}?metadata=skip",
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(self.engine / "passphrase"),
            "PULUMI_DEBUG_COMMANDS": "true",  # without it there is no --event-log
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_NEO": "false",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }


def prepare(
    workspace: Workspace,
    program: Path,
    stack: str,
    config: StackConfig,
    variables: Mapping[str, str],
    rotate: Iterable[str] = (),
) -> Engine:
    """Write the project and its stack's config, make the stack and its secrets where they are missing.

    `variables` name the providers to the engine; `rotate` names secrets that are made anew. Raises FiredrillError for a
    secret that cannot be made, or is none.
    """
    folder = workspace.engine
    for each in (folder, workspace.state):
        each.mkdir(parents=True, exist_ok=True)
    if not (folder / "passphrase").exists():
        _write(folder / "passphrase", secrets.token_hex(32))
    project = {"name": config.project, "runtime": "python", "main": str(workspace.root)}
    _write(folder / "Pulumi.yaml", yaml.safe_dump(project))
    missing = _write_config(workspace.config_file(stack), config, _full_keys(rotate, config))
    engine = Engine(program, folder, {**workspace.environment(), **variables})
    if not workspace.state_file(config.project, stack).exists():
        engine.call("stack", "select", stack, "--create", "--secrets-provider", "passphrase")
    for key in missing:
        # By standard input: everybody on this machine can read the arguments of a process.
        engine.call("config", "set", "--secret", key, "--stack", stack, given=secrets.token_hex(16))
    return engine


def _full_keys(names: Iterable[str], config: StackConfig) -> set[str]:
    found = {name if ":" in name else f"{config.project}:{name}" for name in names}
    for key in found - set(config.secret_keys):
        known = ", ".join(key.removeprefix(f"{config.project}:") for key in config.secret_keys)
        raise FiredrillError(
            f"{key.removeprefix(f'{config.project}:')!r} is no secret of this stack; there are: {known}"
        )
    return found


def _write_config(file: Path, config: StackConfig, rotate: set[str]) -> list[str]:
    """Write the stack's config but keep what is encrypted in it; returns the keys of secrets that have to be made."""
    found: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
    known = {key: value for key, value in found.get("config", {}).items() if isinstance(value, dict)}
    for key in config.secret_keys:
        if config.values[key] != PLACEHOLDER:
            raise FiredrillError(
                f"{key} has a secret inside an object, which the local cloud cannot make; give it a key of its own."
            )
    kept = {key: known[key] for key in config.secret_keys if key in known and key not in rotate}
    plain = {key: text for key, text in config.values.items() if key not in config.secret_keys}
    _write(file, yaml.safe_dump({**found, "config": plain | kept}))
    return [key for key in config.secret_keys if key not in kept]


def _write(file: Path, text: str) -> None:
    """Replace the file at once, readable by its owner only."""
    new = file.with_name(f".{file.name}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
    new.replace(file)
