from __future__ import annotations

import json
import multiprocessing
import stat
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from firedrill.cloud.state import Entry, State
from firedrill.cloud.store import Store, read
from firedrill.cloud.values import Secret
from firedrill.vendors.errors import FiredrillError

REPOSITORY = Path(__file__).parents[2]


def _add(store: Store, key: str) -> None:
    with store.changing() as state:
        state.of("t")[key] = Entry(key, {"text": Secret(f"s3cr3t-{key}"), "plain": key})


def _keys(file: Path) -> set[str]:
    return set(read(file).of("t"))


def _add_many(file: Path, name: str) -> None:
    store = Store(file)
    for number in range(20):
        _add(store, f"{name}{number}")


class _Died(BaseException):
    """The process ended here."""


def test_a_missing_file_is_an_empty_state(state_file: Path) -> None:
    assert read(state_file) == State()


def test_a_change_is_there_for_the_next_process(state_file: Path) -> None:
    _add(Store(state_file), "a")
    with Store(state_file).reading() as state:
        assert state.of("t")["a"] == Entry("a", {"text": Secret("s3cr3t-a"), "plain": "a"})


def test_only_the_owner_can_read_the_file(state_file: Path) -> None:
    _add(Store(state_file), "a")
    assert stat.S_IMODE(state_file.stat().st_mode) == 0o600


def test_secrets_are_in_the_vault_and_nowhere_else(state_file: Path) -> None:
    _add(Store(state_file), "a")
    value = json.loads(state_file.read_text())
    assert value.pop("vault") == {"t": {"a": {"/inputs/text": "s3cr3t-a"}}}
    assert "s3cr3t" not in json.dumps(value)


def test_a_block_that_fails_changes_nothing(state_file: Path) -> None:
    store = Store(state_file)
    _add(store, "a")

    def fail() -> None:
        with store.changing() as state:
            state.of("t")["b"] = Entry("b", {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.reading() as state:
        assert set(state.of("t")) == {"a"}


@pytest.mark.parametrize("is_replaced", [False, True])
@pytest.mark.parametrize("death", range(1, 6))
def test_a_process_that_dies_while_it_writes_leaves_the_state_before_or_after_its_change(
    state_file: Path, death: int, is_replaced: bool
) -> None:
    writes: list[Path] = []

    def replace(new: Path, old: Path) -> None:
        writes.append(new)
        if len(writes) == death and not is_replaced:
            raise _Died
        new.replace(old)
        if len(writes) == death:
            raise _Died

    store = Store(state_file, replace)
    keys = [f"k{number}" for number in range(1, 6)]
    with pytest.raises(_Died):
        list(map(partial(_add, store), keys))
    assert _keys(state_file) == set(keys[: death if is_replaced else death - 1])
    _add(Store(state_file), "next")
    assert _keys(state_file) == {*keys[: death if is_replaced else death - 1], "next"}


_ADD_FOR_EVER = """
import itertools, sys
from pathlib import Path
from firedrill.cloud.state import Entry
from firedrill.cloud.store import Store
store = Store(Path(sys.argv[1]))
for number in itertools.count(1):
    with store.changing() as state:
        state.of("t")[f"k{number}"] = Entry(f"k{number}", {})
    print(number, flush=True)
"""


@pytest.mark.parametrize("told", [1, 7, 20])
def test_a_process_that_is_killed_leaves_every_change_that_it_told_of_and_no_lock(state_file: Path, told: int) -> None:
    command = [sys.executable, "-c", _ADD_FOR_EVER, str(state_file)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(told):
            process.stdout.readline()
        process.kill()
    found = _keys(state_file)
    assert len(found) >= told
    assert found == {f"k{number}" for number in range(1, len(found) + 1)}
    _add(Store(state_file), "next")
    assert _keys(state_file) == {*found, "next"}


def test_half_a_file_that_a_dead_process_left_is_written_over(state_file: Path) -> None:
    _add(Store(state_file), "a")
    state_file.with_name("state.json.new").write_text('{"version"')
    _add(Store(state_file), "b")
    assert _keys(state_file) == {"a", "b"}


def test_processes_that_change_it_at_the_same_time_lose_nothing(state_file: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_add_many, args=(state_file, name)) for name in "xy"]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert _keys(state_file) == {f"{name}{number}" for name in "xy" for number in range(20)}


@pytest.mark.parametrize(
    ("rest", "why"),
    [
        ({}, "KeyError('resources')"),
        (
            {"resources": {"t": []}, "vault": {}, "given": 1},
            "AttributeError(\"'list' object has no attribute 'items'\")",
        ),
    ],
)
def test_a_file_of_another_shape_is_refused(state_file: Path, rest: dict[str, Any], why: str) -> None:
    state_file.parent.mkdir()
    state_file.write_text(json.dumps({"version": 1, **rest}))
    with pytest.raises(FiredrillError) as refused, Store(state_file).reading():
        pass
    assert str(refused.value) == (
        f"'{state_file}' is not the state of a local cloud ({why}); move it away to start with an empty cloud."
    )


def test_a_file_that_is_no_json_is_refused(state_file: Path) -> None:
    state_file.parent.mkdir()
    state_file.write_text("{")
    with pytest.raises(FiredrillError) as refused, Store(state_file).reading():
        pass
    assert str(refused.value) == (
        f"'{state_file}' is not the state of a local cloud (Expecting property name enclosed in double quotes: line 1"
        " column 2 (char 1)); move it away to start with an empty cloud."
    )


def test_the_state_of_another_version_is_refused(state_file: Path) -> None:
    state_file.parent.mkdir()
    state_file.write_text('{"version": 7}')
    with pytest.raises(FiredrillError) as refused, Store(state_file).changing():
        pass
    assert str(refused.value) == (
        f"'{state_file}' is the state of a local cloud of version 7, and this is version 1; "
        "move it away to start with an empty cloud."
    )
