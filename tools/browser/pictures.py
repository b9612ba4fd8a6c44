"""Make the README's pictures: drill the stack dev, open its report in a browser, and keep what it looks like.

.venv/bin/python tools/browser/pictures.py     after make browser; a minute or two
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from firedrill.environment import for_python  # noqa: E402 - found through the line above
from firedrill.errors import CannotRun  # noqa: E402
from tools.browser.opened import opened  # noqa: E402

PART = "#conversation-state--do-error-rate"
"""The alert that is pictured."""
PICTURES = {"top.png": "docs/report.png", "part.png": "docs/report-alert.png"}


def main() -> int:
    """Write the pictures; returns the exit code of the drill, or 2 where there is no browser."""
    with TemporaryDirectory() as folder:
        page = Path(folder, "report.html")
        command = [sys.executable, "-m", "firedrill", "drill", "--stack", "dev", "--html", str(page)]
        done = subprocess.run(command, cwd=ROOT, env=for_python(ROOT), check=False)
        if done.returncode:
            return done.returncode
        try:
            opened(page, Path(folder), PART)
        except CannotRun as error:
            print(error, file=sys.stderr)
            return 2
        for made, kept in PICTURES.items():
            shutil.copyfile(Path(folder, made), ROOT / kept)
    return 0


if __name__ == "__main__":
    sys.exit(main())
