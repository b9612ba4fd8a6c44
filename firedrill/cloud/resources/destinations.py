"""What Cloudflare does to see that a Logpush job may and can deliver: an ownership challenge, or a test upload.

Sources: developers.cloudflare.com/logs/logpush/logpush-job/api-configuration (Destination),
developers.cloudflare.com/logs/logpush/logpush-job/logpush-ownership-challenge,
developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations (http, r2, splunk)
"""

from __future__ import annotations

import gzip
from datetime import datetime
from urllib.parse import urlsplit

from firedrill.cloud.resource_type import Surroundings
from firedrill.errors import CannotRun
from firedrill.sinks.post import post, target
from firedrill.sinks.sink import Refused
from firedrill.vendors.cloudflare import ownership
from firedrill.vendors.cloudflare.rules.destinations.address import AZURE_HOST, address
from firedrill.vendors.cloudflare.rules.destinations.check import KINDS, destination_breaches, is_challenged, kind_of
from firedrill.vendors.cloudflare.uploads import DATE, TEST
from firedrill.vendors.errors import FiredrillError, refuse


def challenge_fault(token: str, owner: str, conf: str, now: str) -> str:
    """Why a token does not prove that `owner` has the destination, at a time (RFC 3339); "" where it does."""
    return ownership.fault(token, owner, conf, _seconds(now))


def challenge(owner: str, conf: str, around: Surroundings, place: str) -> str:
    """Write a token into the destination; returns where: the name of its file there.

    `owner` is accounts/<id> or zones/<id>. Into what stands for the destination, else below `buckets/` beside the state
    file. Raises FiredrillError for a destination that cannot be, or is not, challenged, and where it is not written.
    """
    refuse(place, destination_breaches(conf))
    if not is_challenged(conf):
        raise FiredrillError(f"{place}: this destination needs no challenge; remove it.")
    bucket, key = challenge_file(conf, around.now[:10].replace("-", ""))
    token = ownership.issue(owner, conf, _seconds(around.now))
    if around.destinations is None:
        target = around.folder / "buckets" / bucket / key
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(token, encoding="utf-8")
        return key
    try:
        around.destinations.keep(conf, key, token)
    except Refused as refused:
        raise FiredrillError(f"{place}: error writing object: error uploading ({refused}).") from refused
    return key


def challenge_file(conf: str, date: str) -> tuple[str, str]:
    """The bucket, container or host of a destination, and the challenge's file in it; `date` stands for `{DATE}`.

    Sumo Logic has no files, and its path is a credential.
    """
    parts = address(conf.replace(DATE, date))
    place, path = parts.host, parts.path.strip("/")
    if parts.kind == "sumo":
        path = ""
    elif place.endswith(AZURE_HOST):
        container, _, path = path.partition("/")
        place = f"{place}/{container}"
    return place, "/".join(filter(None, (path, ownership.FILE)))


def _seconds(now: str) -> int:
    return int(datetime.fromisoformat(now).timestamp())


def test_upload(conf: str, around: Surroundings, place: str) -> None:
    """Send the test object to the sink of an HTTP destination's host, else to what stands for the destination.

    Raises FiredrillError when it does not accept the object, or nothing stands for it and no stand-in for all.
    """
    host, kind = urlsplit(conf).netloc, kind_of(conf)
    try:
        if KINDS[kind].posted and host in around.sinks:
            post(around.sinks[host], target(address(conf)), gzip.compress(TEST, mtime=0))
        elif around.destinations:
            around.destinations.test(conf)
        elif KINDS[kind].posted and not around.stand_in:
            raise CannotRun(
                f"the local cloud sends nothing over the network, and no sink stands for {host!r}; name one: firedrill"
                f" cloud --sink {host}=http://127.0.0.1:PORT, or let a stand-in accept what has none: firedrill cloud"
                " --stand-in"
            )
    except CannotRun as error:
        if not around.stand_in:
            raise FiredrillError(f"{place}: error validating destination: {error}") from error
    except Refused as refused:
        raise FiredrillError(
            f"{place}: error validating destination: error writing object: error uploading ({refused} from the sink of"
            f" {host!r}); it has to be up, and to accept the test object, when the job is created."
        ) from refused
