"""Failing storage of which nobody learns."""

from __future__ import annotations

from firedrill.drill.swallowed import swallowed
from firedrill.drill.verdicts import Failure, Kind
from firedrill.runtime.deeds import Call, Deed
from firedrill.runtime.take import Faults, Take
from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec

SPEC = TakeSpec("storage-failing", (), faults=Faults(storage_failing=1))
SCENARIO = Scenario("storage-failing", "Storage fails.", (Phase(5, SPEC),))
CLASSES = {"worker-5xx": "", "do-errors": "Room", "do-latency": "Room"}
SILENT = [Failure(name, "never", Kind.NEVER_FIRED, "storage-failing") for name in ("worker-5xx", "do-errors")]


def told(*deeds: Deed, refusals: int = 3) -> list[str]:
    takes = {"storage-failing": Take((), (), 0, 9, 0, refusals=refusals, deeds=deeds)}
    return [*swallowed(CLASSES, [SCENARIO], takes, SILENT, "drill.yaml")]


def deed(of: str, *, threw: bool = False, status: int | None = 200, calls: tuple[Call, ...] = ()) -> Deed:
    return Deed("fetch", of, 1, 1, 2, threw=threw, status=status, calls=calls)


def test_what_nobody_learned_of_is_told_with_the_line_to_add() -> None:
    assert told(deed("", calls=(Call("Room", "a", "fetch", 1, 1, 2),)), deed("Room")) == [
        "3 calls of the storage failed in storage-failing, and nobody learned of it: the Worker's code catches that; "
        "if it is meant to, say so in drill.yaml: "
        "adjust: { storage-failing: { does_not_fire: [do-errors, worker-5xx] } }"
    ]


def test_only_monitors_of_what_did_not_fail_are_named() -> None:
    (one,) = told(deed(""), deed("Room", threw=True))
    assert "[worker-5xx]" in one
    (one,) = told(deed("", status=503), deed("Room"))
    assert "[do-errors]" in one


def test_what_fails_without_a_caller_is_not_said_to_be_caught() -> None:
    (one,) = told(deed(""), deed("Room", threw=True))
    assert one.startswith(
        "3 calls of the storage failed in storage-failing, and not everybody learned of it: nobody waits for that, as "
        "for a message or an alarm, or the Worker's code catches it; if it is meant to, say so in drill.yaml: "
    )


def test_nothing_is_told_where_all_failed_or_nothing_was_struck() -> None:
    assert told(deed("", threw=True, calls=(Call("Room", "a", "fetch", 1, 1, 2, threw=True),))) == []
    assert told(deed(""), refusals=0) == []
