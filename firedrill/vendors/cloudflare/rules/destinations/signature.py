"""The shared access signature of a container: the query of a SAS URL, of which no value is shown that may be secret.

Sources: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/azure,
learn.microsoft.com/rest/api/storageservices/create-account-sas, .../create-service-sas
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from firedrill.vendors.cloudflare.rules.destinations.address import MASKED, Address
from firedrill.vendors.rules.breach import Breach, shown

_NAME = re.compile(r"[a-z]+")
_SIGNATURE = re.compile(r"[A-Za-z0-9+/]+=*")
_WANTED = {"ss": ("b", "blobs only"), "srt": ("o", "objects only")}
_AGAIN = "make another signature"
_AS_IT_IS = "set what stands after the ? of a SAS URL, as it is"


def signature_breaches(parts: Address) -> Iterator[Breach]:
    """What is wrong with an address's parameters as a signature; masked ones are not judged."""
    for name, (wanted, what) in _WANTED.items():
        given = parts.get(name)
        if given and given != wanted:
            yield Breach(f"destination_conf.{name}", shown(given), f"{wanted} ({what})", _AGAIN)
    permitted = parts.get("sp")
    if permitted and MASKED not in permitted and "w" not in permitted:
        yield Breach("destination_conf.sp", shown(permitted), "permissions with w (write)", _AGAIN)
    if any(MASKED in name for name, _ in parts.parameters):
        return
    signature = parts.get("sig")
    if not all(_NAME.fullmatch(name) for name, _ in parts.parameters):
        yield Breach("destination_conf", "without the query of a SAS URL", "one such as sv=...&sig=...", _AS_IT_IS)
    elif not signature:
        allowed = "the shared access signature of a URL that may create and write"
        yield Breach("destination_conf.sig", "", allowed, "add the parameter")
    elif MASKED not in signature and not _SIGNATURE.fullmatch(signature):
        allowed = "base64, in which + / and = are written as %2B %2F and %3D"
        yield Breach("destination_conf.sig", "no base64", allowed, _AS_IT_IS)
