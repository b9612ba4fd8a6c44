"""The Pulumi CLI as a child process that ends with us, however we end."""

from __future__ import annotations

import json
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from firedrill.errors import CannotRun
from firedrill.guard import guarded


@dataclass(frozen=True)
class Outcome:
    """How an operation ended: whether Pulumi was content, what it did by kind, and the errors that it told.

    `changes` counts resources by Pulumi's words: create, update, replace, delete, same, refresh, ...
    """

    ok: bool
    changes: Mapping[str, int] = field(default_factory=dict)
    errors: Sequence[str] = ()


@dataclass(frozen=True)
class Engine:
    """The CLI `program` in the folder of its project file, with this environment and no other."""

    program: Path
    folder: Path
    environment: Mapping[str, str]

    def call(self, *arguments: str, given: str = "") -> str:
        """Run a command that shows nothing, with `given` as its standard input; returns what it printed.

        Raises CannotRun with what it said when it fails.
        """
        process = subprocess.Popen(
            [str(self.program), "--non-interactive", *arguments],
            cwd=self.folder,
            env=dict(self.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        with process, guarded(process):
            printed, said = process.communicate(given.encode())
        if process.returncode:
            told = (said.strip() or printed.strip()).decode(errors="replace")
            raise CannotRun(f"pulumi {' '.join(arguments[:2])} failed:\n{told}")
        return printed.decode()

    def operate(self, *arguments: str) -> Outcome:
        """Run an operation on a stack that shows its progress on our own terminal, or wherever our output goes.

        Ctrl-C makes Pulumi stop after the steps that it has started, a second one at once; KeyboardInterrupt follows.
        Raises CannotRun when Pulumi was killed.
        """
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix="events-") as events:
            command = [str(self.program), *arguments, "--event-log", events.name]
            process = subprocess.Popen(command, cwd=self.folder, env=dict(self.environment), start_new_session=True)
            with guarded(process, Path(events.name)):
                interrupted = False
                while process.returncode is None:
                    try:
                        process.wait()
                    except KeyboardInterrupt:
                        interrupted = True
                        process.send_signal(signal.SIGINT)
            if interrupted:
                raise KeyboardInterrupt
            if process.returncode < 0:
                name = signal.Signals(-process.returncode).name
                raise CannotRun(
                    f"Pulumi was killed by {name}. Run the command again: it continues from where it stopped."
                )
            return _outcome(process.returncode, Path(events.name).read_text(encoding="utf-8"))


def _outcome(code: int, log: str) -> Outcome:
    """What an event log tells.

    Source: github.com/pulumi/pulumi, sdk/go/common/apitype/events.go
    """
    events = [json.loads(line) for line in log.splitlines()]
    summaries = [event["summaryEvent"] for event in events if "summaryEvent" in event]
    said = [event["diagnosticEvent"] for event in events if "diagnosticEvent" in event]
    return Outcome(
        ok=code == 0,
        changes=summaries[-1]["resourceChanges"] if summaries else {},
        errors=tuple(each["message"] for each in said if each["severity"] == "error"),
    )
