"""Decoder processor: decodes a base64 or base16 text into text or, from base16, an integer.

A string that was cut is trimmed or padded; when decoding fails the log does not change.
Source: docs.datadoghq.com/logs/log_configuration/processors/decoder_processor
"""

from __future__ import annotations

import base64
import codecs
import sys
from typing import Literal

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.paths import setter, source
from firedrill.vendors.datadog.processors.base import (
    DONE,
    PAGES,
    Applied,
    Context,
    Kind,
    Options,
    Run,
    source_to_target,
)
from firedrill.vendors.errors import Unsupported
from firedrill.vendors.features import Feature


class DecoderProcessor(Options):
    """`input_representation` says what was encoded."""

    source: str
    target: str
    binary_to_text_encoding: Literal["base64", "base16"]
    input_representation: Literal["utf_8", "integer"]


def _compile(options: DecoderProcessor, context: Context) -> Run:
    base16 = options.binary_to_text_encoding == "base16"
    if options.input_representation == "integer" and not base16:
        raise Unsupported("an integer encoded in base64 (the page has integers in base16 only)", context.place)
    decode = {(True, "integer"): _integer, (True, "utf_8"): _base16}.get(
        (base16, options.input_representation), _base64
    )
    get, put = source(options.source), setter(options.target)

    def run(log: Log, applied: Applied) -> str:
        value = get(log)
        if not isinstance(value, str) or not value:
            return f"{options.source} is absent or no text"
        try:
            decoded = decode(value.strip())
        except ValueError:
            return f"{options.source} is not {options.binary_to_text_encoding}"
        put(log.attributes, decoded)
        return DONE

    return run


def _integer(text: str) -> int:
    digits = _digits(text)
    value = int.from_bytes(bytes.fromhex("0" * (len(digits) % 2) + digits), "big")
    if value > sys.float_info.max:
        raise ValueError("a log's numbers are doubles")
    return value


def _base16(text: str) -> str:
    digits = _digits(text)
    return _utf8(bytes.fromhex(digits[: len(digits) // 2 * 2]))


def _digits(text: str) -> str:
    return text.removeprefix("0x").removeprefix("0X")


def _base64(text: str) -> str:
    digits = text.rstrip("=")
    whole = digits[: len(digits) - (len(digits) % 4 == 1)]
    return _utf8(base64.b64decode(whole + "=" * (-len(whole) % 4), validate=True))


def _utf8(data: bytes) -> str:
    """The text, without a last character that was cut."""
    return codecs.getincrementaldecoder("utf-8")().decode(data)


_NOTE = "integers from base16 only"

KINDS = (
    Kind(
        DecoderProcessor,
        _compile,
        source_to_target,
        Feature("decoder-processor", "done", PAGES + "decoder_processor", _NOTE),
    ),
)
