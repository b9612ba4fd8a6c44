"""What Cloudflare does to see that a Logpush job may and can deliver: an ownership challenge, or a test upload.

Sources: developers.cloudflare.com/logs/logpush/logpush-job/api-configuration (Destination),
developers.cloudflare.com/logs/logpush/logpush-job/logpush-ownership-challenge,
developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations (http, r2, splunk)
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path, PurePosixPath
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from firedrill.cloud.resource_type import Surroundings
from firedrill.cloud.resources.keys import digest
from firedrill.vendors.cloudflare.rules.destinations.address import address
from firedrill.vendors.cloudflare.rules.destinations.check import KINDS, destination_breaches, kind_of
from firedrill.vendors.errors import FiredrillError, Unsupported, refuse

_TEST = gzip.compress(b'{"content":"tests"}', mtime=0)
_TIMEOUT_S = 5


def refuse_sumo(conf: str, place: str) -> None:
    """Raise Unsupported for Sumo Logic, which shows its challenge in its own search only."""
    if kind_of(conf) == "sumo":
        raise Unsupported("Logpush destination sumo://", place)


def challenge_token(owner: str, conf: str) -> str:
    """What proves that `owner`, an account or a zone, has the destination."""
    return digest("ownership", owner, conf)


def challenge_file(conf: str, date: str, place: str) -> str:
    """Where in the bucket the challenge is written; `date` (YYYYMMDD) stands for `{DATE}`."""
    refuse(place, destination_breaches(conf))
    parts = address(conf.replace("{DATE}", date))
    return str(PurePosixPath(parts.host, parts.path.lstrip("/"), "ownership-challenge.txt"))


def write_challenge(folder: Path, file: str, token: str) -> None:
    """Put the challenge into the bucket, a folder of this machine."""
    target = folder / "buckets" / file
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(token, encoding="utf-8")


def test_upload(conf: str, around: Surroundings, place: str) -> None:
    """Post the test object to the sink that stands for an HTTP destination's host; another destination needs no test.

    Raises FiredrillError when there is no such sink, nor a stand-in for all, or when it does not accept the object.
    """
    if not KINDS[kind_of(conf)].posted:
        return
    url = urlsplit(conf)
    sink = around.sinks.get(url.netloc)
    if sink is None:
        if around.stand_in:
            return
        raise FiredrillError(
            f"{place}: error validating destination: the local cloud sends nothing over the network, and no sink stands"
            f" for {url.netloc!r}; name one: firedrill cloud --sink {url.netloc}=http://127.0.0.1:PORT, or let a"
            " stand-in accept what has none: firedrill cloud --stand-in"
        )
    query = parse_qsl(url.query, keep_blank_values=True)
    headers = {name.removeprefix("header_"): value for name, value in query if name.startswith("header_")}
    rest = urlencode([(name, value) for name, value in query if not name.startswith("header_")])
    told = _post(urlsplit(sink), f"{url.path or '/'}{'?' if rest else ''}{rest}", headers)
    if told:
        raise FiredrillError(
            f"{place}: error validating destination: error writing object: error uploading ({told} from the sink of"
            f" {url.netloc!r}); it has to be up, and to accept the test object, when the job is created."
        )


def _post(sink: SplitResult, path: str, headers: Mapping[str, str]) -> str:
    """Post the test object, without a proxy and without a redirect; gives what went wrong, "" for nothing."""
    connection = HTTPConnection(sink.hostname or "", sink.port, timeout=_TIMEOUT_S)
    try:
        connection.request("POST", path, _TEST, {"Content-Encoding": "gzip", "Content-Type": "text/plain", **headers})
        status = connection.getresponse().status
    except (OSError, HTTPException, ValueError) as error:
        return type(error).__name__
    finally:
        connection.close()
    return "" if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES else f"HTTP {status}"
