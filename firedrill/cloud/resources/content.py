"""What a Worker is uploaded with.

Source: pulumi.com/registry/packages/cloudflare/api-docs/workersscript (content, contentFile, contentSha256)
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from firedrill.vendors.cloudflare.rules.scripts import content_breaches
from firedrill.vendors.errors import FiredrillError, refuse

_HANDLERS = ("email", "fetch", "queue", "scheduled", "tail", "trace")


def content_of(inputs: Mapping[str, Any], place: str, root: Path) -> str:
    """What is uploaded, checked against its hash as the provider does; `root` is where paths start.

    Raises FiredrillError for a file that cannot be read, and for a hash of something else.
    """
    given = [key for key in ("content", "contentFile") if inputs.get(key) is not None]
    if len(given) != 1:
        raise FiredrillError(f"{place}: it has {' and '.join(given) or 'no content'}; set content or contentFile.")
    if given == ["contentFile"]:
        source = f"content_file ({inputs['contentFile']})"
        content = file_content(root / inputs["contentFile"], place)
        if not inputs.get("contentSha256"):
            raise FiredrillError(f"{place}: contentFile must be paired with contentSha256; set the file's SHA-256.")
    else:
        source, content = "content", inputs["content"]
        refuse(place, content_breaches(inputs))
    wanted, actual = inputs.get("contentSha256"), hashlib.sha256(content.encode()).hexdigest()
    if wanted is not None and wanted != actual:
        raise FiredrillError(
            f"{place}: SHA-256 Hash Mismatch: The provided SHA-256 hash {wanted!r} does not match the actual hash"
            f" {actual!r} of {source}"
        )
    return str(content)


def require_assets(inputs: Mapping[str, Any], place: str, root: Path) -> None:
    """Raise FiredrillError where there is no folder of assets as an upload names it."""
    directory = (inputs.get("assets") or {}).get("directory")
    if directory is not None and not (root / directory).is_dir():
        raise FiredrillError(f"{place}: assets.directory {directory!r} is no folder; name the one that has the files.")


def handlers_of(content: str) -> list[str]:
    """The handlers of a module, sorted. Modelled: those whose names it gives to a method or a property anywhere."""
    return [name for name in _HANDLERS if re.search(rf"(?<![.\w]){name}\s*(?:\([^()]*\)\s*\{{|:)", content)]


def file_content(file: Path, place: str) -> str:
    """The text of a module in a file. Raises FiredrillError for one that cannot be read."""
    try:
        with open(file, encoding="utf-8", newline="") as text:
            return text.read()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise FiredrillError(f"{place}: could not read file {str(file)!r}: {reason}") from error
