"""boolean: `true`, ignoring case, is true; every other text is false.

The page names only true and false; that others are false is what vectordotdev/vrl notes as Datadog's exact behaviour.
"""

from __future__ import annotations

from firedrill.vendors.datadog.grok.definitions import plain

FILTER = plain("boolean", lambda value: str(value).lower() == "true", "any other text is false")
