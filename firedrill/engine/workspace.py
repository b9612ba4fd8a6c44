"""The engine's own project folder, state and secrets in .firedrill: the user's project and ~/.pulumi stay untouched.

The config is the user's: defaults of Pulumi.yaml under Pulumi.<stack>.yaml. Secrets are made here, once for each stack,
and kept encrypted as stack config: those of a real account are of no use to a local cloud.
Source: pulumi.com/docs/iac/concepts/projects/project-file and .../state-and-backends (local file system)
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from firedrill.engine.process import Engine
from firedrill.environment import for_child
from firedrill.files import write_atomically
from firedrill.render.stack_config import PLACEHOLDER, StackConfig
from firedrill.vendors.errors import FiredrillError


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

    def running(self, stack: str) -> Path:
        """The lock that is held while the stack runs."""
        return self.folder / "live" / f"{stack}.lock"

    def config_file(self, stack: str) -> Path:
        """The config of a stack, its secrets encrypted."""
        return self.engine / f"Pulumi.{stack}.yaml"

    def state_file(self, project: str, stack: str) -> Path:
        """The state of a stack; there is one as soon as there is the stack."""
        return self.state / ".pulumi" / "stacks" / project / f"{stack}.json"

    def environment(self) -> dict[str, str]:
        """What Pulumi finds in its environment, but for the providers."""
        return for_child() | {
            "PULUMI_HOME": str(self.engine / "home"),
            # The sidecars that metadata is in would be left half written by a kill, and the stack unreadable.
            "PULUMI_BACKEND_URL": f"{self.state.as_uri()}?metadata=skip",
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(self.engine / "passphrase"),
            "PULUMI_DEBUG_COMMANDS": "true",  # without it there is no --event-log
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_NEO": "false",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }


def check_whole(workspace: Workspace, stack: str, project: str) -> None:
    """Raise FiredrillError when something is gone or broken that Pulumi cannot go on without."""
    passphrase, state = workspace.engine / "passphrase", workspace.state_file(project, stack)
    stacks = ", ".join(sorted(file.stem for file in state.parent.glob("*.json")))
    if stacks and not passphrase.exists():
        raise FiredrillError(
            f"{str(passphrase)!r} is gone, and the secrets of these stacks cannot be read without it: {stacks}. Put it "
            f"back; or start again, with nothing deployed and nothing stored: remove {str(workspace.folder)!r}"
        )
    if not state.exists():
        return
    content = state.read_bytes()
    try:
        json.loads(content)
    except ValueError as error:
        reason = str(error) if content.strip() else "it is empty, as an interrupted Pulumi may leave it"
        before = state.with_name(f"{state.name}.bak")
        advice = (
            f"put {before.name} in its place, which is the one before, then run: firedrill refresh --stack {stack}"
            if before.exists()
            else f"there is none from before, so remove it, then run: firedrill up --stack {stack}"
        )
        raise FiredrillError(f"{str(state)!r} is not Pulumi's state of a stack ({reason}); {advice}") from error


def write_project(workspace: Workspace, stack: str, config: StackConfig, rotate: Iterable[str] = ()) -> list[str]:
    """Write the engine's project and the config of a stack; returns the keys of the secrets that have to be made.

    `rotate` names secrets to replace with new ones. Raises FiredrillError for one that cannot be made or is unknown.
    """
    for each in (workspace.engine, workspace.state):
        each.mkdir(parents=True, exist_ok=True)
    missing = _write_config(workspace.config_file(stack), config, _full_keys(rotate, config))
    project = {"name": config.project, "runtime": "python", "main": str(workspace.root)}
    write_atomically(workspace.engine / "Pulumi.yaml", yaml.safe_dump(project))
    if not (workspace.engine / "passphrase").exists():
        write_atomically(workspace.engine / "passphrase", secrets.token_hex(32))
    return missing


def make_stack(workspace: Workspace, engine: Engine, stack: str, config: StackConfig, missing: Iterable[str]) -> None:
    """Make the stack if there is none, and the `missing` secrets. Raises CannotRun when Pulumi cannot."""
    signatures = _signatures(config)
    if not workspace.state_file(config.project, stack).exists():
        engine.call("stack", "select", stack, "--create", "--secrets-provider", "passphrase")
    for key in missing:
        # By standard input: everybody on this machine can read the arguments of a process.
        given = f"{'sig=' if key in signatures else ''}{secrets.token_hex(16)}"
        engine.call("config", "set", "--secret", key, "--stack", stack, given=given)


def unlock(workspace: Workspace, stack: str, project: str) -> None:
    """Remove the lock on a stack of a Pulumi that was killed: one that lives is ours, and we run one at a time.

    `pulumi cancel` cannot while the stack is being made.
    """
    shutil.rmtree(workspace.state / ".pulumi" / "locks" / "organization" / project / stack, ignore_errors=True)


def _signatures(config: StackConfig) -> set[str]:
    """The keys that a destination names as shared access signatures, which are queries and no plain words."""
    try:
        destinations = json.loads(config.values.get(f"{config.project}:destinations", ""))
    except ValueError:  # the program says what is wrong with it
        return set()
    entries = destinations.values() if isinstance(destinations, dict) else ()
    named = (each.get("sharedAccessSignature") for each in entries if isinstance(each, dict))
    return {f"{config.project}:{name}" for name in named}


def _full_keys(names: Iterable[str], config: StackConfig) -> set[str]:
    found = {name if ":" in name else f"{config.project}:{name}" for name in names}
    for key in found - set(config.secret_keys):
        known = ", ".join(key.removeprefix(f"{config.project}:") for key in config.secret_keys)
        raise FiredrillError(
            f"{key.removeprefix(f'{config.project}:')!r} is not a secret of this stack; its secrets are: {known}"
        )
    return found


def _write_config(file: Path, config: StackConfig, rotate: set[str]) -> list[str]:
    """Write the stack's config but keep what is encrypted in it; returns the keys of secrets that have to be made."""
    found = _read_config(file)
    known = {key: value for key, value in (found.get("config") or {}).items() if isinstance(value, dict)}
    for key in config.secret_keys:
        if config.values[key] != PLACEHOLDER:
            raise FiredrillError(
                f"{key} has a secret inside an object, which the local cloud cannot make; give it a key of its own."
            )
    kept = {key: known[key] for key in config.secret_keys if key in known and key not in rotate}
    plain = {key: text for key, text in config.values.items() if key not in config.secret_keys}
    write_atomically(file, yaml.safe_dump({**found, "config": plain | kept}))
    return [key for key in config.secret_keys if key not in kept]


def _read_config(file: Path) -> dict[str, Any]:
    """What the file has; nothing when a Pulumi was killed while it wrote it."""
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
    except yaml.YAMLError:
        return {}
    return content if isinstance(content, dict) else {}
