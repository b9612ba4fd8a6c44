"""Where the programs are that Firedrill starts: one rule for workerd, esbuild and the Pulumi CLI.

Standard library alone: set-up uses it before anything is installed.
"""

from __future__ import annotations

from pathlib import Path

PACKAGES = Path(__file__).resolve().parents[1]
"""What this package is imported from: a checkout, or the site-packages of an environment."""
FROM_NPM = Path(".firedrill", "npm")
"""Where `firedrill setup` installs in a project."""
WITHOUT_BUNDLES = "FIREDRILL_WITHOUT_BUNDLES"
"""The variable that says, while a program is rendered, that nobody will run its Workers."""
_BUILT = Path(".firedrill", "pulumi")


def is_checkout() -> bool:
    """Whether this package lies in a checkout, which has its own set-up: make setup."""
    return (PACKAGES / "tools" / "setup.py").is_file()


def how_to_set_up(root: Path) -> str:
    """The command that installs workerd and esbuild for the project in `root`."""
    return "make setup" if is_checkout() and root.resolve() == PACKAGES else "firedrill setup"


def from_npm(root: Path, pattern: str) -> Path | None:
    """The first file of an npm package that the project in `root` has, by its path in node_modules; None for none.

    What `firedrill setup` brought comes first: this version of Firedrill is tested with it. Then node_modules as Node
    looks for it, in the project's folder and those above; then that of the checkout that Firedrill runs from.
    """
    here = root.resolve()
    places = [here / FROM_NPM, here, *here.parents, *_checkout()]
    return next((found for place in places for found in sorted(place.glob(f"node_modules/{pattern}"))), None)


def pulumi_in(folder: Path, version: str) -> Path:
    """Where the Pulumi CLI of a version is that was built for a project."""
    return folder / _BUILT / version / "bin" / "pulumi"


def built_pulumi(root: Path) -> dict[str, Path]:
    """The Pulumi CLIs by version that were built for the project in `root`, else for the checkout of Firedrill."""
    for place in (root, *_checkout()):
        found = {path.parents[1].name: path for path in (place / _BUILT).glob("*/bin/pulumi")}
        if found:
            return found
    return {}


def _checkout() -> list[Path]:
    return [PACKAGES] if is_checkout() else []
