"""The token, read where Cloudflare has written it: over the destination's own protocol, with the user's credentials.

Environment variables say where and with what, under the names that each vendor's own tools give them.
Sources: docs.aws.amazon.com/sdkref/latest/guide/settings-reference,
registry.terraform.io/providers/hashicorp/google (GOOGLE_OAUTH_ACCESS_TOKEN, STORAGE_EMULATOR_HOST),
learn.microsoft.com/cli/azure/storage (AZURE_STORAGE_SAS_TOKEN, AZURE_STORAGE_SERVICE_ENDPOINT)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http.client import HTTPException
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
    return _READ[parts.kind](parts, file, environment).strip()


def _s3(parts: Address, file: str, environment: Environment) -> str:
    """By botocore, which finds keys, profiles and roles as Amazon's own tools do."""
    try:
        require("botocore")
    except CannotRun as error:
        raise Unreadable(str(error)) from error
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.session import Session

    try:
        client = Session(profile=environment.get("AWS_PROFILE")).create_client(
            "s3",
            region_name=parts.get("region") or None,
            endpoint_url=environment.get("AWS_ENDPOINT_URL_S3") or environment.get("AWS_ENDPOINT_URL"),
            aws_access_key_id=environment.get("AWS_ACCESS_KEY_ID"),
            aws_secret_access_key=environment.get("AWS_SECRET_ACCESS_KEY"),
            aws_session_token=environment.get("AWS_SESSION_TOKEN"),
        )
        body = client.get_object(Bucket=parts.host, Key=file)["Body"].read(_LONGEST)
    except (BotoCoreError, ClientError) as error:
        raise Unreadable(f"S3: {error}; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE") from error
    return str(body.decode())


def _gcs(parts: Address, file: str, environment: Environment) -> str:
    local = environment.get("STORAGE_EMULATOR_HOST", "")
    token = environment.get("GOOGLE_OAUTH_ACCESS_TOKEN", "")
    if not (token or local):
        raise Unreadable("GOOGLE_OAUTH_ACCESS_TOKEN is not set: gcloud auth print-access-token prints one")
    server = (local if "://" in local else f"http://{local}") if local else _GOOGLE
    url = f"{server}/storage/v1/b/{quote(parts.host)}/o/{quote(file, safe='')}?alt=media"
    return _get(url, {} if local else {"Authorization": f"Bearer {token}"}, "Google Cloud Storage")


def _azure(parts: Address, file: str, environment: Environment) -> str:
    """With a signature of the user's own: that of the destination may only write."""
    signature = environment.get("AZURE_STORAGE_SAS_TOKEN", "").removeprefix("?")
    if not signature:
        raise Unreadable("AZURE_STORAGE_SAS_TOKEN is not set: a signature that may read the container")
    server = environment.get("AZURE_STORAGE_SERVICE_ENDPOINT") or f"https://{parts.host}"
    container = parts.path.strip("/").partition("/")[0]
    url = f"{server.rstrip('/')}/{container}/{quote(file)}?{signature}"
    return _get(url, {"x-ms-version": _AZURE_VERSION}, "Azure")


_READ: Mapping[str, Callable[[Address, str, Environment], str]] = {"s3": _s3, "gs": _gcs, "azure": _azure}


def _get(url: str, headers: Mapping[str, str], vendor: str) -> str:
    """A small text; the address is not told, since it may have a credential."""
    try:
        with urlopen(Request(url, headers=dict(headers)), timeout=_TIMEOUT_S) as response:  # noqa: S310 - as configured
            return str(response.read(_LONGEST).decode())
    except HTTPError as error:
        raise Unreadable(f"{vendor} answers HTTP {error.code}") from error
    except (OSError, HTTPException, ValueError) as error:
        raise Unreadable(f"{vendor} does not answer: {type(error).__name__}") from error
