"""A cloud that fails half-way: at each change in turn; the next update completes what it left."""

from __future__ import annotations

import itertools
import math
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

from firedrill.cloud.injected_failures import Failures, Moment
from firedrill.installed import PACKAGES as REPOSITORY

if TYPE_CHECKING:
    from tests.engine.conftest import Local

pytestmark = [
    pytest.mark.engine,
    pytest.mark.filterwarnings("ignore:.* has been deprecated:DeprecationWarning"),  # when the providers are imported
]


EVERY = int(os.environ.get("FIREDRILL_EVERY", "6"))
"""Of the many changes of a shipped stack, each of this many is tried: all in `make soak`, a slice elsewhere."""


def each_change(moment: Moment, every: int = 1) -> Iterator[Failures]:
    """A failure at the first change, at the one `every` changes later, and so on until there is no such change."""
    for call in itertools.count(1, every):
        failures = Failures(call, moment)
        yield failures
        if failures.calls < call:
            return


def copy(local: Local, folder: Path) -> Local:
    """The same stack and cloud once more, in another folder."""
    shutil.copytree(local.folder, folder)
    return local.moved(folder)


def test_a_deployment_that_fails_at_one_of_its_changes_is_completed_by_the_next(
    of: Callable[[Path, str, Path], Local], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    undisturbed = of(REPOSITORY, "dev", tmp_path / "undisturbed")
    undisturbed.did("preview")  # makes the stack and its secrets
    fresh = copy(undisturbed, tmp_path / "fresh")
    undisturbed.did("up")
    tried = 0
    for failures in each_change("lost", EVERY):
        local = copy(fresh, tmp_path / f"{tried}")
        failed = not local.run("up", failures=failures).ok
        local.did("up")
        assert local.held() == undisturbed.held()
        assert local.agrees()
        tried += failed
    assert tried == math.ceil(len(undisturbed.entries()) / EVERY)
    with capsys.disabled():
        sys.stdout.write(f"\nfailed at {tried} of the changes of stack dev: 0 left over, 0 twice\n")


@pytest.mark.parametrize("moment", get_args(Moment))
def test_whatever_fails_in_whichever_way_is_made_good(small: Local, tmp_path: Path, moment: Moment) -> None:
    small.did("preview")
    fresh = copy(small, tmp_path / "fresh")
    small.did("up")
    first = small.held()
    deployed = copy(small, tmp_path / "deployed")
    small.configure(critical=7)
    small.did("up")
    for number, failures in enumerate(each_change(moment)):
        local = copy(fresh, tmp_path / f"create-{number}")
        local.run("up", failures=failures)
        local.did("up")
        assert local.held() == first
        assert local.agrees()
    for number, failures in enumerate(each_change(moment)):
        local = copy(deployed, tmp_path / f"update-{number}")
        local.configure(critical=7)
        local.run("up", failures=failures)
        local.did("up")
        assert local.held() == small.held()
        assert local.agrees()
    for number, failures in enumerate(each_change(moment)):
        local = copy(deployed, tmp_path / f"destroy-{number}")
        local.run("destroy", failures=failures)
        local.did("destroy")
        assert not local.entries()
