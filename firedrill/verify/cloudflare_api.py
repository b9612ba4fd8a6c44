"""What is asked of Cloudflare, by its own client.

Source: developers.cloudflare.com/api/python, developers.cloudflare.com/fundamentals/api/reference/permissions
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import cloudflare

from firedrill.errors import CannotRun

URL = "https://api.cloudflare.com/client/v4"
TOKEN = "CLOUDFLARE_API_TOKEN"  # noqa: S105 - the name of a variable
T = TypeVar("T")
_PAGE = 1_000
"""Objects, the most that are given at once."""


class Cloudflare:
    """One account as a token may see it. Raises CannotRun for a token that may not, and when nobody answers."""

    def __init__(self, token: str, account_id: str, url: str = URL) -> None:
        self._account = account_id
        self._client = cloudflare.Cloudflare(api_token=token, base_url=url)

    def close(self) -> None:
        """Let go of its connections."""
        self._client.close()

    def token_status(self) -> str:
        """`active`, `disabled` or `expired`, of a token of the account or of a user."""
        tokens = self._client.accounts.tokens
        try:
            found: Any = tokens.verify(account_id=self._account)
        except cloudflare.APIStatusError:  # a user's token is not the account's
            found = _asked("any", self._client.user.tokens.verify)
        return str(found.status) if found else ""

    def job(self, id_: int) -> Mapping[str, Any] | None:
        """A Logpush job, None when there is none of that id. Its destination holds credentials: never show it."""
        jobs = self._client.logpush.jobs
        found = _asked("Account: Logs: Read", lambda: jobs.get(id_, account_id=self._account))
        return found.to_dict() if found else None

    def worker(self, name: str) -> Mapping[str, Any] | None:
        """The settings of a Worker that no version has, None when there is no such Worker."""
        settings = self._client.workers.scripts.settings
        found = _asked("Account: Workers Scripts: Read", lambda: settings.get(name, account_id=self._account))
        return found.to_dict() if found else None

    def objects(self, bucket: str, prefix: str) -> list[str]:
        """The keys of the objects in a bucket of R2 that begin with a prefix."""
        objects = self._client.r2.buckets.objects
        found = _asked(
            "Account: Workers R2 Storage: Read",
            lambda: list(objects.list(bucket, account_id=self._account, prefix=prefix, per_page=_PAGE)),
        )
        return [str(each.key) for each in found or ()]


def _asked(permission: str, ask: Callable[[], T]) -> T | None:
    """What Cloudflare answers, None for what is not there."""
    try:
        return ask()
    except cloudflare.NotFoundError:
        return None
    except (cloudflare.AuthenticationError, cloudflare.PermissionDeniedError) as error:
        raise CannotRun(
            f"Cloudflare refuses the token of {TOKEN} ({error.status_code}); give one with the permission "
            f"{permission!r} on the stack's account"
        ) from error
    except cloudflare.APIStatusError as error:
        raise CannotRun(f"Cloudflare answers {error.status_code}; try again later") from error
    except cloudflare.APIConnectionError as error:
        raise CannotRun(f"Cloudflare's API cannot be reached: {error}") from error
