"""A page as a browser shows it: what it asks for and says, what axe-core finds, whether it fits; and pictures."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from firedrill.environment import for_child
from firedrill.errors import CannotRun

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FOLDER = ROOT / ".firedrill" / "browser"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
"""What a Chromium on PATH is called; without one, the one from npm opens the page."""
PATIENCE_S = 300


def missing() -> str:
    """Why no page can be opened on this machine, "" where it can."""
    if not (FOLDER / "stamp").is_file():
        return "no browser is installed: make browser"
    return "" if _node() else "there is no Node"


def opened(page: Path, pictures: Path | None = None, part: str = "") -> dict[str, Any]:
    """What open.mjs finds on the page; in the folder `pictures` it leaves what it and its `part` look like.

    Raises CannotRun where there is no browser, or where it fails.
    """
    if why := missing():
        raise CannotRun(why)
    unpacked = FOLDER / "unpacked"
    unpacked.mkdir(exist_ok=True)
    chromium = next(filter(None, map(shutil.which, BROWSERS)), "")
    wanted = [str(pictures.resolve()), part] if pictures else []
    command = [_node(), str(HERE / "open.mjs"), str(page.resolve()), *wanted]
    environment = {**for_child(), "TMPDIR": str(unpacked), "CHROMIUM": chromium}
    done = subprocess.run(
        command, cwd=FOLDER, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )
    if done.returncode:
        raise CannotRun(f"the browser failed on {str(page)!r}:\n{done.stderr.strip()}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _node() -> str:
    return shutil.which("node") or shutil.which("node", path=str(ROOT / ".venv" / "bin")) or ""
