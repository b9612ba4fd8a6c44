"""Whether the logs of the canaries reach the archives that can be listed: R2, S3, Google Cloud Storage, Azure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from firedrill.challenge.reading import Environment, Unreadable
from firedrill.cloudflare_api import Cloudflare
from firedrill.vendors.cloudflare.rules.destinations.address import Address, address
from firedrill.vendors.cloudflare.uploads import DATE
from firedrill.verify.check import Check, Patience, failed, ok, unproven
from firedrill.verify.deployment import Deployment
from firedrill.verify.listing import NEEDS, listed

_R2 = "r2"
_NO_ARCHIVE = "datadog"


@dataclass(frozen=True)
class Archive:
    """Where a job delivers to besides Datadog, and the objects that were there before the canaries.

    `obstacle` says why they cannot be listed.
    """

    subject: str
    place: Address
    keys: Callable[[str], Iterable[str]]
    before: frozenset[str] = frozenset()
    obstacle: str = ""

    def of(self, days: Iterable[datetime]) -> frozenset[str]:
        """The keys of its objects of these days. Raises Unreadable."""
        path = self.place.path.strip("/")
        folder = path.partition("/")[2] if self.place.kind == "azure" else path
        before, dated, _ = folder.partition(DATE)
        prefixes = {f"{before}{day:%Y%m%d}" if dated else before for day in days}
        return frozenset(key for prefix in prefixes for key in self.keys(prefix))


def archives(
    deployment: Deployment, cloudflare: Cloudflare, environments: Callable[[str], Environment], now: datetime
) -> list[Archive]:
    """The archives of all jobs that are there, as they are now.

    `environments` gives the credentials for the archive of a job by its name, as environment variables.
    """
    found = []
    for declaration, _ in deployment.of("Logpush job"):
        held: Mapping[str, object] = cloudflare.job(deployment.account_id, int(float(declaration.id))) or {}
        place = address(str(held.get("destination_conf", "")))
        if place.kind not in ("", _NO_ARCHIVE):
            keys = _keys(place, cloudflare, deployment.account_id, environments(declaration.name))
            found.append(_as_it_is(Archive(f"archive of the Logpush job {declaration.name!r}", place, keys), now))
    return found


def _keys(
    place: Address, cloudflare: Cloudflare, account_id: str, environment: Environment
) -> Callable[[str], Iterable[str]]:
    if place.kind == _R2:
        return lambda prefix: cloudflare.objects(account_id, place.host, prefix)
    return lambda prefix: listed(place, prefix, environment)


def _as_it_is(archive: Archive, now: datetime) -> Archive:
    kind = archive.place.kind
    if kind != _R2 and kind not in NEEDS:
        return replace(archive, obstacle="what has arrived there can be searched there only")
    try:
        return replace(archive, before=archive.of([now]))
    except Unreadable as error:
        return replace(archive, obstacle=f"{error}; to be listed here it needs {NEEDS[kind]}")


def check_archives(
    found: Sequence[Archive], marks: Sequence[str], since: datetime, now: Callable[[], datetime], patience: Patience
) -> Iterator[Check]:
    """Wait until each has an object more than before the canaries, which were sent after `since`.

    `marks` are how the canaries' ids begin.
    """
    seen = [each for each in found if not each.obstacle]
    new: dict[str, int] = {}

    def missing() -> str | None:
        days = (since, now())
        for each in seen:
            new[each.subject] = new.get(each.subject) or len(each.of(days) - each.before)
        lacking = sum(not count for count in new.values())
        return f"{lacking} of {len(seen)} without a new object" if lacking else None

    patience.until("archives", missing)
    for each in found:
        place = f"{each.place.kind}://{each.place.host}"
        if each.obstacle:
            search = f"look for {' and '.join(f'{mark}*' for mark in marks)} at {place}" if marks else f"see at {place}"
            yield unproven("archive", each.subject, f"was not looked at: {each.obstacle}; {search}")
        elif new[each.subject]:
            yield ok("archive", each.subject, f"got {new[each.subject]} since the canaries, at {place}")
        else:
            told = f"got no object: look at the job above, and at the key that it writes to {place} with"
            yield failed("archive", each.subject, told)
