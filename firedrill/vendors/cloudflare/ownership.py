"""The token that Cloudflare writes into a destination to see whose it is: a JWT that holds for one owner and one place.

Modelled: the names of its claims, and its signature, which here anybody can make. A hash stands for the destination,
which Cloudflare's token has in clear.
Source: developers.cloudflare.com/logs/logpush/logpush-job/logpush-ownership-challenge (Challenge token structure)
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

FILE = "ownership-challenge.txt"
"""What the token is written to."""
LIFETIME_S = 7 * 24 * 60 * 60
_KEY = b"the local cloud"


def issue(owner: str, conf: str, now_s: int) -> str:
    """The token for a destination_conf of `owner`: accounts/<id> or zones/<id>."""
    head = {"alg": "HS256", "typ": "JWT"}
    signed = ".".join(map(_encoded, (head, {**_claims(owner, conf), "exp": now_s + LIFETIME_S})))
    return f"{signed}.{_signature(signed)}"


def fault(token: str, owner: str, conf: str, now_s: int) -> str:
    """Why the token proves nothing about a destination_conf of `owner`; "" where it proves that it is theirs."""
    signed, _, signature = token.strip().rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(signed).encode()):
        return "not that of the destination"
    claims = json.loads(_decoded(signed.rpartition(".")[2]))
    expires_s = claims.pop("exp")
    if claims != _claims(owner, conf):
        return "that of another destination, account or zone"
    return "" if now_s < expires_s else "more than 7 days old"


def _claims(owner: str, conf: str) -> dict[str, str]:
    kind, _, id_ = owner.partition("/")
    return {"object_type": kind, "object_id": id_, "destination": hashlib.sha256(conf.encode()).hexdigest()}


def _encoded(value: Any) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _signature(signed: str) -> str:
    return _text(hmac.digest(_KEY, signed.encode(), hashlib.sha256))
