"""Install into .firedrill what stands for Azure (Azurite, from npm) and Google (fake-gcs-server, built by Go), once.

package-lock.json and go.sum hold the hash of all that goes into them. The first build takes Go a few minutes.
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
from firedrill.sinks.programs import FROM_SINKS  # noqa: E402
from tools.engine.build import OF_GO  # noqa: E402

LOCKS = ("package.json", "package-lock.json", ".npmrc", "go.mod", "go.sum")


def main() -> int:
    """Install both, the second even if the first cannot be; returns the exit code (0 both are there)."""
    stamp = ROOT / FROM_SINKS / "stamp"
    wanted = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in LOCKS)).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return 0
    problems = {"Azurite": azurite(), "fake-gcs-server": fake_gcs_server()}
    for name, problem in problems.items():
        if problem:
            print(f"{name} could not be installed:\n{problem}", file=sys.stderr)
    if any(problems.values()):
        return 2
    stamp.write_text(wanted, encoding="utf-8")
    return 0


def azurite() -> str:
    """Install Azurite; returns what went wrong, or ''."""
    bin_folder = ROOT / ".venv" / "bin"
    npm = shutil.which("npm") or shutil.which("npm", path=str(bin_folder))
    if npm is None:
        return "  there is no npm"
    print("installing Azurite from npm (half a minute, 360 MB)", flush=True)
    folder = ROOT / FROM_SINKS
    folder.mkdir(parents=True, exist_ok=True)
    for name in LOCKS[:3]:
        shutil.copyfile(HERE / name, folder / name)
    environment = allowed()
    return run([npm, *NPM_CI], folder, environment | {"PATH": f"{environment['PATH']}{os.pathsep}{bin_folder}"})


def fake_gcs_server() -> str:
    """Build fake-gcs-server; returns what went wrong, or ''."""
    go = shutil.which("go")
    if go is None:
        return "  there is no Go"
    print("building fake-gcs-server (a few minutes the first time)", flush=True)
    environment = {**allowed(*OF_GO), "GOBIN": str(ROOT / ".firedrill" / "bin")}
    return run([go, "install", "tool"], HERE, environment)


if __name__ == "__main__":
    sys.exit(main())
