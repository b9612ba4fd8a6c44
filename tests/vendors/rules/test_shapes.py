"""What is of another type than documented is named and left out; the rest stays."""

from __future__ import annotations

from firedrill.vendors.rules.breach import Breach
from firedrill.vendors.rules.shapes import FLAG, NUMBER, STRINGS, TEXT, Shape, besides, fitted
from firedrill.vendors.rules.unknown import UNKNOWN

SHAPE: Shape = {"name": TEXT, "share": NUMBER, "on": FLAG, "tags": STRINGS, "parts": [{"q": TEXT}], "any": ([{}], {})}


def test_what_fits_is_kept_as_it_is() -> None:
    value = {"name": "a", "share": 1.5, "on": True, "tags": ["b"], "parts": [{"q": "c"}], "any": {}, "other": 5}
    assert fitted(value, SHAPE) == (value, [])


def test_every_part_of_another_type_is_named_and_left_out() -> None:
    value = {"name": 1, "share": True, "on": "yes", "tags": ["b", 2], "parts": [{"q": 3}, 4, None], "any": "x"}
    sound, found = fitted(value, SHAPE)
    assert sound == {"tags": ["b"], "parts": [{}]}
    assert list(map(str, found)) == [
        "name is 1; allowed: text",
        "share is true; allowed: a number",
        "on is 'yes'; allowed: true or false",
        "tags[1] is 2; allowed: text",
        "parts[0].q is 3; allowed: text",
        "parts[1] is 4; allowed: an object",
        "parts[2] is null; allowed: an object",
        "any is 'x'; allowed: a list of objects or an object",
    ]


def test_what_is_known_only_later_is_no_breach() -> None:
    assert fitted({"tags": UNKNOWN, "name": None}, SHAPE) == ({"name": None}, [])


def test_a_breach_of_shape_stands_for_others_about_the_same_field() -> None:
    wrong = [Breach("filter.tags", "7", "a list of strings")]
    others = [Breach("filter", "", "either"), Breach("filter.tags[0]", "7", "text"), Breach("filters", "", "text")]
    assert list(besides(wrong, others)) == [*wrong, others[2]]
