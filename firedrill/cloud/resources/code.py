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

from firedrill.cloud.resource_type import Surroundings
from firedrill.environment import for_child
from firedrill.installed import node
from firedrill.vendors.cloudflare.rules.exports import export_breaches
from firedrill.vendors.cloudflare.rules.migrations import Live
from firedrill.vendors.cloudflare.rules.scripts import future_date_breaches
from firedrill.vendors.rules.breach import Breach

_TOLD = re.compile(r"^\[stdin\]:(?P<line>\d+)\n.*\n(?P<mark> *)\^.*\n\n(?P<text>SyntaxError: .*)", re.MULTILINE)
_CHECK_S = 20


def code_breaches(script: Mapping[str, Any], code: str, live: Live, around: Surroundings) -> Iterator[Breach]:
    """What Cloudflare would refuse of the code of an upload (API JSON), given what it holds for the script."""
    yield from future_date_breaches(script.get("compatibility_date"), around.now)
    if wrong := _syntax_error(code, around.root.resolve()):
        line, column, text = wrong
        place = f"{script.get('main_module') or 'worker.mjs'}:{line}:{column}"
        allowed = f"a module without syntax errors (Cloudflare: Uncaught {text} at {place} [code: 10021])"
        yield Breach("content", f"code that does not load, {place}: {text}", allowed, "correct the code")
    else:
        yield from export_breaches(script, code, live)


@lru_cache
def _syntax_error(code: str, root: Path) -> tuple[int, int, str] | None:
    """Line, column and V8's text of the first syntax error of a module; None where there is no Node to read it."""
    program = node(root)
    if program is None:
        return None
    command = [str(program), "--input-type=module", "--check", "-"]
    done = subprocess.run(
        command, env=for_child(), input=code.encode(), capture_output=True, timeout=_CHECK_S, check=False
    )
    found = _TOLD.search(done.stderr.decode(errors="replace")) if done.returncode else None
    return (int(found["line"]), len(found["mark"]) + 1, found["text"]) if found else None
