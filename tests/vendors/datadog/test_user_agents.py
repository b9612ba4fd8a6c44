"""The device's category, which is modelled, and what keeps reading a user agent quick."""

from __future__ import annotations

import pytest

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
