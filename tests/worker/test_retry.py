from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.workerd

LOST = {"message": "lost", "retryable": True}
POLICY = {"attempts": 4, "baseMs": 100, "random": 1, "errors": []}


def attempt(workerd: Any, **policy: Any) -> dict[str, Any]:
    response = workerd.send("unit", "POST", "/retry", [{**POLICY, **policy}])
    result: dict[str, Any] = response.json[0]
    return result


def test_a_call_that_succeeds_is_made_once(workerd: Any) -> None:
    assert attempt(workerd) == {"ok": True, "outcome": "first_try", "attempts": 1, "value": "done", "waits": []}


def test_a_retryable_failure_is_retried_with_exponential_backoff(workerd: Any) -> None:
    result = attempt(workerd, errors=[LOST] * 3)
    assert result == {"ok": True, "outcome": "recovered", "attempts": 4, "value": "done", "waits": [100, 200, 400]}


def test_the_wait_is_a_random_part_of_the_backoff(workerd: Any) -> None:
    assert attempt(workerd, errors=[LOST] * 3, random=0.25)["waits"] == [25, 50, 100]
    assert attempt(workerd, errors=[LOST] * 3, random=0)["waits"] == [0, 0, 0]


def test_the_wait_has_an_upper_bound(workerd: Any) -> None:
    assert attempt(workerd, errors=[LOST] * 3, baseMs=1500)["waits"] == [1500, 2000, 2000]


def test_attempts_are_bounded(workerd: Any) -> None:
    assert attempt(workerd, errors=[LOST] * 9) == {
        "ok": False,
        "outcome": "exhausted",
        "attempts": 4,
        "waits": [100, 200, 400],
    }


@pytest.mark.parametrize(
    "error",
    [{}, {"retryable": False}, {"retryable": "true"}, {"retryable": True, "overloaded": True}, {"overloaded": True}],
)
def test_other_failures_are_not_retried(workerd: Any, error: dict[str, Any]) -> None:
    result = attempt(workerd, errors=[error])
    assert result == {"ok": False, "outcome": "not_retried", "attempts": 1, "waits": []}


def test_a_failure_that_is_not_retryable_ends_the_retries(workerd: Any) -> None:
    result = attempt(workerd, errors=[LOST, {}])
    assert result == {"ok": False, "outcome": "exhausted", "attempts": 2, "waits": [100]}


def test_one_attempt_means_no_retry(workerd: Any) -> None:
    result = attempt(workerd, errors=[LOST], attempts=1)
    assert result == {"ok": False, "outcome": "not_retried", "attempts": 1, "waits": []}
