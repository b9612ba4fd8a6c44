"""What Cloudflare does to see that a Logpush job may and can deliver: an ownership challenge, or a test upload.

Sources: developers.cloudflare.com/logs/logpush/logpush-job/api-configuration (Destination),
developers.cloudflare.com/logs/logpush/logpush-job/logpush-ownership-challenge,
developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations (http, r2, splunk)
"""

from __future__ import annotations

import gzip
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from firedrill.cloud.resource_type import Surroundings
from firedrill.cloud.resources.keys import digest
from firedrill.sinks.post import post, target
from firedrill.sinks.sink import Refused
from firedrill.vendors.cloudflare.rules.destinations.address import address
from firedrill.vendors.cloudflare.rules.destinations.check import KINDS, destination_breaches, kind_of
from firedrill.vendors.cloudflare.uploads import TEST
from firedrill.vendors.errors import FiredrillError, Unsupported, refuse


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
    try:
        post(sink, target(address(conf)), gzip.compress(TEST, mtime=0))
    except Refused as refused:
        raise FiredrillError(
            f"{place}: error validating destination: error writing object: error uploading ({refused} from the sink of"
            f" {url.netloc!r}); it has to be up, and to accept the test object, when the job is created."
        ) from refused
