"""The modules of a Worker's upload.

Source: developers.cloudflare.com/workers/configuration/multipart-upload-metadata, and the content types that Wrangler
4.164 uploads
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

JAVASCRIPT = "application/javascript+module"
SOURCE_MAP = "application/source-map"
KINDS: Mapping[str, str] = {
    JAVASCRIPT: "esModule",
    "application/javascript": "commonJsModule",
    "application/octet-stream": "data",
    "application/wasm": "wasm",
    "text/plain": "text",
}
"""What workerd calls a module of each content type. Python's is not among them: its runtime is not on this machine."""


@dataclass(frozen=True)
class Module:
    """One module as it is uploaded: its name, its content type and its bytes."""

    name: str
    content_type: str
    content: bytes
