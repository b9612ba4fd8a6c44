"""Which monitors need no proof, and how people name what a Worker has."""

from __future__ import annotations

from pathlib import Path

import pytest

from firedrill.declared.exemptions import EXEMPTIONS, exemptions, means, require_known, useless
from firedrill.vendors.errors import FiredrillError

MONITORS = {"shop": ("latency", "errors", "Cart/silence"), "chat": ("errors",)}


def exempt(root: Path, text: str) -> dict[str, str]:
    (root / EXEMPTIONS).write_text(text)
    return exemptions(root)


def exemption_refusal(root: Path, text: str) -> str:
    with pytest.raises(FiredrillError) as error:
        exempt(root, text)
    return str(error.value)


@pytest.mark.parametrize("given", ["silence", "Cart/silence", "shop/Cart/silence"])
def test_the_beginning_of_a_name_may_be_left_out(given: str) -> None:
    assert means(given, "shop", "Cart/silence")


@pytest.mark.parametrize("given", ["ilence", "shop/silence", "chat/Cart/silence", "shop"])
def test_another_name_is_not_meant(given: str) -> None:
    assert not means(given, "shop", "Cart/silence")


def test_no_monitor_is_exempt_without_the_file(tmp_path: Path) -> None:
    assert exemptions(tmp_path) == {}


def test_exemptions_are_read_with_their_reasons(tmp_path: Path) -> None:
    text = "# The vendor tests this one: we cannot.\n\nerrors: fires once a year: on New Year\n  latency :  by hand \n"
    assert exempt(tmp_path, text) == {"errors": "fires once a year: on New Year", "latency": "by hand"}


@pytest.mark.parametrize("line", ["errors", "errors:", "errors:   "])
def test_an_exemption_without_a_reason_is_refused_with_its_line(tmp_path: Path, line: str) -> None:
    assert exemption_refusal(tmp_path, f"# reasons\n{line}\n") == (
        f"drill-exemptions.txt line 2: {line!r} has no reason; write 'monitor: reason'."
    )


def test_a_name_that_no_worker_has_is_answered_with_those_there_are() -> None:
    with pytest.raises(FiredrillError) as error:
        require_known("drill-exemptions.txt: monitor", ["chat/errors", "erors"], MONITORS)
    assert str(error.value) == (
        "drill-exemptions.txt: monitor 'erors' does not exist (did you mean 'errors'?); "
        "there are Cart/silence, errors, latency."
    )


def test_an_exemption_names_monitors_of_every_worker_or_of_one(tmp_path: Path) -> None:
    assert exempt(tmp_path, "chat/errors: by hand\nsilence: never\n") == {"chat/errors": "by hand", "silence": "never"}


def test_an_exemption_of_monitors_that_are_all_proven_is_useless() -> None:
    exempted = ["errors", "shop/errors", "shop/latency"]
    unproven = {"shop": ("latency",), "chat": ("errors",)}
    assert useless(exempted, MONITORS, unproven) == ["drill-exemptions.txt: shop/errors is proven; remove its line"]


def test_an_exemption_of_a_monitor_that_was_not_judged_is_left_alone() -> None:
    assert useless(["shop/errors"], {"chat": ("errors",)}, {}) == []


def test_a_monitor_that_has_two_lines_is_refused(tmp_path: Path) -> None:
    assert exemption_refusal(tmp_path, "errors: a\n\nlatency: b\nerrors: c\n") == (
        f"{EXEMPTIONS} line 4: 'errors' has a line already; remove one of the two."
    )


def test_exemptions_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    (tmp_path / EXEMPTIONS).write_bytes(b"errors: caf\xe9\n")
    with pytest.raises(FiredrillError) as error:
        exemptions(tmp_path)
    assert str(error.value) == f"{EXEMPTIONS}, line 1: not UTF-8 text (byte 0xe9); save it as UTF-8."
