"""Cloudflare's API of ownership challenges, as a client.

Source: developers.cloudflare.com/api/resources/logpush/subresources/ownership
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from firedrill.errors import CannotRun
from firedrill.vendors.errors import FiredrillError

BASE_URL = "https://api.cloudflare.com/client/v4"
_TIMEOUT_S = 30.0
_TOKEN, _BASE = "CLOUDFLARE_API_TOKEN", "CLOUDFLARE_BASE_URL"


@dataclass(frozen=True)
class CloudflareApi:
    """The API at `base_url`, with a token that may write logs (Logs Write)."""

    token: str = field(repr=False)
    base_url: str = BASE_URL

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> CloudflareApi:
        """As Cloudflare's own clients find it. Raises CannotRun without a token."""
        token = environment.get(_TOKEN, "")
        if not token:
            raise CannotRun(f"{_TOKEN} is not set; give a token of the account with the permission Logs Write")
        base = environment.get(_BASE) or BASE_URL
        if not base.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
            raise CannotRun(f"{_BASE} is {base!r}; allowed: https, or http to this machine: it gets the token")
        return cls(token, base.rstrip("/"))

    def ask(self, account_id: str, conf: str) -> str:
        """Have a challenge written into a destination; returns the name of its file there.

        Raises FiredrillError with what Cloudflare refuses, CannotRun when it cannot be reached.
        """
        return str(self._post(account_id, "", {"destination_conf": conf})["filename"])

    def accepts(self, account_id: str, conf: str, token: str) -> bool:
        """Whether a token proves that the destination is the account's. Raises as `ask`."""
        given = {"destination_conf": conf, "ownership_challenge": token}
        return bool(self._post(account_id, "/validate", given)["valid"])

    def _post(self, account_id: str, path: str, given: Mapping[str, str]) -> Any:
        url = f"{self.base_url}/accounts/{account_id}/logpush/ownership{path}"
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = Request(url, json.dumps(given).encode(), headers, method="POST")  # noqa: S310 - see `of`
        try:
            with urlopen(request, timeout=_TIMEOUT_S) as response:  # noqa: S310
                return json.load(response)["result"]
        except HTTPError as error:
            raise FiredrillError(f"Cloudflare refuses (HTTP {error.code}): {_told(error.read())}") from error
        except (OSError, URLError, ValueError, KeyError) as error:
            raise CannotRun(f"Cloudflare's API at {self.base_url} does not answer: {error}") from error


def _told(body: bytes) -> str:
    """The messages of a refusal."""
    try:
        return "; ".join(f"{each['code']} {each['message']}" for each in json.loads(body)["errors"])
    except (ValueError, KeyError, TypeError):
        return "no reason was told"
