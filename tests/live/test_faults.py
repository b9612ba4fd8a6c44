from __future__ import annotations

from pathlib import Path

import pytest

from firedrill.live.faults import NAMES, Switch, check, spoken, switched
from firedrill.runtime.take import Faults
from firedrill.vendors.errors import FiredrillError
from tests.command_line import firedrill


@pytest.mark.parametrize(
    ("switch", "message"),
    [
        (
            Switch("storage-failed", 1.0),
            f"there is no fault 'storage-failed' (did you mean 'storage-failing'?); choose one of {', '.join(NAMES)}",
        ),
        (Switch("x", 1.0), f"there is no fault 'x'; choose one of {', '.join(NAMES)}"),
        (Switch("unreachable", 1.5), "the rate is 1.5; give a fraction from 0 (never) to 1 (always)"),
        (Switch("storage-slow", 1.0, ms=-1), "storage cannot take -1 ms; give a number from 0 to 2147483647"),
        (
            Switch("storage-slow", 1.0, ms=2_147_483_648),
            "storage cannot take 2147483648 ms; give a number from 0 to 2147483647",
        ),
    ],
)
def test_a_switch_that_cannot_be_is_refused(switch: Switch, message: str) -> None:
    with pytest.raises(FiredrillError) as refused:
        check(switch)

    assert str(refused.value) == message


def test_every_rate_of_a_take_is_a_fault_that_can_be_switched() -> None:
    for name in NAMES:
        check(Switch(name, 1.0))
        assert spoken(switched(Faults(), Switch(name, 0.25))) == (f"{name} 25%",)


def test_every_fault_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "live.md").read_text()

    assert [name for name in NAMES if f"`{name}`" not in page] == []


def test_a_switch_leaves_other_faults_as_they_are() -> None:
    faults = switched(switched(Faults(), Switch("unreachable", 1.0)), Switch("storage-slow", 0.5, ms=20))

    assert (spoken(faults), faults.storage_slow_ms) == (("storage-slow 50%", "unreachable 100%"), 20)
    assert spoken(switched(faults, Switch("unreachable", 0.0))) == ("storage-slow 50%",)
    assert switched(Faults(), Switch("alarm-slow", 1.0, ms=20)) == Faults(alarm_slow=1.0, storage_slow_ms=20)


def test_a_state_other_than_on_and_off_is_refused() -> None:
    ran = firedrill("fault", "storage-slow", "maybe")

    assert (ran.code, ran.err) == (2, "firedrill: the state of a fault is 'maybe'; give on or off\n")


def test_a_stack_that_is_written_wrongly_is_answered_with_the_one_that_is_meant(tmp_path: Path) -> None:
    for name in ("dev", "prod"):
        (tmp_path / f"Pulumi.{name}.yaml").touch()
    ran = firedrill("fault", "unreachable", "on", "--stack", "prd", folder=tmp_path)

    assert (ran.code, ran.err) == (2, "firedrill: there is no stack 'prd' (did you mean 'prod'?); stacks: dev, prod\n")
