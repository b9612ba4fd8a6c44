"""`python -m bench [NAME ...]`: run the benchmarks and print their tables."""

from __future__ import annotations

import sys
from collections.abc import Callable

from bench import command, growth, monitors, pipeline, preview, stages

BENCHMARKS: dict[str, Callable[[], None]] = {
    "stages": stages.main,
    "pipeline": pipeline.main,
    "command": command.main,
    "monitors": monitors.main,
    "growth": growth.main,
    "preview": preview.main,
}


def main(names: list[str]) -> int:
    """Run the named benchmarks, all by default; returns 2 for a name that does not exist."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"no benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    for name in names or BENCHMARKS:
        print(f"\n== {name}")
        BENCHMARKS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
