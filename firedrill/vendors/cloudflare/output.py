"""A job's output_options: the fields of a record, the sample, and the size of a record in a batch.

A JSON object a line (Datadog takes no other form) and an array of them are emulated. Other forms are checked by the
rules.
Source: developers.cloudflare.com/logs/logpush/logpush-job/log-output-options
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from firedrill.vendors.cloudflare.rules.outputs import ARRAY, output_breaches
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
    shape: Mapping[str, str]
    """What stands around and between batches, records and fields, by the names of the options."""
    is_json: bool
    """Whether a batch is JSON: objects one after the other, or in arrays."""
    redact: bool
    """CVE-2021-44228: every "${" becomes "x{"."""

    def select(self, record: Record) -> Record:
        """The fields that the job names, in its order."""
        selected = {name: record[name] for name in self.field_names}
        return _redacted(selected) if self.redact else selected

    @property
    def is_plain(self) -> bool:
        """Whether each record is a JSON object of its fields on a line, and nothing else is in a batch."""
        return self.is_json and self.shape == _PLAIN

    def batch(self, selected: Sequence[Record]) -> str:
        """The uncompressed text of a batch of records with the selected fields; JSON is the only form here."""
        if self.is_plain:
            return "".join(map(line, selected))
        shape = self.shape
        fields = (shape["field_delimiter"].join(_encode({k: v})[1:-1] for k, v in each.items()) for each in selected)
        records = (f"{shape['record_prefix']}{each}{shape['record_suffix']}" for each in fields)
        return f"{shape['batch_prefix']}{shape['record_delimiter'].join(records)}{shape['batch_suffix']}"

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
    shape = {name: default if options.get(name) is None else options[name] for name, default in _PLAIN.items()}
    return Output(
        field_names=tuple(options["field_names"]),
        sample_rate=options.get("sample_rate", 1.0),
        shape=shape,
        is_json=(options.get("output_type") or "ndjson") == "ndjson" and shape in (_PLAIN, {**_PLAIN, **ARRAY}),
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
