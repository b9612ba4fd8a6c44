"""What Cloudflare sees of an upload's code before it takes it: that it loads, what it exports, its date.

Source: developers.cloudflare.com/workers/observability/errors (10021: what does not start is not deployed)
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from firedrill.environment import for_child
from firedrill.installed import node
from firedrill.vendors.cloudflare.rules.exports import export_breaches, is_python
from firedrill.vendors.cloudflare.rules.migrations import Live
from firedrill.vendors.cloudflare.rules.scripts import future_date_breaches
from firedrill.vendors.errors import refuse
from firedrill.vendors.rules.breach import Breach

_TOLD = re.compile(
    r"^\[stdin\]:(?P<line>\d+)\n(?P<code>.*)\n(?P<mark>[ \t]*)(?:\^.*)?\n\n(?P<text>SyntaxError: .*)", re.MULTILINE
)
_NEWER = re.compile(r"\busing\s+[\w$]|: Invalid group$|: Duplicate capture group name$", re.MULTILINE)
"""What workerd reads and Node 20 does not: `using`, and modifiers and names used twice in regular expressions."""
_CHECK_S = 20


def check_code(script: Mapping[str, Any], live: Live, now: str, root: Path) -> None:
    """Raise FiredrillError for what Cloudflare would refuse of an upload (API JSON) as it is in the files at `root`.

    Code that is not there is not looked at; the date (RFC 3339) is held all the same.
    """
    code = script_code(script, root)
    of_date = future_date_breaches(script.get("compatibility_date"), now)
    breaches = of_date if code is None else code_breaches(script, code, live, now, root)
    refuse(f"WorkersScript {script['script_name']!r}", breaches)


def script_code(script: Mapping[str, Any], root: Path) -> str | None:
    """The code of an upload (API JSON), or of its file, whose path starts from `root`; None where there is none."""
    given, file = script.get("content"), script.get("content_file")
    if isinstance(given, str):
        return given
    try:
        return (root / file).read_text(encoding="utf-8") if isinstance(file, str) else None
    except (OSError, ValueError):
        return None


_UNCOMPILED = (
    "no runtime knows decorators yet, and the bundler has left one as it is (Vite 8 does); let it compile them, or"
    " observe the class by the function observeObject"
)


def code_breaches(script: Mapping[str, Any], code: str, live: Live, now: str, root: Path) -> Iterator[Breach]:
    """What Cloudflare would refuse of the code of an upload (API JSON), given what it holds for the script.

    `now` is the time (RFC 3339), `root` the project's folder, which may have a Node of its own. Python is not
    looked at.
    """
    yield from future_date_breaches(script.get("compatibility_date"), now)
    if is_python(script):
        return
    if wrong := _syntax_error(code, root.resolve()):
        line, column, text = wrong
        place = f"{script.get('main_module') or 'worker.mjs'}:{line}:{column}"
        allowed = f"a module without syntax errors (Cloudflare: Uncaught {text} at {place} [code: 10021])"
        at_line = "".join(code.split("\n")[line - 1 : line])
        change = _UNCOMPILED if at_line[column - 1 : column] == "@" else "correct the code"
        yield Breach("content", f"code that does not load, {place}: {text}", allowed, change)
    else:
        yield from export_breaches(script, code, live)


@lru_cache
def _syntax_error(code: str, root: Path) -> tuple[int, int, str] | None:
    """Line, column and V8's text of the first syntax error of a module; None where there is no Node to tell it."""
    program = node(root)
    if program is None:
        return None
    command = [str(program), "--input-type=module", "--check", "-"]
    given = code.encode(errors="replace")  # half of a surrogate pair cannot be uploaded
    try:
        done = subprocess.run(command, env=for_child(), input=given, capture_output=True, timeout=_CHECK_S, check=False)
    except subprocess.TimeoutExpired:
        return None
    found = _TOLD.search(done.stderr.decode(errors="replace")) if done.returncode else None
    if found is None or _NEWER.search(f"{found['code']}\n{found['text']}"):
        return None
    return int(found["line"]), len(found["mark"]) + 1, found["text"]
