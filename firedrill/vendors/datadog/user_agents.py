"""What a user agent says of browser, operating system and device, as the user-agent parser and grok's filter give it.

Datadog's own rules are not published; their results (integrations-extras, assets/logs/*_tests.yaml) have the names of
the ua-parser project, whose rules are used here, and a category of device, which is modelled: a spider is a bot, else
the operating system tells.
Source: docs.datadoghq.com/logs/log_configuration/processors/user_agent_parser
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ua_parser import DefaultedResult, Device, parse

_DESKTOPS = ("Windows", "Mac OS X", "Linux", "Ubuntu", "Chrome OS", "Debian", "Fedora", "FreeBSD", "OpenBSD")
_PHONES = ("iOS", "Android", "Windows Phone", "BlackBerry OS", "Tizen", "KaiOS", "Symbian OS")


MAX_LENGTH = 2_000
"""Characters that are read of a user agent, so that none takes long."""


def parse_user_agent(text: str) -> dict[str, Any]:
    """`browser`, `os` and `device`, each with its `family`, "Other" for an unknown one; not to be changed."""
    return _parse(text[:MAX_LENGTH])


@lru_cache(maxsize=4096)
def _parse(text: str) -> dict[str, Any]:
    found = parse(text).with_defaults()
    browser, system, device = found.user_agent, found.os, found.device
    versions = ("family", "major", "minor", "patch", "patch_minor")
    return {
        "browser": _members(browser, versions),
        "os": _members(system, versions),
        "device": {**_members(device, ("family", "brand", "model")), "category": _category(found, device)},
    }


def _members(part: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name in names if (value := getattr(part, name, None)) is not None}


def _category(found: DefaultedResult, device: Device) -> str:
    if device.family == "Spider":
        return "Bot"
    system, text = found.os.family, found.string
    if "iPad" in text or "Tablet" in text or (system == "Android" and "Mobile" not in text):
        return "Tablet"
    if system in _PHONES:
        return "Mobile"
    return "Desktop" if system in _DESKTOPS else "Other"
