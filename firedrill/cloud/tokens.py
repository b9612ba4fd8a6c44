"""Type tokens of resources that only the local cloud knows; those that the drill reads are in firedrill.resources."""

from __future__ import annotations

WORKERS_SUBDOMAIN = "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain"
WORKERS_ROUTE = "cloudflare:index/workersRoute:WorkersRoute"
WORKERS_CUSTOM_DOMAIN = "cloudflare:index/workersCustomDomain:WorkersCustomDomain"
OWNERSHIP_CHALLENGE = "cloudflare:index/logpushOwnershipChallenge:LogpushOwnershipChallenge"
NOTIFICATION_POLICY = "cloudflare:index/notificationPolicy:NotificationPolicy"
WORKERS_KV_NAMESPACE = "cloudflare:index/workersKvNamespace:WorkersKvNamespace"
INTEGRATION_ACCOUNT = "datadog:cloudflare/integrationAccount:IntegrationAccount"
R2_BUCKET_LIFECYCLE = "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle"
