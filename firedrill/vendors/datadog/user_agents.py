"""What a user agent says of browser, operating system and device, as the user-agent parser and grok's filter give it.

Datadog's own rules are not published; their results (integrations-extras, assets/logs/*_tests.yaml) have the names of
the ua-parser project, whose rules are used here, and a category of device, which is modelled: a spider is a bot, else
the operating system tells.
Source: docs.datadoghq.com/logs/log_configuration/processors/user_agent_parser
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import Any

from ua_parser import DefaultedResult, Device, Domain, PartialResult, Result
from ua_parser.basic import Resolver as Thorough
from ua_parser.loaders import load_builtins, load_lazy_builtins

_DESKTOPS = ("Windows", "Mac OS X", "Linux", "Ubuntu", "Chrome OS", "Debian", "Fedora", "FreeBSD", "OpenBSD")
_PHONES = ("iOS", "Android", "Windows Phone", "BlackBerry OS", "Tizen", "KaiOS", "Symbian OS")


MAX_LENGTH = 2_000
"""Characters that are read of a user agent, so that none takes long."""


def parse_user_agent(text: str) -> dict[str, Any]:
    """`browser`, `os` and `device`, each with its `family`, "Other" for an unknown one; not to be changed."""
    return _parse(text[:MAX_LENGTH])


@lru_cache(maxsize=4096)
def _parse(text: str) -> dict[str, Any]:
    found = _found(text).with_defaults()
    browser, system, device = found.user_agent, found.os, found.device
    versions = ("family", "major", "minor", "patch", "patch_minor")
    return {
        "browser": _members(browser, versions),
        "os": _members(system, versions),
        "device": {**_members(device, ("family", "brand", "model")), "category": _category(found, device)},
    }


def _found(text: str) -> Result:
    """What the first rule of each kind that matches says, as every rule in turn gives it, in a fortieth of the time.

    Where it is installed, RE2 tells at once which rules may match; its own form of them, of ASCII and without bounds of
    repetitions, finds some too many; what blanks are beside the plain one, and where a text with a line break ends, it
    sees otherwise.
    """
    likely = _likely() if text.isascii() and text.isprintable() else None
    if likely is None:
        return _thorough()(text, Domain.ALL).complete()
    browser, system, device = (match(text) for match in likely)
    return PartialResult(Domain.ALL, browser, system, device, text).complete()


@cache
def _thorough() -> Thorough:
    return Thorough(load_builtins())


@cache
def _likely() -> Sequence[Callable[[str], Any]] | None:
    """Browser, operating system and device of a text; None without RE2."""
    if find_spec("re2") is None:
        return None
    from ua_parser.re2 import Resolver

    found = Resolver(load_lazy_builtins())
    kinds = (
        (found.ua, found.user_agent_matchers),
        (found.os, found.os_matchers),
        (found.devices, found.device_matchers),
    )
    return [_first(rules.Match, matchers) for rules, matchers in kinds]


def _first(
    likely: Callable[[str], Sequence[int] | None], matchers: Sequence[Callable[[str], Any]]
) -> Callable[[str], Any]:
    return lambda text: next((found for at in sorted(likely(text) or ()) if (found := matchers[at](text))), None)


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
