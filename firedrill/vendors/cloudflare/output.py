"""A job's output_options: the fields of a record, the sample, and the size of a record in a batch.

Only the default form, a JSON object a line, is emulated: Datadog takes no other. Other forms are checked by the rules.
Source: developers.cloudflare.com/logs/logpush/logpush-job/log-output-options
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from firedrill.vendors.cloudflare.rules.outputs import output_breaches
from firedrill.vendors.cloudflare.trace_items import Record
from firedrill.vendors.errors import refuse

_PLAIN = {
    "batch_prefix": "",
    "batch_suffix": "",
    "record_prefix": "{",
    "record_suffix": "}\n",
    "record_delimiter": "",
    "field_delimiter": ",",
    "record_template": "",
}
"""Options that shape a batch, with their defaults for the output_type ndjson."""


@dataclass(frozen=True)
class Output:
    """Compiled output_options. Timestamps in this dataset are integers in ms whatever timestamp_format says."""

    field_names: tuple[str, ...]
    sample_rate: float
    is_plain: bool
    """Whether each record is a JSON object of its fields on a line, and nothing else is in a batch."""
    redact: bool
    """CVE-2021-44228: every "${" becomes "x{"."""

    def select(self, record: Record) -> Record:
        """The fields that the job names, in its order."""
        selected = {name: record[name] for name in self.field_names}
        return _redacted(selected) if self.redact else selected

    def samples(self, random: Random) -> bool:
        """Whether the next record that passed the filter is in the sample."""
        return self.sample_rate >= 1 or random.random() < self.sample_rate


def line(selected: Record) -> str:
    """The uncompressed text of a record's fields in a batch of a plain output."""
    return _encode(selected) + "\n"


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def compile_output(options: Mapping[str, Any], place: str) -> Output:
    """The compiled output_options of a job's API JSON; raises FiredrillError for all that the API would not accept."""
    refuse(place, output_breaches(options))
    return Output(
        field_names=tuple(options["field_names"]),
        sample_rate=options.get("sample_rate", 1.0),
        is_plain=(options.get("output_type") or "ndjson") == "ndjson"
        and all(options.get(name) in (None, default) for name, default in _PLAIN.items()),
        redact=bool(options.get("CVE-2021-44228")),
    )


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("${", "x{")
    if isinstance(value, list):
        return [_redacted(each) for each in value]
    if isinstance(value, dict):
        return {key: _redacted(each) for key, each in value.items()}
    return value
