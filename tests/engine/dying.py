"""Run an operation of a project, by default the small, and kill somebody in the middle.

Arguments: FOLDER OPERATION VICTIM CALL MOMENT [PROJECT].

The VICTIM (us, pulumi, nobody; or ctrl-c, which we survive) dies before or after (MOMENT) the cloud has made the
CALL-th change.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from firedrill.cloud.cloud import Cloud
from firedrill.engine.operations import LocalStack, operate
from firedrill.engine.workspace import Workspace
from firedrill.errors import CannotRun
from firedrill.render import stack_config

SMALL = Path(__file__).parent / "small"
folder, operation, victim, call, moment, *others = sys.argv[1:]
project = Path(others[0]) if others else SMALL
calls = 0


def dying(change: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*args: Any, **options: Any) -> Any:
        global calls
        if options.get("preview"):
            return change(*args, **options)
        calls += 1
        last = calls == int(call)
        if last and moment == "before":
            kill()
        result = change(*args, **options)
        if last and moment == "after":
            kill()
        return result

    return wrapped


def kill() -> None:
    if victim != "pulumi":
        os.kill(os.getpid(), signal.SIGKILL if victim == "us" else signal.SIGINT)
        return
    listed = subprocess.run(
        ["/bin/ps", "-A", "-ww", "-o", "pid=,args="], capture_output=True, text=True, check=True
    ).stdout
    for line in listed.splitlines():
        pid, _, arguments = line.strip().partition(" ")
        if "--event-log" in arguments and folder in arguments:
            os.kill(int(pid), signal.SIGKILL)


for method in ("create", "update", "delete"):
    setattr(Cloud, method, dying(getattr(Cloud, method)))
try:
    operate(LocalStack(Workspace(project, Path(folder)), "dev", stack_config.read("dev", project)), operation)
except CannotRun as error:
    sys.exit(str(error))
