"""Each challenge from beginning to end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from firedrill.challenge.challenged import Challenged
from firedrill.challenge.reading import Unreadable
from firedrill.cloud.values import redacted, secret
from firedrill.errors import CannotRun
from firedrill.vendors.cloudflare.rules.forms import Form
from firedrill.vendors.errors import FiredrillError

TOKEN = Form(r"[A-Za-z0-9/+._-]+", "a token of letters, digits, /, +, dots, dashes and _", most=4_096)
"""Source: developers.cloudflare.com/api/resources/logpush (ownership_challenge)"""


class Cloudflare(Protocol):
    """Who challenges."""

    def ask(self, account_id: str, conf: str) -> str:
        """Have a token written into a destination; returns the name of its file there. Raises FiredrillError."""

    def accepts(self, account_id: str, conf: str, token: str) -> bool:
        """Whether a token proves that the destination is the account's."""


class Secrets(Protocol):
    """Where tokens are kept, and the credentials that are part of addresses."""

    def get(self, key: str) -> str:
        """The value of a full config key; "" where it is not set."""

    def set(self, key: str, value: str) -> None:
        """Keep a value encrypted."""


@dataclass(frozen=True)
class Met:
    """How one challenge ended: whether the secret is set now, and what was done or has to be, in words."""

    name: str
    ok: bool
    said: str


Obtain = Callable[[str, str], str]
"""The token for an account's id and a destination_conf. Raises Unreadable, and FiredrillError as `Cloudflare`."""


def asked_and_read(cloudflare: Cloudflare, read: Callable[[str, str], str]) -> Obtain:
    """The token that Cloudflare writes; `read` gives the text of a file in the destination with a destination_conf."""

    def obtain(account_id: str, conf: str) -> str:
        file = cloudflare.ask(account_id, conf)
        try:
            return read(conf, file)
        except Unreadable as error:
            raise Unreadable(f"Cloudflare has written {file}, which cannot be read here: {error}") from error

    return obtain


def meet(
    wanted: Iterable[Challenged], cloudflare: Cloudflare, secrets: Secrets, obtain: Obtain, *, again: bool = False
) -> Iterator[Met]:
    """Meet each challenge whose secret does not prove it yet, or every one of them `again`. No credential is told.

    Raises CannotRun where nobody can be asked.
    """
    for each in wanted:
        lacking = [key for key in each.credentials if not secrets.get(key)]
        if lacking:
            told = "; ".join(f"pulumi config set --secret {key}" for key in lacking)
            yield Met(each.name, False, f"its address needs other secrets first: {told}")
            continue
        conf = each.conf({key: secrets.get(key) for key in each.credentials})
        known = secrets.get(each.key)
        try:
            if known and not again and cloudflare.accepts(each.account_id, conf, known):
                yield Met(each.name, True, f"{each.key} proves it already")
                continue
            token = obtain(each.account_id, conf)
            if TOKEN.fits(token) and cloudflare.accepts(each.account_id, conf, token):
                secrets.set(each.key, token)
                yield Met(each.name, True, f"its token is the secret {each.key} now")
            else:
                yield Met(each.name, False, "what was read is no token that Cloudflare takes for its address")
        except Unreadable as error:
            how = f"read it there, and hand it over: firedrill challenge --destination {each.name} --token-file FILE"
            yield Met(each.name, False, f"{error}; {how}")
        except CannotRun:
            raise
        except FiredrillError as error:
            yield Met(each.name, False, redacted(str(error), secret(conf)))
