"""decodeuricomponent: decodes URI components, `%2Fservice` to `/service`; anything that is not an escape is kept."""

from __future__ import annotations

from urllib.parse import unquote

from firedrill.vendors.datadog.grok.definitions import plain

FILTER = plain("decodeuricomponent", lambda value: unquote(value) if isinstance(value, str) else None)
