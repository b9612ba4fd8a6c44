from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.workerd

LOST = {"message": "lost", "retryable": True}
EXHAUSTED = {"name": "CallError", "outcome": "exhausted", "message": "x"}
NOT_RETRIED = {"name": "CallError", "outcome": "not_retried", "message": "x"}
POLICY = {"attempts": 4, "baseMs": 100, "random": 1, "errors": []}


def attempt(workerd: Any, **policy: Any) -> dict[str, Any]:
    response = workerd.send("unit", "POST", "/retry", [{**POLICY, **policy}])
    result: dict[str, Any] = response.json[0]
    return result


def test_a_call_that_succeeds_is_made_once(workerd: Any) -> None:
    assert attempt(workerd) == {"ended": "done", "waits": []}


def test_a_retryable_failure_is_retried_with_exponential_backoff(workerd: Any) -> None:
    assert attempt(workerd, errors=[LOST] * 3) == {"ended": "done", "waits": [100, 200, 400]}


def test_the_wait_is_a_random_part_of_the_backoff(workerd: Any) -> None:
    assert attempt(workerd, errors=[LOST] * 3, random=0.25)["waits"] == [25, 50, 100]
    assert attempt(workerd, errors=[LOST] * 3, random=0)["waits"] == [0, 0, 0]


def test_the_wait_has_an_upper_bound(workerd: Any) -> None:
    assert attempt(workerd, errors=[LOST] * 3, baseMs=1500)["waits"] == [1500, 2000, 2000]


def test_attempts_are_bounded(workerd: Any) -> None:
    result = attempt(workerd, errors=[LOST] * 9)
    assert result == {"ended": EXHAUSTED | LOST, "waits": [100, 200, 400]}


@pytest.mark.parametrize(
    "error",
    [
        {"remote": True},
        {"retryable": False},
        {"retryable": "true"},
        {"retryable": True, "overloaded": True},
        {"overloaded": True},
        {"retryable": True, "message": "Durable Object's isolate exceeded its memory limit and was reset."},
    ],
)
def test_other_failures_are_not_retried(workerd: Any, error: dict[str, Any]) -> None:
    assert attempt(workerd, errors=[error]) == {"ended": NOT_RETRIED | error, "waits": []}


def test_a_failure_that_is_not_retryable_ends_the_retries(workerd: Any) -> None:
    assert attempt(workerd, errors=[LOST, {}]) == {"ended": EXHAUSTED, "waits": [100]}


def test_one_attempt_means_no_retry(workerd: Any) -> None:
    assert attempt(workerd, errors=[LOST], attempts=1) == {"ended": NOT_RETRIED | LOST, "waits": []}
