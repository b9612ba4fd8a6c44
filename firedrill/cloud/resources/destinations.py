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

from firedrill.cloud.resources.keys import digest
from firedrill.vendors.cloudflare.destination import scheme
from firedrill.vendors.errors import FiredrillError, Unsupported

_CHALLENGED = ("s3", "gs", "azure")
_UPLOADED = ("https", "splunk")
_KEYS = ("access-key-id", "secret-access-key")
_NEEDED = {"r2": ("account-id", *_KEYS), "s3": ("region",), "splunk": ("header_Authorization",)}
_SPLUNK_PORTS = (443, 8088)
_TEST = gzip.compress(b'{"content":"tests"}', mtime=0)
_TIMEOUT_S = 5


def is_challenged(conf: str, place: str) -> bool:
    """Whether the owner of the destination has to prove it: one of a bucket that comes without keys.

    Raises Unsupported for Sumo Logic, which shows its challenge in its own search only.
    """
    kind = scheme(conf, place)
    if kind == "sumo":
        raise Unsupported("Logpush destination sumo://", place)
    return kind in _CHALLENGED and not _has_keys(conf)


def check_destination(conf: str, place: str) -> None:
    """Raise FiredrillError for a destination that lacks what Cloudflare's page asks for."""
    kind = scheme(conf, place)
    url = urlsplit(conf)
    given = dict(parse_qsl(url.query))
    missing = [name for name in _NEEDED.get(kind, ()) if not given.get(name)]
    if missing:
        raise FiredrillError(
            f"{place}: destination_conf of {kind}:// has no {', '.join(missing)}; add it as a parameter."
        )
    if kind == "splunk" and (url.port or _SPLUNK_PORTS[0]) not in _SPLUNK_PORTS:
        raise FiredrillError(
            f"{place}: destination_conf goes to port {url.port}; Logpush reaches Splunk at"
            f" {' and '.join(map(str, _SPLUNK_PORTS))} only."
        )


def challenge_token(owner: str, conf: str) -> str:
    """What proves that `owner`, an account or a zone, has the destination."""
    return digest("ownership", owner, conf)


def challenge_file(conf: str, date: str, place: str) -> str:
    """Where in the bucket the challenge is written; `date` (YYYYMMDD) stands for `{DATE}`."""
    url = urlsplit(conf.replace("{DATE}", date))
    file = PurePosixPath(url.netloc, url.path.lstrip("/"), "ownership-challenge.txt")
    if ".." in file.parts or not url.netloc:
        raise FiredrillError(f"{place}: destination_conf names no place in a bucket; use <bucket>/<path>.")
    return str(file)


def write_challenge(folder: Path, file: str, token: str) -> None:
    """Put the challenge into the bucket, a folder of this machine."""
    target = folder / "buckets" / file
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(token, encoding="utf-8")


def test_upload(conf: str, sinks: Mapping[str, str], place: str) -> None:
    """Post the test object to the sink that stands for an HTTP destination's host; another destination needs no test.

    Raises FiredrillError when there is no such sink, or when it does not accept the object.
    """
    if scheme(conf, place) not in _UPLOADED:
        return
    url = urlsplit(conf)
    sink = sinks.get(url.netloc)
    if sink is None:
        raise FiredrillError(
            f"{place}: error validating destination: the local cloud sends nothing over the network, and no sink stands"
            f" for {url.netloc!r}; name one: firedrill cloud --sink {url.netloc}=http://127.0.0.1:PORT"
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


def _has_keys(conf: str) -> bool:
    given = dict(parse_qsl(urlsplit(conf).query))
    return all(given.get(key) for key in _KEYS)
