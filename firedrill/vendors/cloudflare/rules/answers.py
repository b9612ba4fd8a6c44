"""What every answer of Cloudflare's API is wrapped in.

Source: developers.cloudflare.com/fundamentals/api/how-to/make-api-calls
"""

from __future__ import annotations

from typing import Any


def result(value: Any) -> dict[str, Any]:
    """The body of an answer that gives a value."""
    return {"errors": [], "messages": [], "success": True, "result": value}


def refusal(code: int, message: str) -> dict[str, Any]:
    """The body of a refusal; codes: developers.cloudflare.com/fundamentals/api/troubleshooting."""
    return {"errors": [{"code": code, "message": message}], "messages": [], "success": False, "result": None}
