"""What is asked of Cloudflare, by its own client: Logpush jobs, ownership challenges, Workers, objects of R2.

Source: developers.cloudflare.com/api/python, developers.cloudflare.com/fundamentals/api/reference/permissions
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import cloudflare

from firedrill.errors import CannotRun
from firedrill.vendors.cloudflare.rules.permissions import READ_LOGS, READ_OBJECTS, READ_WORKERS, WRITE_LOGS
from firedrill.vendors.errors import FiredrillError

URL = "https://api.cloudflare.com/client/v4"
TOKEN = "CLOUDFLARE_API_TOKEN"  # noqa: S105 - the name of a variable
_BASE = "CLOUDFLARE_BASE_URL"
_TIMEOUT_S = 30.0
_PAGE = 1_000
"""Objects, the most that are given at once."""
T = TypeVar("T")


def base_url(environment: Mapping[str, str]) -> str:
    """Where the API is, as Cloudflare's own clients find it. Raises CannotRun for where no token may be sent."""
    base = environment.get(_BASE) or URL
    if not base.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise CannotRun(f"{_BASE} is {base!r}; allowed: https, or http to this machine: it gets the token")
    return base.rstrip("/")


class Cloudflare:
    """The API at `url` as a token may see it. Raises CannotRun for a token that may not, and when nobody answers."""

    def __init__(self, token: str, url: str = URL) -> None:
        self._url = url
        self._client = cloudflare.Cloudflare(api_token=token, base_url=url, timeout=_TIMEOUT_S)

    def close(self) -> None:
        """Let go of its connections."""
        self._client.close()

    def token_status(self, account_id: str) -> str:
        """`active`, `disabled` or `expired`, of a token of the account or of a user."""
        tokens = self._client.accounts.tokens
        try:
            found: Any = tokens.verify(account_id=account_id)
        except cloudflare.APIStatusError:  # a user's token is not the account's
            found = self._found("any", self._client.user.tokens.verify)
        return str(found.status) if found else ""

    def job(self, account_id: str, id_: int) -> Mapping[str, Any] | None:
        """A Logpush job, None when there is none of that id. Its destination holds credentials: never show it."""
        jobs = self._client.logpush.jobs
        found = self._found(READ_LOGS, lambda: jobs.get(id_, account_id=account_id))
        return found.to_dict() if found else None

    def worker(self, account_id: str, name: str) -> Mapping[str, Any] | None:
        """The settings of a Worker that no version has, None when there is no such Worker."""
        settings = self._client.workers.scripts.settings
        found = self._found(READ_WORKERS, lambda: settings.get(name, account_id=account_id))
        return found.to_dict() if found else None

    def objects(self, account_id: str, bucket: str, prefix: str) -> list[str]:
        """The keys of the objects in a bucket of R2 that begin with a prefix."""
        objects = self._client.r2.buckets.objects
        found = self._found(
            READ_OBJECTS, lambda: list(objects.list(bucket, account_id=account_id, prefix=prefix, per_page=_PAGE))
        )
        return [str(each.key) for each in found or ()]

    def ask(self, account_id: str, conf: str) -> str:
        """Have a challenge written into a destination; returns the name of its file there.

        Raises FiredrillError with what Cloudflare refuses.
        """
        ownership = self._client.logpush.ownership
        found: Any = self._taken(lambda: ownership.create(account_id=account_id, destination_conf=conf))
        return str(found.filename)

    def accepts(self, account_id: str, conf: str, token: str) -> bool:
        """Whether a token proves that the destination is the account's. Raises as `ask`."""
        ownership = self._client.logpush.ownership
        found: Any = self._taken(
            lambda: ownership.validate(account_id=account_id, destination_conf=conf, ownership_challenge=token)
        )
        return bool(found.valid)

    def _found(self, permission: str, ask: Callable[[], T]) -> T | None:
        """What Cloudflare answers, None for what is not there."""
        try:
            return self._asked(permission, ask)
        except cloudflare.NotFoundError:
            return None
        except cloudflare.APIStatusError as error:
            raise CannotRun(f"Cloudflare answers {error.status_code}; try again later") from error

    def _taken(self, ask: Callable[[], T]) -> T:
        """What Cloudflare answers to an order."""
        try:
            return self._asked(WRITE_LOGS, ask)
        except cloudflare.APIStatusError as error:
            raise FiredrillError(f"Cloudflare refuses (HTTP {error.status_code}): {_told(error.body)}") from error

    def _asked(self, permission: str, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except (cloudflare.AuthenticationError, cloudflare.PermissionDeniedError) as error:
            raise CannotRun(
                f"Cloudflare refuses the token of {TOKEN} ({error.status_code}); give one with the permission "
                f"{permission!r} on the stack's account"
            ) from error
        except cloudflare.APIConnectionError as error:
            raise CannotRun(f"Cloudflare's API at {self._url} does not answer: {error.__cause__ or error}") from error


def _told(body: object) -> str:
    """The messages of a refusal."""
    try:
        return "; ".join(f"{each['code']} {each['message']}" for each in body["errors"])  # type: ignore[index]
    except (KeyError, TypeError):
        return "no reason was told"
