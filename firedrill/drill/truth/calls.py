"""What one invocation of the Worker asked of objects: its calls with their repetitions, and how each ended."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from firedrill.runtime.deeds import Call, Deed, attempts
from firedrill.runtime.take import Faults

REJECTIONS = ("validation", "disconnected")
"""Categories of failures that are the caller's doing."""


@dataclass(frozen=True)
class Asked:
    """A call of an object with its repetitions, as the Worker awaited it."""

    attempts: tuple[Call, ...]

    @property
    def last(self) -> Call:
        """The attempt that decided."""
        return self.attempts[-1]

    @property
    def failed(self) -> bool:
        """Whether the last attempt failed."""
        return self.last.threw

    @property
    def ms(self) -> int | None:
        """How long the Worker waited for it; None where it did not."""
        return None if self.last.ended_ms is None else self.last.ended_ms - self.attempts[0].began_ms

    @property
    def outcome(self) -> str:
        """How it ended, repetitions included."""
        if not self.failed:
            return "first_try" if len(self.attempts) == 1 else "recovered"
        return "not_retried" if len(self.attempts) == 1 else "exhausted"


def asked(deed: Deed) -> Asked | None:
    """What a request is counted as: its first call that failed, else its last one; None without any."""
    every = all_asked(deed)
    return next((each for each in every if each.failed), every[-1] if every else None)


def all_asked(deed: Deed) -> list[Asked]:
    """All that a request asked of objects, in order."""
    return [*map(Asked, attempts(deed.calls))]


def category_of(call: Call, faults: Faults) -> str:
    """The category of a call's failure where the drill caused it, "" for any other."""
    if call.injected:
        return call.injected
    return category(call.error_message, faults)


def category(message: str, faults: Faults) -> str:
    """The category of an exception by its text, where the drill has thrown it; "" for any other."""
    by_text = {Faults.storage_message: "storage", Faults.object_message: "code"}
    return next((name for text, name in by_text.items() if message.endswith(text) and text in _texts(faults)), "")


def _texts(faults: Faults) -> Sequence[str]:
    return (faults.storage_message, faults.object_message)


def result_of(status: int | None) -> str:
    """What the status of an answer says of what was asked."""
    status = status or 200
    if status >= 500:
        return "error"
    if status == 404:
        return "miss"
    return "rejected" if status >= 400 else "ok"


def result_of_category(name: str) -> str:
    """What a failure of that category makes of an operation."""
    return "rejected" if name in REJECTIONS else "error"


def operations(called: Iterable[str], declared: Sequence[str], told: Container[str]) -> dict[str, str]:
    """The operation of each called method of a class: its own name, or the only one that is left for the only one left.

    Of several names that are left, those that nobody has `told` belong to methods that nothing calls.

    Where that leaves a method without a name, or a name that is `told` without a method, the Worker names operations in
    a way of its own: {}.
    """
    methods = [*called]
    unnamed = [method for method in methods if method not in declared]
    unused = [name for name in declared if name not in methods]
    unused = [name for name in unused if name in told] or unused
    found = {method: method for method in methods if method in declared}
    if len(unnamed) == 1 and len(unused) == 1:
        found[unnamed[0]] = unused[0]
    strange = [name for name in declared if name in told and name not in found.values()]
    return {} if strange or len(found) < len(methods) else found
