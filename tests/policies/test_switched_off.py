"""What is switched off for a while is asked for again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from firedrill.policies.rule import Declared, Item
from firedrill.policies.rules import switched_off
from firedrill.resources import OBSERVED_SERVICE


@pytest.mark.parametrize(("today", "told"), [(date(2027, 3, 31), []), (date(2027, 4, 1), ["do-errors"])])
def test_after_its_date_a_monitor_that_is_off_is_told_with_its_reason(
    today: date, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(switched_off, "today", lambda: today)
    off: dict[str, Any] = {"switchedOff": {"do-errors": {"reason": "being rewritten", "until": "2027-03-31"}}}
    (rule,) = switched_off.RULES
    found = [*rule.check(Item(OBSERVED_SERVICE, "shop", "urn", off), Declared([]))]
    assert found == [f"the monitor {id_} was to be off until 2027-03-31: being rewritten" for id_ in told]
    assert [*rule.check(Item(OBSERVED_SERVICE, "shop", "urn", {}), Declared([]))] == []
