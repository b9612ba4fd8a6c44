"""Write every generated file, or with --check say which ones are stale."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.pages import (  # noqa: E402 - found through the line above
    cli_page,
    config_page,
    destinations_page,
    drill_file_page,
    errors_page,
    metrics_page,
    monitors_page,
    policies_page,
    prices_page,
    proofs,
    support_page,
    worker_contract,
)


def generated() -> dict[str, str]:
    """The text of every generated file by its path in the project."""
    return {
        "firedrill/worker/contract.mjs": worker_contract.javascript(),
        "docs/metrics.md": metrics_page.markdown(),
        "docs/monitors.md": monitors_page.markdown(),
        "docs/errors.md": errors_page.markdown(),
        "docs/config.md": config_page.markdown(),
        "docs/destinations.md": destinations_page.markdown(),
        "docs/support.md": support_page.markdown(),
        "docs/policies.md": policies_page.markdown(),
        "docs/prices.md": prices_page.markdown(),
        "docs/cli.md": cli_page.markdown(),
        "docs/drill-file.md": drill_file_page.markdown(),
        **proofs.sections(),
    }


def main(arguments: list[str]) -> int:
    """Write what differs; with --check write nothing and return 1 when something does."""
    stale = {name: text for name, text in generated().items() if not _holds(ROOT / name, text)}
    if arguments == ["--check"]:
        for name in stale:
            print(f"{name} is out of date; update it with: make gen")
        return 1 if stale else 0
    for name, text in stale.items():
        (ROOT / name).write_text(text)
        print(f"wrote {name}")
    return 0


def _holds(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
