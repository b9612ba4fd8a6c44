"""Who Cloudflare notifies.

Source: developers.cloudflare.com/notifications/get-started, developers.cloudflare.com/api/resources/alerting
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from firedrill.vendors.rules.breach import Breach

KINDS = ("emails", "pagerduties", "webhooks")
JOBS_ALERT = "failing_logpush_job_disabled_alert"
"""At most once in 24 hours for a job. Source: developers.cloudflare.com/logs/logpush/alerts-and-analytics"""


def mechanisms_breaches(mechanisms: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[Breach]:
    """What is wrong with the mechanisms of a policy: at least one, each with an id; an email's id is its address."""
    ids = [(kind, str(each.get("id", ""))) for kind in KINDS for each in mechanisms.get(kind) or ()]
    if not ids:
        yield Breach("mechanisms", "", f"at least one of {', '.join(KINDS)}, each with its id")
    for kind, id_ in ids:
        if not id_:
            yield Breach(f"mechanisms.{kind}.id", "", "the id of a mechanism, of an email its address")
        elif kind == "emails" and "@" not in id_:
            yield Breach("mechanisms.emails.id", id_, "an email address")
