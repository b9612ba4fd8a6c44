"""Regular expressions that users write."""

from __future__ import annotations

import re
import warnings

from firedrill.vendors.datadog.grok.errors import BadArguments


def compile_regex(regex: str, flags: int = 0) -> re.Pattern[str]:
    """The compiled expression with ASCII classes; BadArguments says what is wrong with it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return re.compile(regex, re.ASCII | flags)
        except (re.error, RecursionError, OverflowError, Warning) as error:
            raise BadArguments(f"a regular expression that Python reads as well ({error})") from None
