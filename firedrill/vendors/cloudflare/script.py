"""What Cloudflare's API would answer to the upload of a WorkersScript, given what it already holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from firedrill.vendors.cloudflare.rules.migrations import NOTHING, Live
from firedrill.vendors.cloudflare.rules.scripts import module_breaches, script_breaches
from firedrill.vendors.errors import refuse


def check_script(script: Mapping[str, Any], live: Live = NOTHING, *, has_code: bool = False) -> None:
    """Raise FiredrillError with every reason, one a line, why the upload (API JSON) would fail or not work.

    One that `has_code` names its main module; an import gives neither.
    """
    of_code = module_breaches(script) if has_code else ()
    refuse(f"WorkersScript {script['script_name']!r}", [*script_breaches(script, live), *of_code])
