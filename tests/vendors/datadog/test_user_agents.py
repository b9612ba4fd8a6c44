"""The device's category, which is modelled, and what keeps reading a user agent quick."""

from __future__ import annotations

import pytest

from firedrill.vendors.datadog import user_agents
from firedrill.vendors.datadog.user_agents import MAX_LENGTH, parse_user_agent

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
ANDROID = f"Mozilla/5.0 (Linux; Android 9; INE-LX2) {WEBKIT} Chrome/99.0.4844.73"


@pytest.mark.parametrize(
    ("text", "category"),
    [
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/118.0.5993.90 Safari/537.36", "Desktop"),
        (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/118.0.0.0 Safari/537.36", "Desktop"),
        (f"{ANDROID} Mobile Safari/537.36", "Mobile"),
        (f"{ANDROID} Safari/537.36", "Tablet"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) {WEBKIT} Version/15.0 Mobile/15E148", "Mobile"),
        (f"Mozilla/5.0 (iPad; CPU OS 15_0 like Mac OS X) {WEBKIT} Version/15.0 Mobile/15E148", "Tablet"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Bot"),
        ("curl/8.4.0", "Other"),
        ("", "Other"),
    ],
)
def test_the_operating_system_tells_the_category(text: str, category: str) -> None:
    assert parse_user_agent(text)["device"]["category"] == category


def test_only_the_start_of_a_very_long_user_agent_is_read() -> None:
    start = f"{ANDROID} Mobile Safari/537.36 ".ljust(MAX_LENGTH)
    assert parse_user_agent(f"{start} Googlebot/2.1") == parse_user_agent(start)


@pytest.mark.parametrize(
    "text",
    [
        f"{ANDROID} Mobile Safari/537.36",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/4.0 (MobilePhone SCP-5500) NetFront/3" + " a" * 70 + " (compatible; Googlebot/2.1)",
        "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; CDSource=v9e.03; .NET CLR 1.1.4322; MSIECrawler)",
        f"Goog{'9' * 30}lebot/2.1",
        "Opera/\u0669.80 (Windows NT 6.1) Version/\u0661\u0661.10",
        "curl/8.4.0\nMozilla/5.0",
        "BlackBerry\x1c9700/5.0",
        "nothing of the kind",
    ],
)
def test_an_agent_is_the_same_by_every_rule_in_turn_and_by_those_that_re2_finds_likely(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("re2", reason="google-re2 is not installed")
    by_re2 = user_agents._found(text)
    monkeypatch.setattr(user_agents, "_likely", lambda: None)
    assert user_agents._found(text) == by_re2
