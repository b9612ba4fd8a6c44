"""What Cloudflare's API would answer to the upload of a WorkersScript, given what it already holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from firedrill.vendors.cloudflare.rules.migrations import NOTHING, Live
from firedrill.vendors.cloudflare.rules.scripts import assets_breaches, module_breaches, script_breaches
from firedrill.vendors.errors import refuse


def check_script(script: Mapping[str, Any], live: Live = NOTHING, *, may_be_imported: bool = False) -> None:
    """Raise FiredrillError with every reason, one a line, why the upload (API JSON) would fail or not work.

    What `may_be_imported` need not have its main module and its assets, which Cloudflare does not give back.
    """
    of_code = () if may_be_imported else (*module_breaches(script), *assets_breaches(script))
    refuse(f"WorkersScript {script['script_name']!r}", [*script_breaches(script, live), *of_code])
