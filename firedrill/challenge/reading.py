"""Buckets and containers of the user's own, read over their own protocol, with the user's credentials.

Cloudflare has written a token there, or Logpush objects.

Environment variables say where and with what, under the names that each vendor's own tools give them.
Sources: docs.aws.amazon.com/sdkref/latest/guide/settings-reference,
registry.terraform.io/providers/hashicorp/google (GOOGLE_OAUTH_ACCESS_TOKEN, STORAGE_EMULATOR_HOST),
learn.microsoft.com/cli/azure/storage (AZURE_STORAGE_SAS_TOKEN, AZURE_STORAGE_SERVICE_ENDPOINT)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from firedrill.errors import CannotRun
from firedrill.extras import require
from firedrill.vendors.cloudflare.rules.destinations.address import Address, address

_TIMEOUT_S = 30.0
_LONGEST = 8_192
"""Bytes; Cloudflare's tokens have at most 4,096 characters."""
_GOOGLE = "https://storage.googleapis.com"
_AZURE_VERSION = "2022-11-02"

Environment = Mapping[str, str]


class Unreadable(Exception):
    """The token cannot be read here; the text says why, and what would let it."""


def read_token(conf: str, file: str, environment: Environment) -> str:
    """The text of a file in a destination. Raises Unreadable."""
    parts = address(conf)
    if parts.kind not in _READ:
        raise Unreadable("Sumo Logic shows it in its own search only (open Live Tail, and ask again)")
    return _READ[parts.kind](parts, file, environment)[:_LONGEST].decode(errors="replace").strip()


def s3_client(parts: Address, environment: Environment) -> Any:
    """A client of the bucket of an address, by botocore, which finds keys, profiles and roles as Amazon's tools do.

    Raises Unreadable where it is not installed.
    """
    try:
        require("botocore")
    except CannotRun as error:
        raise Unreadable(str(error)) from error
    from botocore.session import Session

    given = environment.get("AWS_ENDPOINT_URL_S3") or environment.get("AWS_ENDPOINT_URL")
    with s3_refusals():
        return Session(profile=environment.get("AWS_PROFILE")).create_client(
            "s3",
            region_name=parts.get("region") or None,
            endpoint_url=given or (f"https://{endpoint}" if (endpoint := parts.get("endpoint")) else None),
            aws_access_key_id=environment.get("AWS_ACCESS_KEY_ID"),
            aws_secret_access_key=environment.get("AWS_SECRET_ACCESS_KEY"),
            aws_session_token=environment.get("AWS_SESSION_TOKEN"),
        )


@contextmanager
def s3_refusals() -> Iterator[None]:
    """Turn what botocore raises into Unreadable."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Unreadable(f"S3: {error}; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE") from error


def google(path: str, environment: Environment) -> bytes:
    """What Google Cloud Storage has at a path of its API. Raises Unreadable."""
    local = environment.get("STORAGE_EMULATOR_HOST", "")
    token = environment.get("GOOGLE_OAUTH_ACCESS_TOKEN", "")
    if not (token or local):
        raise Unreadable("GOOGLE_OAUTH_ACCESS_TOKEN is not set: gcloud auth print-access-token prints one")
    server = (local if "://" in local else f"http://{local}") if local else _GOOGLE
    return _get(f"{server}{path}", {} if local else {"Authorization": f"Bearer {token}"}, "Google Cloud Storage")


def azure(parts: Address, path: str, environment: Environment) -> bytes:
    """What Azure has at a path of the address's account, which may have a query. Raises Unreadable.

    With a signature of the user's own: that of the destination may only write.
    """
    signature = environment.get("AZURE_STORAGE_SAS_TOKEN", "").removeprefix("?")
    if not signature:
        raise Unreadable("AZURE_STORAGE_SAS_TOKEN is not set: a signature that may read the container")
    server = environment.get("AZURE_STORAGE_SERVICE_ENDPOINT") or f"https://{parts.host}"
    url = f"{server.rstrip('/')}/{path}{'&' if '?' in path else '?'}{signature}"
    return _get(url, {"x-ms-version": _AZURE_VERSION}, "Azure")


def container_of(parts: Address) -> str:
    """The container of an address of Azure."""
    return parts.path.strip("/").partition("/")[0]


def _s3(parts: Address, file: str, environment: Environment) -> bytes:
    client = s3_client(parts, environment)
    with s3_refusals():
        body: bytes = client.get_object(Bucket=parts.host, Key=file)["Body"].read(_LONGEST)
    return body


def _gcs(parts: Address, file: str, environment: Environment) -> bytes:
    return google(f"/storage/v1/b/{quote(parts.host)}/o/{quote(file, safe='')}?alt=media", environment)


def _azure(parts: Address, file: str, environment: Environment) -> bytes:
    return azure(parts, f"{container_of(parts)}/{quote(file)}", environment)


_READ: Mapping[str, Callable[[Address, str, Environment], bytes]] = {"s3": _s3, "gs": _gcs, "azure": _azure}


def _get(url: str, headers: Mapping[str, str], vendor: str) -> bytes:
    """The body; the address is not told, since it may have a credential."""
    try:
        with urlopen(Request(url, headers=dict(headers)), timeout=_TIMEOUT_S) as response:  # noqa: S310 - as configured
            return bytes(response.read())
    except HTTPError as error:
        raise Unreadable(f"{vendor} answers HTTP {error.code}") from error
    except (OSError, HTTPException, ValueError) as error:
        raise Unreadable(f"{vendor} does not answer: {type(error).__name__}") from error
