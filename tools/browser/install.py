"""Install from npm into .firedrill/browser what opens the report: playwright-core, axe-core and a Chromium.

package-lock.json holds the hash of all that goes into it (70 MB, and 210 MB once the Chromium is unpacked).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from firedrill.setup import NPM_CI, allowed, run  # noqa: E402 - found through the line above
from tools.browser.opened import FOLDER  # noqa: E402

LOCKS = ("package.json", "package-lock.json", ".npmrc")


def main() -> int:
    """Install what is missing; returns the exit code (0 it is there, 2 it cannot be installed here)."""
    stamp = FOLDER / "stamp"
    wanted = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in LOCKS)).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return 0
    bin_folder = ROOT / ".venv" / "bin"
    npm = shutil.which("npm") or shutil.which("npm", path=str(bin_folder))
    if npm is None:
        print("the browser could not be installed:\n  there is no npm", file=sys.stderr)
        return 2
    print("installing a browser from npm (a quarter of a minute, 280 MB)", flush=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in LOCKS:
        shutil.copyfile(HERE / name, FOLDER / name)
    environment = allowed()
    path = f"{environment['PATH']}{os.pathsep}{bin_folder}"
    problem = run([npm, *NPM_CI], FOLDER, environment | {"PATH": path})
    if problem:
        print(f"the browser could not be installed:\n{problem}", file=sys.stderr)
        return 2
    stamp.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
