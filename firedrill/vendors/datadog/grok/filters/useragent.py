"""useragent([decodeuricomponent:true/false]): browser, operating system and device of a user agent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from firedrill.vendors.datadog.grok.definitions import Filter, Transform
from firedrill.vendors.datadog.grok.errors import BadArguments


def _build(arguments: Sequence[Any]) -> Transform:
    from firedrill.vendors.datadog.user_agents import parse_user_agent  # its rules take long to load

    if list(arguments) not in ([], [("decodeuricomponent", "true")], [("decodeuricomponent", "false")]):
        raise BadArguments("nothing, or whether the text is encoded, as useragent(decodeuricomponent:true)")
    encoded = bool(arguments) and arguments[0][1] == "true"
    return lambda value: parse_user_agent(unquote(value) if encoded else value) if isinstance(value, str) else None


FILTER = Filter("useragent", _build, "by the rules of ua-parser; the device's category is modelled", status="modelled")
