"""A revision of the project as a folder of its own."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from firedrill.environment import NETWORK, for_child
from firedrill.errors import CannotRun
from firedrill.vendors.errors import FiredrillError

WORKING_TREE = ""
_INSTALLED = ("node_modules",)
"""What set-up puts beside the sources: every revision is rendered with what is installed now."""

_OF_GIT = (
    *("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_SYSTEM", "GIT_DIR", "GIT_WORK_TREE"),
    *("GIT_SSH", "GIT_SSH_COMMAND", "SSH_AUTH_SOCK", *NETWORK),
)
"""Where the repository and the settings are, and how to reach a remote: a partial clone fetches what it lacks."""


@contextmanager
def checkout(root: Path, revision: str) -> Iterator[Path]:
    """The folder with the files of `revision`; `root` itself for WORKING_TREE. It is gone when the block ends.

    Raises FiredrillError for a revision that git does not know, CannotRun where there is no git.
    """
    if revision == WORKING_TREE:
        yield root
        return
    found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").split()
    if len(found) != 1:  # a range is two
        raise FiredrillError(f"there is no revision {revision!r} here; name a branch, a tag or a commit.{_hint(root)}")
    commit = found[0].decode()
    if not _git(root, "ls-tree", commit, "."):
        raise FiredrillError(f"the revision {revision!r} has no files in this folder; name one that has the project.")
    with tempfile.TemporaryDirectory(prefix="firedrill-") as folder:
        with tarfile.open(fileobj=io.BytesIO(_git(root, "archive", "--format=tar", commit, "."))) as archive:
            archive.extractall(folder, filter="data")
        for name in _INSTALLED:
            if (root / name).exists():
                Path(folder, name).symlink_to((root / name).resolve(), target_is_directory=True)
        yield Path(folder)


def have_same_files(root: Path, base: str, head: str) -> bool:
    """Whether two revisions have the same files, in the whole repository; files that git ignores belong to none.

    WORKING_TREE is the one with all that is not committed. Raises what `checkout` raises for revisions that exist.
    """
    compared = ["diff", "--quiet", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none", base]
    if head != WORKING_TREE:
        return _succeeds(root, *compared, head, "--")
    return not _git(root, "ls-files", "--others", "--exclude-standard", ":/") and _succeeds(root, *compared, "--")


def changed_files(root: Path, base: str, head: str) -> int:
    """How many files differ between two revisions, in the whole repository; those that git ignores belong to none."""
    compared = ["diff", "--name-only", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none", "-z", base]
    if head != WORKING_TREE:
        return _git(root, *compared, head, "--").count(b"\0")
    others = _git(root, "ls-files", "--others", "--exclude-standard", "-z", ":/")
    return (_git(root, *compared, "--") + others).count(b"\0")


def _hint(root: Path) -> str:
    if _git(root, "rev-parse", "--is-shallow-repository").strip() != b"true":
        return ""
    return " This clone is shallow: fetch more of it, with git fetch --unshallow, or fetch-depth in GitHub's checkout."


def _git(root: Path, *arguments: str) -> bytes:
    """What git prints; nothing when a --quiet command has nothing to say."""
    return _run(root, *arguments).stdout


def _succeeds(root: Path, *arguments: str) -> bool:
    """Whether a --quiet command of git finds nothing to object to."""
    return _run(root, *arguments).returncode == 0


def _run(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        command = ["git", "-C", str(root), *arguments]
        done = subprocess.run(command, env=for_child(*_OF_GIT), capture_output=True, check=False)
    except OSError as error:
        raise CannotRun(f"git cannot be started ({error.strerror}); install it to compare revisions.") from error
    if done.returncode != 0 and done.stderr:
        said = done.stderr.decode(errors="replace").strip()
        raise FiredrillError(f"git could not look up the revision to compare with, in {str(root.resolve())!r}: {said}")
    return done
