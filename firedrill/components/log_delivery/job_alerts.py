"""Cloudflare's own notification of Logpush jobs that fail or were disabled: the way that needs no log to arrive."""

from __future__ import annotations

import pulumi
import pulumi_cloudflare as cloudflare

from firedrill.components.settings import Settings
from firedrill.vendors.cloudflare.rules.notifications import JOBS_ALERT


def alert_on_jobs(name: str, stack: Settings, title: str, opts: pulumi.ResourceOptions | None = None) -> None:
    """One policy, which is about all jobs of the account: it cannot be narrowed to some."""
    alerts = stack.job_alerts
    cloudflare.NotificationPolicy(
        name,
        account_id=stack.account_id,
        alert_type=JOBS_ALERT,
        name=f"{title}: Logpush job failing or disabled",
        description="A job that fails loses what it cannot deliver; one that is disabled sends nothing.",
        enabled=True,
        mechanisms=cloudflare.NotificationPolicyMechanismsArgs(
            emails=[cloudflare.NotificationPolicyMechanismsEmailArgs(id=each) for each in alerts.emails] or None,
            pagerduties=[cloudflare.NotificationPolicyMechanismsPagerdutyArgs(id=each) for each in alerts.pagerduties]
            or None,
            webhooks=[cloudflare.NotificationPolicyMechanismsWebhookArgs(id=each) for each in alerts.webhooks] or None,
        ),
        opts=opts,
    )
