"""A job's output_options: the fields of a record, the sample, and the text of a batch.

Source: developers.cloudflare.com/logs/logpush/logpush-job/log-output-options
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from firedrill.vendors.cloudflare.rules.outputs import TEMPLATE_TOKEN, output_breaches
from firedrill.vendors.cloudflare.trace_items import Record
from firedrill.vendors.errors import refuse

_DEFAULTS = {
    "ndjson": {"record_prefix": "{", "record_suffix": "}\n", "field_delimiter": ","},
    "csv": {"record_prefix": "", "record_suffix": "\n", "field_delimiter": ","},
}
_SHAPE = ("batch_prefix", "batch_suffix", "record_prefix", "record_suffix", "record_delimiter", "field_delimiter")


@dataclass(frozen=True)
class Output:
    """Compiled output_options. Timestamps in this dataset are integers in ms whatever timestamp_format says."""

    field_names: tuple[str, ...]
    sample_rate: float
    output_type: str
    shape: Mapping[str, str]
    template: Callable[[Record], str] | None
    redact: bool
    """CVE-2021-44228: every "${" becomes "x{"."""

    @property
    def is_plain(self) -> bool:
        """Whether each record is a JSON object of its fields, and nothing else is in a batch."""
        return self.template is None and self.output_type == "ndjson" and self.shape == _DEFAULTS["ndjson"]

    def select(self, record: Record) -> Record:
        """The fields that the job names, in its order."""
        selected = {name: record[name] for name in self.field_names}
        return _redacted(selected) if self.redact else selected

    def samples(self, random: Random) -> bool:
        """Whether the next record that passed the filter is in the sample."""
        return self.sample_rate >= 1 or random.random() < self.sample_rate

    def render(self, records: Iterable[Record]) -> str:
        """The uncompressed text of a batch of selected records."""
        shape = self.shape
        parts = [
            shape.get("record_prefix", "") + self._fields(record) + shape.get("record_suffix", "") for record in records
        ]
        body = shape.get("record_delimiter", "").join(parts)
        text = shape.get("batch_prefix", "") + body + shape.get("batch_suffix", "")
        return text.replace("${", "x{") if self.redact else text

    def _fields(self, record: Record) -> str:
        if self.template is not None:
            return self.template(record)
        values = [_csv(record[name]) if self.output_type == "csv" else _member(name, record[name]) for name in record]
        return self.shape["field_delimiter"].join(values)


def compile_output(options: Mapping[str, Any], place: str) -> Output:
    """The compiled output_options of a job's API JSON; raises FiredrillError for all that the API would not accept."""
    refuse(place, output_breaches(options))
    kind = options.get("output_type") or "ndjson"
    template = options.get("record_template")
    return Output(
        field_names=tuple(options["field_names"]),
        sample_rate=options.get("sample_rate", 1.0),
        output_type=kind,
        shape={**_DEFAULTS[kind], **{key: options[key] for key in _SHAPE if options.get(key) is not None}},
        template=_template(template) if template else None,
        redact=bool(options.get("CVE-2021-44228")),
    )


def _template(text: str) -> Callable[[Record], str]:
    """A record_template: text, {{ .Field }}, {{ "constant" }} and {{/* comments */}}; an unselected field is null."""
    pieces = [_piece(token) for token in TEMPLATE_TOKEN.finditer(text)]
    return lambda record: "".join(piece(record) for piece in pieces)


def _piece(token: re.Match[str]) -> Callable[[Record], str]:
    """What a token writes."""
    field, quoted = token["field"], token["quoted"]
    if field is not None:
        return lambda record: _json(record.get(field))
    constant: str = json.loads(quoted) if quoted is not None else token["raw"] or token["text"] or ""
    return lambda record: constant


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _member(name: str, value: Any) -> str:
    return f"{_json(name)}:{_json(value)}"


def _csv(value: Any) -> str:
    """Numbers bare, all else quoted; objects and arrays as JSON text (the page shows neither)."""
    if isinstance(value, int):
        return str(value)
    text = value if isinstance(value, str) else _json(value)
    return '"' + text.replace('"', '""') + '"'


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("${", "x{")
    if isinstance(value, list):
        return [_redacted(each) for each in value]
    if isinstance(value, dict):
        return {key: _redacted(each) for key, each in value.items()}
    return value
