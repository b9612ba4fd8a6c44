"""A destination_conf, checked as Cloudflare does before it sends anything there.

Sources: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations,
developers.cloudflare.com/logs/logpush/logpush-job/logpush-ownership-challenge
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import unquote_plus

from firedrill.vendors.cloudflare.rules.destinations.address import (
    API_KEY,
    AZURE_HOST,
    HEADER,
    IBM_KEY,
    IBM_PATH,
    INTAKE_HOST,
    INTAKE_PARAMETERS,
    INTAKE_PATHS,
    KEYS,
    MASKED,
    ROLE,
    SPLUNK_PATH,
    SUMO_PATH,
    TABLE_PATH,
    Address,
    address,
)
from firedrill.vendors.cloudflare.rules.destinations.names import (
    AZURE_ACCOUNT,
    AZURE_CONTAINER,
    BUCKET,
    DATASET,
    FOLDER,
    HEADER_NAME,
    HOST,
    IBM_HOST,
    PROJECT,
    R2_BUCKET,
    REGION,
    ROLE_ARN,
    SPLUNK_CHANNEL,
    SPLUNK_HOST,
    SPLUNK_SOURCE_TYPE,
    STREAM,
    TABLE,
)
from firedrill.vendors.cloudflare.rules.destinations.signature import signature_breaches
from firedrill.vendors.cloudflare.rules.forms import Form
from firedrill.vendors.rules.breach import Breach, shown
from firedrill.vendors.rules.sites import site_breaches, source_breaches

MAX_CONF = 4_096
"""Characters. Source: developers.cloudflare.com/api/resources/logpush"""
_WITH_PASSWORDS = ("datadog", "https")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_WITH_CONTROL = "more than one line, or has control characters"


def kind_of(conf: str) -> str:
    """The kind of destination; "" for none."""
    kind, mark, _ = conf.partition("://")
    return kind if mark and kind in KINDS else ""


def is_challenged(conf: str) -> bool:
    """Whether its owner has to prove that it is theirs."""
    kind = kind_of(conf)
    return bool(kind) and KINDS[kind].challenged and not all(map(address(conf).get, KEYS))


def challenge_breaches(given: str | None, fault: str) -> Iterator[Breach]:
    """What is wrong with the ownership challenge `given` with a job; `fault` says why it proves nothing, if it does."""
    if fault or not given:
        change = (
            "run: firedrill challenge, or declare a LogpushOwnershipChallenge with the same destinationConf, and set"
            " what it wrote there"
        )
        allowed = "the token that Cloudflare wrote into the destination"
        yield Breach("ownership_challenge", fault if given else "", allowed, change)


def destination_breaches(conf: str) -> Iterator[Breach]:
    """What is wrong with a job's destination_conf; no credential is in the answer."""
    kind = kind_of(conf)
    if not kind:
        allowed = f"an address that begins with one of {', '.join(f'{each}://' for each in KINDS)}"
        yield Breach("destination_conf", "" if not conf else "not the address of a destination", allowed)
    elif len(conf) > MAX_CONF:
        yield Breach("destination_conf", f"{len(conf)} characters long", f"at most {MAX_CONF} characters")
    elif _CONTROL.search(conf):
        yield Breach("destination_conf", _WITH_CONTROL, "an address of one line")
    elif "@" in address(conf).host and kind not in _WITH_PASSWORDS:
        yield Breach("destination_conf", "with a user name or password before its host", "an address without them")
    elif conf != f"{kind}://{MASKED}":
        yield from KINDS[kind].breaches(address(conf))
    elif kind == "datadog":
        allowed = "an address in which only the values of secret parameters are masked"
        yield Breach("destination_conf", "a secret as a whole", allowed, "make a secret of the API key alone")


def _needed(parts: Address, forms: Mapping[str, Form | str]) -> Iterator[Breach]:
    """Parameters that are missing, or of another form; a text instead of a form says what any value is."""
    for name, form in forms.items():
        value = parts.get(name)
        if MASKED in value:
            continue
        if isinstance(form, Form):
            yield from form.breaches(f"destination_conf.{name}", value)
        elif not value:
            yield Breach(f"destination_conf.{name}", "", form, "add the parameter")


def _in_bucket(parts: Address, form: Form, needed: Mapping[str, Form | str]) -> Iterator[Breach]:
    yield from form.breaches("destination_conf.bucket", parts.host)
    yield from _in_folder(parts.path)
    yield from _needed(parts, needed)


def _in_folder(path: str) -> Iterator[Breach]:
    if path.strip("/"):
        yield from FOLDER.breaches("destination_conf.path", path.removeprefix("/").removesuffix("/"))


def _datadog(parts: Address) -> Iterator[Breach]:
    if not parts.host.startswith(INTAKE_HOST) or parts.path.removesuffix("/") not in INTAKE_PATHS:
        place = parts.host.rpartition("@")[2] + parts.path
        allowed = f"{INTAKE_HOST}<site>{INTAKE_PATHS[0]}, Datadog's log intake"
        yield Breach("destination_conf.address", shown(place), allowed)
    else:
        yield from site_breaches("destination_conf.site", parts.host.removeprefix(INTAKE_HOST))
    for name, value in parts.parameters:
        if name == "ddsource":
            yield from source_breaches("destination_conf.ddsource", unquote_plus(value))
    yield from _needed(parts, {API_KEY: "an API key, since Datadog refuses logs without one"})
    for name, _ in parts.parameters:
        if name not in (API_KEY, *INTAKE_PARAMETERS):
            allowed = f"one of {', '.join(INTAKE_PARAMETERS)}"
            yield Breach(f"destination_conf.{name}", "not a parameter of Datadog's log intake", allowed, "remove it")


def _r2(parts: Address) -> Iterator[Breach]:
    keys = dict.fromkeys(KEYS, "an access key of R2 that may write objects")
    yield from _in_bucket(parts, R2_BUCKET, {"account-id": "the id of the account that has the bucket", **keys})


def _s3(parts: Address) -> Iterator[Breach]:
    yield from _in_bucket(parts, BUCKET, {"region": REGION})
    endpoint = parts.get("endpoint")
    if endpoint and MASKED not in endpoint:
        yield from HOST.breaches("destination_conf.endpoint", endpoint)


def _gs(parts: Address) -> Iterator[Breach]:
    yield from _in_bucket(parts, BUCKET, {})


def _azure(parts: Address) -> Iterator[Breach]:
    container, _, folder = parts.path.removeprefix("/").partition("/")
    if parts.host.endswith(AZURE_HOST):
        yield from AZURE_ACCOUNT.breaches("destination_conf.account", parts.host.removesuffix(AZURE_HOST))
        yield from AZURE_CONTAINER.breaches("destination_conf.container", container)
    yield from _in_folder(folder)
    yield from signature_breaches(parts)


def _sumo(parts: Address) -> Iterator[Breach]:
    yield from HOST.breaches("destination_conf.host", parts.host)
    if not parts.path.removeprefix(SUMO_PATH) or not parts.path.startswith(SUMO_PATH):
        yield Breach("destination_conf.path", "not that of a hosted HTTP collector", f"{SUMO_PATH}<code>")


def _splunk(parts: Address) -> Iterator[Breach]:
    yield from SPLUNK_HOST.breaches("destination_conf.host", parts.host)
    if parts.path != SPLUNK_PATH:
        yield Breach("destination_conf.path", shown(parts.path), SPLUNK_PATH)
    yield from _needed(parts, {"header_Authorization": "Splunk and the token of a collector"})
    if parts.get("channel"):
        yield from SPLUNK_CHANNEL.breaches("destination_conf.channel", parts.get("channel"))
    if parts.get("sourcetype"):
        yield from SPLUNK_SOURCE_TYPE.breaches("destination_conf.sourcetype", parts.get("sourcetype"))
    yield from _headers(parts)


def _https(parts: Address) -> Iterator[Breach]:
    yield from HOST.breaches("destination_conf.host", parts.host.rpartition("@")[2])
    yield from _headers(parts)


def _kinesis(parts: Address) -> Iterator[Breach]:
    yield from STREAM.breaches("destination_conf.stream", parts.host)
    given = {ROLE: ROLE_ARN} if parts.get(ROLE) else dict.fromkeys(KEYS, "an access key that may put records")
    yield from _needed(parts, {"region": REGION, **given})


def _bigquery(parts: Address) -> Iterator[Breach]:
    words = f"{parts.host}{parts.path}".split("/")
    if len(words) != 2 * len(TABLE_PATH) or tuple(words[::2]) != TABLE_PATH:
        place = "/".join(f"{each}/<{each[:-1]}>" for each in TABLE_PATH)
        yield Breach("destination_conf.address", shown("/".join(words)), place)
    else:
        for name, form, value in zip(
            ("project", "dataset", "table"), (PROJECT, DATASET, TABLE), words[1::2], strict=True
        ):
            yield from form.breaches(f"destination_conf.{name}", value)
    yield from _needed(parts, {"credentials": "base64: or url: and the key of a service account that may edit data"})


def _sentinelone(parts: Address) -> Iterator[Breach]:
    yield from HOST.breaches("destination_conf.host", parts.host)
    if parts.path != SPLUNK_PATH:
        yield Breach("destination_conf.path", shown(parts.path), SPLUNK_PATH)
    yield from _needed(parts, {"header_Authorization": "Bearer and a key that may write logs"})
    if parts.get("sourcetype"):
        yield from SPLUNK_SOURCE_TYPE.breaches("destination_conf.sourcetype", parts.get("sourcetype"))
    yield from _headers(parts)


def _ibm(parts: Address) -> Iterator[Breach]:
    yield from IBM_HOST.breaches("destination_conf.host", parts.host)
    if parts.path != IBM_PATH:
        yield Breach("destination_conf.path", shown(parts.path), IBM_PATH)
    yield from _needed(parts, {IBM_KEY: "an API key that may send logs"})


def _headers(parts: Address) -> Iterator[Breach]:
    for name, value in parts.parameters:
        if name.startswith(HEADER):
            yield from HEADER_NAME.breaches("destination_conf.header", name.removeprefix(HEADER))
            if _CONTROL.search(unquote_plus(value)):
                yield Breach(f"destination_conf.{name}", _WITH_CONTROL, "what a header can have: one line")


class Kind(NamedTuple):
    """A kind of destination: what is wrong with an address, and how Cloudflare sees that a job may and can deliver.

    `challenged`: its owner has to prove that it is theirs, unless the address has the `KEYS` of a bucket. `posted`: a
    test object is posted to its host when the job is created. A job's max_upload_* cannot raise `max_records` of an
    upload and its `max_bytes`, uncompressed, which are Logpush's own where the destination has none.
    """

    breaches: Callable[[Address], Iterator[Breach]]
    challenged: bool = False
    posted: bool = False
    max_records: int = 1_000_000
    max_bytes: int = 1_000_000_000


KINDS: Mapping[str, Kind] = {
    "datadog": Kind(_datadog, max_records=1_000, max_bytes=5_000_000),
    "r2": Kind(_r2),
    "s3": Kind(_s3, challenged=True),
    "gs": Kind(_gs, challenged=True),
    "azure": Kind(_azure, challenged=True),
    "sumo": Kind(_sumo, challenged=True),
    "splunk": Kind(_splunk, posted=True),
    "https": Kind(_https, posted=True),
    "bq": Kind(_bigquery, max_records=50_000, max_bytes=10_000_000),
    "kinesis": Kind(_kinesis),
    "sentinelone": Kind(_sentinelone, posted=True),
    "ibmcl": Kind(_ibm, posted=True, max_bytes=2_000_000),
}
"""By how their addresses begin."""
