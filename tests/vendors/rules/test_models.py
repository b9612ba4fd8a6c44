"""One way to put what pydantic refuses into words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from firedrill.vendors.rules.models import Model, faults, read_partly


def _small(value: str) -> str:
    if value != value.lower():
        raise ValueError(value)
    return value


@dataclass(frozen=True)
class Rates:
    slow: float = 0.0
    often: int = 1


class Inner(Model):
    word: Annotated[str, AfterValidator(_small), Field(description="a lowercase word")] = ""
    flag: bool = False


class Outer(Model):
    kind: Literal["a", "b"] = "a"
    count: Annotated[int, Field(ge=1, le=9)] | None = None
    share: Annotated[float, Field(gt=0)] = 1.0
    least: Annotated[int, Field(ge=2)] = 2
    name: Annotated[str, Field(min_length=1)] = "x"
    pairs: Annotated[tuple[Inner, ...], Field(strict=False, max_length=2)] = ()
    by_name: Annotated[
        dict[Annotated[str, Field(pattern="^[a-z]+$", description="lowercase letters")], Inner],
        Field(default_factory=dict),
    ]
    described: Annotated[tuple[int, ...], Field(strict=False, min_length=1, description="numbers")] = (1,)
    either: int | str = 0
    other: Annotated[str, Field(alias="else")] = ""


class Lax(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rates: Annotated[Rates, Field(description="rates by name")] = Rates()


def refusals(data: dict[str, Any], model: type[BaseModel] = Outer) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(data)
    return [str(fault.breach) for fault in faults(model, caught.value)]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"kind": "c"}, "kind is 'c'; allowed: one of a, b"),
        ({"count": 10}, "count is 10; allowed: a whole number from 1 to 9"),
        ({"count": True}, "count is true; allowed: a whole number from 1 to 9"),
        ({"share": 0}, "share is 0; allowed: a number above 0"),
        ({"least": 1}, "least is 1; allowed: a whole number of at least 2"),
        ({"name": ""}, "name is missing; allowed: text that is not empty"),
        ({"pairs": "ab"}, "pairs is 'ab'; allowed: a list, at most 2 entries"),
        ({"pairs": [{"word": "A"}]}, "pairs[0].word is 'A'; allowed: a lowercase word"),
        ({"pairs": [{}, {"flag": 1}]}, "pairs[1].flag is 1; allowed: true or false"),
        (
            {"pairs": [{"wrod": 1}]},
            "pairs[0].wrod is not a known field (did you mean 'word'?); allowed: one of word, flag",
        ),
        ({"by_name": {"A": {}}}, "by_name.A is not a valid name; allowed: lowercase letters"),
        ({"by_name": {"a": 1}}, "by_name.a is 1; allowed: an object"),
        ({"described": [1, "b"]}, "described[1] is 'b'; allowed: numbers"),
        ({"described": ["b"]}, "described[0] is 'b'; allowed: numbers"),
        ({"described": []}, "described is []; allowed: numbers"),
        ({"either": None}, "either is null; allowed: a whole number or text"),
        ({"else": 1}, "else is 1; allowed: text"),
    ],
)
def test_a_wrong_value_is_told_with_its_place_and_what_is_allowed(data: dict[str, Any], told: str) -> None:
    assert refusals(data) == [told]


def test_a_dataclass_has_fields_too() -> None:
    assert refusals({"rates": {"slow": "x", "fast": 1}}, Lax) == [
        "rates.slow is 'x'; allowed: rates by name",
        "rates.fast is not a known field; allowed: one of slow, often",
    ]


def test_everything_wrong_is_told_at_once_and_in_order() -> None:
    assert [each.partition(" ")[0] for each in refusals({"kind": 1, "count": "1", "nope": 0})] == [
        "kind",
        "count",
        "nope",
    ]


def test_what_is_right_is_kept_beside_what_is_wrong() -> None:
    read, found = read_partly(Outer, {"kind": "c", "count": 3, "nope": 0})

    assert (read.kind, read.count) == ("a", 3)
    assert [fault.kind for fault in found] == ["wrong", "unknown"]
