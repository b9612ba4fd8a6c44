"""Check the types of the Worker, and write the declarations of its npm package, or with --check say what is stale.

The declarations are made from the JSDoc by the pinned TypeScript, for all that `exports` of package.json lead to. They
are in a folder of their own: beside the modules, TypeScript would read them in place of the JSDoc.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from firedrill.environment import for_child  # noqa: E402 - found through the line above

PACKAGE = Path("firedrill", "worker")
TYPES = PACKAGE / "types"
_NAMED = re.compile(r'(?:from |import\()"\./(\w+)\.mjs"')


def main(arguments: list[str]) -> int:
    """Write what differs; with --check write nothing. 1 when TypeScript refuses the sources or something is stale."""
    node = shutil.which("node") or shutil.which("node", path=str(ROOT / ".venv" / "bin"))
    if node is None:
        print("no Node, so that no types were checked")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        command = [node, "node_modules/typescript/bin/tsc", "--project", "worker", "--noEmit", "false"]
        command += ["--declaration", "--emitDeclarationOnly", "--rootDir", ".", "--outDir", folder]
        if subprocess.run(command, cwd=ROOT, env=for_child(), check=False).returncode:
            return 1
        made = {file.name: file.read_text() for file in (Path(folder) / PACKAGE).glob("*.d.mts")}
    wanted = {(ROOT / TYPES / name): made[name] for name in reached(made)}
    stale = [file for file, text in wanted.items() if not file.is_file() or file.read_text() != text]
    extra = [file for file in (ROOT / TYPES).glob("*") if file not in wanted]
    for file in [*stale, *extra]:
        told = f"{file.relative_to(ROOT)} is out of date; update it with: make gen" if arguments == ["--check"] else ""
        print(told or f"wrote {file.relative_to(ROOT)}")
    if arguments == ["--check"]:
        return 1 if stale or extra else 0
    (ROOT / TYPES).mkdir(exist_ok=True)
    for file in stale:
        file.write_text(wanted[file])
    for file in extra:
        file.unlink()
    return 0


def reached(made: Mapping[str, str]) -> list[str]:
    """The names of declarations to which the package's exports lead, sorted."""
    exports = json.loads((ROOT / PACKAGE / "package.json").read_text())["exports"].values()
    left = [PurePosixPath(each["types"]).name for each in exports if isinstance(each, dict)]
    found = set()
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += [f"{module}.d.mts" for module in _NAMED.findall(made[name])]
    return sorted(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
