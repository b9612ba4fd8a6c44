"""How the stacks of a project stand: deployed or not, running or not, and what their monitors say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from firedrill.live import control
from firedrill.live.events import MonitorState, Standing
from firedrill.project import stacks
from firedrill.schemas import VERSION
from firedrill.vendors.errors import FiredrillError

_OK = "OK"


@dataclass(frozen=True)
class StackStatus:
    """A stack: whether the local cloud holds it, and how it stands if it runs (`process` since `since`, ISO 8601)."""

    stack: str
    deployed: bool
    process: int = 0
    since: str = ""
    standing: Standing | None = None


def statuses(root: Path, folder: Path, state: Path) -> list[StackStatus]:
    """Every stack that has a config in `root` or a state in `state`, Pulumi's backend; `folder` is the workspace's."""
    files = {each.stem: each for each in sorted((state / ".pulumi" / "stacks").glob("*/*.json"))}
    return [_status(name, files.get(name), folder) for name in sorted({*stacks(root), *files})]


def to_json(found: Sequence[StackStatus]) -> str:
    """One JSON object: `version`, and `stacks` with `deployed`, `running` and, of those that run, everything else."""
    return json.dumps({"version": VERSION, "stacks": [_document(each) for each in found]}, indent=2) + "\n"


def lines(found: Sequence[StackStatus]) -> Iterator[str]:
    """A line for each stack, and for one that runs where it answers and which monitors are not OK.

    One line says it when the project has no stacks.
    """
    if not found:
        yield "the project has no stacks; a stack is a file Pulumi.<stack>.yaml beside Pulumi.yaml"
    width = max((len(each.stack) for each in found), default=0)
    for each in found:
        yield f"{each.stack:<{width}}  {_spoken(each)}"
        if each.standing:
            yield from (f"  {name} answers at {address}" for name, address in each.standing.addresses.items())
            yield from (f"  fault: {fault}" for fault in each.standing.faults)
            wrong = [monitor for monitor in each.standing.monitors if monitor.state != _OK]
            yield from (f"  {monitor.state}: {_named(monitor)}" for monitor in wrong)
            if not each.standing.monitors:
                yield "  no monitor has been evaluated"
            elif not wrong:
                yield f"  all {len(each.standing.monitors)} monitors are OK"


def _status(stack: str, state: Path | None, folder: Path) -> StackStatus:
    deployed = state is not None and _holds_any(state)
    try:
        with closing(control.watch(folder, stack)) as events:
            standing = next((event for event in events if isinstance(event, Standing)), None)
        known = control.reached(folder, stack)
    except (FiredrillError, OSError, ValueError):  # it does not run, or has ended just now
        return StackStatus(stack, deployed)
    return StackStatus(stack, deployed, known["process"], known["since"], standing)


def _holds_any(state: Path) -> bool:
    """Whether Pulumi's state of a stack has a resource besides the stack and providers."""
    try:
        latest = json.loads(state.read_text(encoding="utf-8"))["checkpoint"]["latest"] or {}
    except (OSError, ValueError, KeyError, TypeError):  # a killed Pulumi may leave an empty one
        return False
    return any(not each["type"].startswith("pulumi:") for each in latest.get("resources") or ())


def _spoken(status: StackStatus) -> str:
    if status.standing:
        return f"running since {status.since} (process {status.process})"
    if status.deployed:
        return f"deployed, not running; run it with: firedrill up --stack {status.stack}"
    return "not deployed"


def _named(monitor: MonitorState) -> str:
    group = f" [{monitor.group}]" if monitor.group else ""
    value = "" if monitor.value is None else f", {monitor.value:.4g} against {monitor.threshold}"
    more = f" and {monitor.alike - 1} more" if monitor.alike > 1 else ""
    return f"{monitor.service} {monitor.monitor}{group}{more}{value}".strip()


def _document(status: StackStatus) -> dict[str, Any]:
    known: dict[str, Any] = {
        "stack": status.stack,
        "deployed": status.deployed,
        "running": status.standing is not None,
    }
    if standing := status.standing:
        known |= {
            "process": status.process,
            "since": status.since,
            "addresses": standing.addresses,
            "speed": standing.speed,
            "faults": list(standing.faults),
            "traceEvents": standing.events,
            "logs": standing.logs,
            "monitors": [asdict(monitor) for monitor in standing.monitors],
        }
    return known
