"""Write every generated file, or with --check say which ones are stale."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from components import catalogue, error_categories, telemetry  # noqa: E402 - found through the line above
from firedrill import reference, support  # noqa: E402
from firedrill.scenarios import page as drill_file  # noqa: E402
from policies import report  # noqa: E402


def generated() -> dict[str, str]:
    """The text of every generated file by its path in the project."""
    return {
        "worker/src/contract.mjs": telemetry.javascript_constants(),
        "docs/metrics.md": catalogue.metrics_markdown(),
        "docs/monitors.md": catalogue.monitors_markdown(),
        "docs/errors.md": error_categories.error_categories_markdown(),
        "docs/config.md": catalogue.config_markdown(),
        "docs/support.md": support.markdown(),
        "docs/policies.md": report.markdown(),
        "docs/cli.md": reference.markdown(),
        "docs/drill-file.md": drill_file.markdown(),
    }


def main(arguments: list[str]) -> int:
    """Write what differs; with --check write nothing and return 1 when something does."""
    stale = {name: text for name, text in generated().items() if not _holds(ROOT / name, text)}
    if arguments == ["--check"]:
        for name in stale:
            print(f"{name} is stale; write it anew with: make gen")
        return 1 if stale else 0
    for name, text in stale.items():
        (ROOT / name).write_text(text)
        print(f"wrote {name}")
    return 0


def _holds(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
