"""What Pulumi does with a stack in the local cloud: up, preview, refresh and destroy."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from firedrill.cloud.cloud import Cloud
from firedrill.cloud.injected_failures import Failures
from firedrill.cloud.server import serving
from firedrill.cloud.store import Store
from firedrill.engine import binary
from firedrill.engine.language_host import served
from firedrill.engine.lock import RUNS, exclusive
from firedrill.engine.process import Engine, Outcome
from firedrill.engine.recorded import advice_for_this_backend, exported, protection
from firedrill.engine.recovery import Journal, Run, delete_unrecorded, make_good
from firedrill.engine.workspace import Workspace, check_whole, make_stack, unlock, write_project
from firedrill.render import stack_config
from firedrill.render.stack_config import StackConfig
from firedrill.sinks.local import LocalDestinations

_ARGUMENTS = {
    "up": ("up", "--yes"),  # with a preview: what that refuses has changed nothing
    "preview": ("preview",),
    "refresh": ("refresh", "--yes", "--skip-preview"),
    "destroy": ("destroy", "--yes", "--skip-preview", "--remove"),
}
_RUN_THE_PROGRAM = ("up", "preview")
_NOT_WHILE_IT_RUNS = ("up", "destroy")
"""What would take classes and their data from under a Worker that runs."""


@dataclass(frozen=True)
class LocalStack:
    """A stack of the project whose program is in the workspace's root, in the workspace's local cloud."""

    workspace: Workspace
    name: str
    config: StackConfig

    @classmethod
    def of(cls, name: str, root: Path) -> LocalStack:
        """The stack of the project in `root`; raises FiredrillError when its config cannot be read."""
        return cls(Workspace.of(root), name, stack_config.read(name, root))

    @property
    def cloud(self) -> Cloud:
        """The local cloud of the workspace, which all its stacks share, and other backends too."""
        return self.cloud_of("")

    def cloud_of(
        self, run: str, sinks: Mapping[str, str] | None = None, destinations: LocalDestinations | None = None
    ) -> Cloud:
        """The same, as the run with that id uses it: what it makes there is known as its own.

        A destination that nothing stands for is taken to be there, and to have shown the made-up token of its job.
        """
        store, root = Store(self.workspace.cloud), self.workspace.root
        return Cloud(store, root=root, sinks=sinks, stand_in=True, destinations=destinations, run=run)


Prepare = Callable[[LocalStack, Cloud, Engine], None]
"""Does what a stack needs before Pulumi runs, in the cloud and in its config."""


def _no_preparation(stack: LocalStack, cloud: Cloud, engine: Engine) -> None:
    pass


def operate(
    stack: LocalStack,
    operation: str,
    *,
    rotate: Iterable[str] = (),
    options: Sequence[str] = (),
    sinks: Mapping[str, str] | None = None,
    destinations: LocalDestinations | None = None,
    prepare: Prepare = _no_preparation,
    failures: Failures | None = None,
) -> Outcome:
    """Run `operation` (up, preview, refresh, destroy), with Pulumi's progress on our output, and say how it ended.

    `rotate` names secrets that are replaced with new ones, `options` go to Pulumi, `sinks` are the local addresses that
    stand for hosts of destinations, `destinations` what stands for the others, `failures` make the cloud fail on
    request (none of these by default), `prepare` is called when the stack has its secrets. What an interrupted run has
    left is repaired first, with a line on standard error for each thing.
    Raises CannotRun when there is no engine, another run is under way, the stack runs, or Pulumi was killed.
    """
    program = binary.find(stack.workspace.root).path
    command, now = f"firedrill {operation} --stack {stack.name}", datetime.now()
    this = Run(f"{command} of {now:%H:%M:%S}", uuid4().hex)
    workspace, project, cloud = stack.workspace, stack.config.project, stack.cloud_of(this.id, sinks, destinations)
    running = exclusive(workspace.running(stack.name), command, now, RUNS)
    with (
        exclusive(workspace.folder / "lock", command, now),
        running if operation in _NOT_WHILE_IT_RUNS else nullcontext(),
        serving(cloud, failures=failures) as variables,
        served(workspace.root) as address,
    ):
        with cloud.store.reading():
            pass  # a state that cannot be read is refused before Pulumi asks for it
        check_whole(workspace, stack.name, project)
        unlock(workspace, stack.name, project)
        missing = write_project(workspace, stack.name, stack.config, rotate)
        engine = Engine(program, workspace.engine, {**workspace.environment(), **variables})
        journal = Journal(workspace.engine / f"{stack.name}.unfinished")
        interrupted = journal.unfinished()
        if not interrupted:
            journal.begin(this)
        make_stack(workspace, engine, stack.name, stack.config, missing)
        prepare(stack, cloud, engine)
        if interrupted:
            _tell(make_good(engine, stack.name, cloud, interrupted))
            journal.begin(this)
        refusal = protection(stack.name, stack.config, exported(engine, stack.name)) if operation == "destroy" else ""
        if refusal:
            outcome = Outcome(ok=False, errors=(refusal,))
            _tell(outcome.errors)
        else:
            outcome = _run(engine, stack.name, operation, options, address)
            _tell(advice_for_this_backend(engine, stack.name, outcome.errors))
        if not outcome.ok:
            _tell(delete_unrecorded(engine, cloud, this))
        journal.end()
    return outcome


def _tell(lines: Iterable[str]) -> None:
    sys.stderr.writelines(f"firedrill: {line}\n" for line in lines)


def _run(engine: Engine, stack: str, operation: str, options: Sequence[str], address: str) -> Outcome:
    arguments = [*_ARGUMENTS[operation], *options, "--stack", stack, "--suppress-permalink=true"]
    if operation in _RUN_THE_PROGRAM:
        arguments += ["--client", address, "--exec-kind", "auto.inline"]
    sys.stdout.flush()
    return engine.operate(*arguments)
