"""Hold a commit's subject to fewer than 72 characters, so that lists of commits show it whole: a commit-msg hook."""

from __future__ import annotations

import re
import sys
from pathlib import Path

LIMIT = 72


def problem(message: str) -> str:
    """What is wrong with the subject of this message, or ''; git's comments and marks to squash do not count."""
    lines = [line for line in message.splitlines() if line.strip() and not line.startswith("#")]
    subject = re.sub(r"^(?:(?:fixup|squash|amend)! )+", "", lines[0]) if lines else ""
    if len(subject) < LIMIT:
        return ""
    return (
        f"The subject has {len(subject)} characters; fewer than {LIMIT} are allowed:\n  {subject}\n"
        "Shorten it, and move the rest below an empty line."
    )


def main(arguments: list[str]) -> int:
    """Check the message in the file that git names; exit code 1 when its subject is too long."""
    told = problem(Path(arguments[0]).read_text(encoding="utf-8"))
    if told:
        print(told, file=sys.stderr)
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
