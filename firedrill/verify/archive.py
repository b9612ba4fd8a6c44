"""Whether the logs of the canaries reach the archives that Cloudflare's API can list: buckets of R2."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from firedrill.vendors.cloudflare.rules.destinations.address import Address, address
from firedrill.vendors.cloudflare.uploads import DATE
from firedrill.verify.check import Check, Patience, failed, ok, unproven
from firedrill.verify.cloudflare_api import Cloudflare
from firedrill.verify.deployment import Deployment

_LISTED = "r2"
_NO_ARCHIVE = "datadog"


@dataclass(frozen=True)
class Archive:
    """Where a job delivers to besides Datadog, and the objects that were there before the canaries."""

    subject: str
    place: Address
    before: frozenset[str] = frozenset()

    def keys(self, cloudflare: Cloudflare, days: Iterable[datetime]) -> frozenset[str]:
        """Its objects of these days."""
        before, dated, _ = self.place.path.strip("/").partition(DATE)
        prefixes = {f"{before}{day:%Y%m%d}" if dated else before for day in days}
        return frozenset(key for prefix in prefixes for key in cloudflare.objects(self.place.host, prefix))


def archives(deployment: Deployment, cloudflare: Cloudflare, now: datetime) -> list[Archive]:
    """The archives of all jobs that are there, as they are now."""
    found = []
    for declaration, _ in deployment.of("Logpush job"):
        held: Mapping[str, Any] = cloudflare.job(int(float(declaration.id))) or {}
        archive = Archive(
            f"archive of the Logpush job {declaration.name!r}", address(str(held.get("destination_conf", "")))
        )
        if archive.place.kind == _LISTED:
            archive = replace(archive, before=archive.keys(cloudflare, [now]))
        if archive.place.kind not in ("", _NO_ARCHIVE):
            found.append(archive)
    return found


def check_archives(
    found: Sequence[Archive], cloudflare: Cloudflare, since: datetime, now: Callable[[], datetime], patience: Patience
) -> Iterator[Check]:
    """Wait until each has an object more than before the canaries, which were sent after `since`."""
    listed = [each for each in found if each.place.kind == _LISTED]
    new: dict[str, int] = {}

    def missing() -> str | None:
        days = (since, now())
        for each in listed:
            new[each.subject] = len(each.keys(cloudflare, days) - each.before)
        lacking = sum(not count for count in new.values())
        return f"{lacking} of {len(listed)} without a new object" if lacking else None

    patience.until("archives", missing)
    for each in found:
        if each not in listed:
            told = (
                f"cannot be listed with Cloudflare's token: see at {each.place.kind}://{each.place.host} that it grows"
            )
            yield unproven("archive", each.subject, told)
        elif new[each.subject]:
            yield ok(
                "archive", each.subject, f"got {new[each.subject]} since the canaries, in the bucket {each.place.host}"
            )
        else:
            told = f"got no object: look at the job above, and at the key that it writes to {each.place.host} with"
            yield failed("archive", each.subject, told)
