"""All checks of a deployment, one after the other, in the order in which a log takes its way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from firedrill.canaries import Canary
from firedrill.challenge.reading import Environment
from firedrill.cloudflare_api import TOKEN, Cloudflare
from firedrill.errors import CannotRun
from firedrill.organisation import compile_logging
from firedrill.verify.archive import archives, check_archives
from firedrill.verify.arrivals import check_logs
from firedrill.verify.canaries import Sent, send
from firedrill.verify.check import Check, Outcome, Patience, ok
from firedrill.verify.datadog_api import API_KEY, APP_KEY, Datadog
from firedrill.verify.delivery import check_jobs, check_workers
from firedrill.verify.deployment import Deployment, Service
from firedrill.verify.metrics import check_metrics
from firedrill.verify.monitors import check_monitors
from firedrill.verify.page import check_page, require_permissions

_SKEW = timedelta(minutes=1)


@dataclass(frozen=True)
class Accounts:
    """Where a deployment lives, as the credentials may see it; `site` is Datadog's.

    `archives` gives the credentials for the archive of a job by its name, as environment variables.
    """

    cloudflare: Cloudflare
    datadog: Datadog
    site: str
    archives: Callable[[str], Environment] = lambda _: {}


@dataclass(frozen=True)
class Canaries:
    """What to send: sessions by service, addresses by script where they are not the stack's, a number of this run."""

    sessions: Mapping[str, Sequence[Canary]]
    addresses: Mapping[str, str]
    run: int

    def send(self, service: Service) -> tuple[list[Check], Sent]:
        """Send what there is for a service to where it answers."""
        address = self.addresses.get(service.script_name, service.address).rstrip("/")
        return send(service, self.sessions.get(service.key, ()), address, self.run)


def verify(
    deployment: Deployment, accounts: Accounts, canaries: Canaries, patience: Patience, page: str = ""
) -> Iterator[Check]:
    """Each check as soon as it is done; `page` is the stack's name where somebody is to be paged, too.

    Raises CannotRun for credentials that will not do, before anything is sent.
    """
    cloudflare, datadog = accounts.cloudflare, accounts.datadog
    yield from _credentials(accounts, deployment.account_id)
    logging = compile_logging(deployment.declared.with_own_order())
    yield from check_workers(deployment, cloudflare)
    yield from check_jobs(deployment, cloudflare, accounts.site)
    since = datadog.now - _SKEW
    kept = archives(deployment, cloudflare, accounts.archives, datadog.now)
    _require_permissions(deployment, datadog, since, page)
    sent = []
    for service in deployment.services:
        checks, marked = canaries.send(service)
        yield from checks
        sent.append(marked)
    for marked in sent:
        if marked.ids:
            yield from check_logs(deployment, logging, marked, datadog, since, patience)
    if kept:
        marks = [marked.prefix for marked in sent if marked.ids]
        yield from check_archives(kept, marks, since, lambda: datadog.now, patience)
    fed: dict[str, Outcome] = {}
    for metric in check_metrics(deployment, datadog, patience):
        fed[metric.subject.removeprefix("metric ")] = metric.outcome
        yield metric
    yield from check_monitors(deployment, datadog, fed, patience)
    if page:
        yield from check_page(deployment, datadog, page, canaries.send, patience)


def _require_permissions(deployment: Deployment, datadog: Datadog, since: datetime, page: str) -> None:
    """What the checks below need of Datadog; those of Cloudflare's that come before the canaries have asked already."""
    metrics = [declaration.name for declaration, _ in deployment.of("log metric")]
    monitors = [int(declaration.id) for declaration, _ in deployment.of("monitor")]
    datadog.require_permissions(since, metrics, monitors)
    if page:
        require_permissions(deployment, datadog, page)


def _credentials(accounts: Accounts, account_id: str) -> Iterator[Check]:
    status = accounts.cloudflare.token_status(account_id)
    if status != "active":
        raise CannotRun(f"the token of {TOKEN} is {status or 'unknown to Cloudflare'}; give one that is in force")
    yield ok("credentials", TOKEN, "is active")
    accounts.datadog.require_keys()
    yield ok("credentials", f"{API_KEY} and {APP_KEY}", f"are valid at {accounts.site}")
