"""A job's output_options: which fields, which share of the records, and in which form.

Source: developers.cloudflare.com/logs/logpush/logpush-job/log-output-options
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from firedrill.vendors.cloudflare.rules.fields import FIELD, field_breaches
from firedrill.vendors.rules.breach import Breach, shown

_CHOICES = {
    "output_type": ("ndjson", "csv"),
    "timestamp_format": ("unixnano", "unix", "rfc3339", "rfc3339ms", "rfc3339ns"),
}
"""What an option may be; the first is the default."""

ARRAY = {"batch_prefix": "[", "batch_suffix": "]", "record_suffix": "}", "record_delimiter": ","}
"""Options with which a batch is an array of JSON objects."""

_TEMPLATE_TOKEN = re.compile(
    r"""\{\{ (?: \s* (?: \.\w+ | (?P<quoted>"(?:[^"\\]|\\.)*") | `[^`]*` ) \s* | /\*.*?\*/ ) \}\}
    | (?:(?!\{\{).)+""",
    re.DOTALL | re.VERBOSE,
)
"""A piece of a record_template; a `quoted` constant has JSON's escapes."""


def output_breaches(options: Mapping[str, Any]) -> Iterator[Breach]:
    """What is wrong with the output_options of a job's API JSON."""
    given = options.get("field_names")
    names = given or ()
    if not names:
        value = "" if given is None else shown(given)
        yield Breach("output_options.field_names", value, FIELD, "name each field that the records need")
    yield from field_breaches("output_options.field_names", names)
    rate = options.get("sample_rate", 1)
    if not isinstance(rate, (int, float)) or not 0 < rate <= 1:
        yield Breach("output_options.sample_rate", shown(rate), "above 0 and at most 1 (all records)")
    for name, choices in _CHOICES.items():
        value = options.get(name) or choices[0]
        if value not in choices:
            yield Breach(f"output_options.{name}", shown(value), f"one of {', '.join(choices)}")
    if options.get("merge_subrequests"):
        only = "nothing, since it works on the dataset http_requests only"
        yield Breach("output_options.merge_subrequests", shown(options["merge_subrequests"]), only, "leave it out")
    yield from _template_breaches(options.get("record_template") or "")


def _template_breaches(text: str) -> Iterator[Breach]:
    position = 0
    while position < len(text):
        token = _TEMPLATE_TOKEN.match(text, position)
        if token is None or not _is_json(token["quoted"] or '""'):
            found = f"{text[position : position + 20]!r} at character {position}"
            allowed = '{{ .Field }}, {{ "constant" }} and {{/* comments */}}'
            yield Breach("output_options.record_template", found, allowed)
            return
        position = token.end()


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
