"""Names and links derived from the stack's settings, each made in one place."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from firedrill.vendors.datadog.rules.sites import app_host


def metric_prefix(service: str, environment: str) -> str:
    """What every metric's name starts with, the final dot included: `conversation_state.dev.`."""
    return f"{service.replace('-', '_')}.{environment.replace('-', '_')}."


def owner(project: str, name: str) -> str:
    """What the names of things start with that one program has once in an account: `shop`, or `shop-eu` with a name."""
    return re.sub(r"[^a-z0-9]+", "-", f"{project}-{name}".lower()).strip("-")


def tags(environment: str, team: str, service: str) -> list[str]:
    """The tags that every Datadog resource and every log of the service carries, sorted."""
    return sorted((f"env:{environment}", f"service:{service}", f"team:{team}"))


def log_scope(log_source: str, service: str, environment: str) -> str:
    """The log search that matches this service's logs in this environment and nothing else."""
    return f"source:{log_source} service:{service} env:{environment}"


def runbooks(docs_url: str) -> str:
    """Where the runbook pages are, with a slash at the end."""
    return f"{docs_url}/runbooks/"


def runbook_url(docs_url: str, monitor_id: str) -> str:
    """The runbook page of a monitor."""
    return f"{runbooks(docs_url)}{monitor_id}.md"


def worker_url(worker_name: str, workers_subdomain: str) -> str:
    """The Worker's address on workers.dev."""
    return f"https://{worker_name}.{workers_subdomain}.workers.dev"


def durable_object_url(account_id: str, namespace_id: str) -> str:
    """Cloudflare's metrics page of one Durable Object namespace; with "", the list of all."""
    page = f"https://dash.cloudflare.com/{account_id}/workers/durable-objects"
    return f"{page}/view/{namespace_id}" if namespace_id else page


def datadog_url(site: str, path: str, **query: str) -> str:
    """A page of Datadog's web application on that site."""
    return f"https://{app_host(site)}/{path}" + (f"?{urlencode(query)}" if query else "")
