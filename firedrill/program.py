"""The project's own program, run in this process as often as wanted."""

from __future__ import annotations

import runpy
import sys
import traceback
from pathlib import Path

import pulumi

from firedrill.errors import unwritable
from firedrill.vendors.errors import FiredrillError


def run_main(root: Path) -> None:
    """Run `root`/__main__.py; whatever goes wrong in it is raised as FiredrillError, a mistake with its place.

    CannotRun when a file cannot be written, as in a checkout that is read-only.
    """
    sys.path.insert(0, str(root))
    try:
        runpy.run_path(str(root / "__main__.py"), run_name="__main__")
    except FiredrillError:
        raise
    except pulumi.RunError as error:
        raise FiredrillError(str(error)) from error
    except Exception as error:
        refused = unwritable(error) if isinstance(error, OSError) else None
        if refused is not None:
            raise refused from error
        raise FiredrillError(f"The Pulumi program failed: {_place(error, root)}{told(error)}") from error
    finally:
        sys.path.remove(str(root))


def told(error: Exception) -> str:
    """An unexpected error on one line."""
    return f"{type(error).__name__}: {error}"


def _place(error: Exception, root: Path) -> str:
    """The last line of the project that an error came through."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if Path(f.filename).is_relative_to(root) and "site-packages" not in f.filename]
    return f"{Path(own[-1].filename).relative_to(root)}, line {own[-1].lineno}: " if own else ""
