"""What the local cloud does, models or refuses."""

from __future__ import annotations

from firedrill.vendors.cloudflare.rules.destinations.check import KINDS
from firedrill.vendors.features import Feature

_PULUMI = "pulumi.com/registry/packages/"
_CLOUDFLARE = _PULUMI + "cloudflare/api-docs/"
_DATADOG = _PULUMI + "datadog/api-docs/"
_PROTOCOL = "pulumi.com/docs/iac/guides/building-extending/providers"
_DESTINATIONS = "developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations"
_CHALLENGE = "developers.cloudflare.com/logs/logpush/logpush-job/logpush-ownership-challenge"
_POSTED = ", ".join(f"{name}://" for name, kind in KINDS.items() if kind.posted)
_ACCEPTED = ", ".join(f"{name}://" for name, kind in KINDS.items() if not kind.posted)
_HEALTH = "developers.cloudflare.com/logs/logpush/logpush-health"
_MONITORS = "docs.datadoghq.com/api/latest/monitors"

FEATURES = (
    Feature("WorkersScript", "done", _CLOUDFLARE + "workersscript", "import: <account_id>/<script_name>"),
    Feature(
        "WorkersScript: bindings durable_object_namespace, plain_text, secret_text, json, analytics_engine, "
        "kv_namespace",
        "done",
        _CLOUDFLARE + "workersscript",
        "Cloudflare gives a secret text never back: a rotation by hand is not seen, an import has none",
    ),
    Feature(
        "WorkersScript: other bindings, assets, limits, placement, tailConsumers, keepBindings, files",
        "refused",
        _CLOUDFLARE + "workersscript",
    ),
    Feature(
        "WorkersKvNamespace",
        "done",
        _CLOUDFLARE + "workerskvnamespace",
        "import: <account_id>/<namespace_id>; what it holds is not kept",
    ),
    Feature(
        "NotificationPolicy",
        "done",
        _CLOUDFLARE + "notificationpolicy",
        "import: <account_id>/<policy_id>; it is kept, and notifies nobody here",
    ),
    Feature("NotificationPolicy of other alerts, filters", "refused", _CLOUDFLARE + "notificationpolicy"),
    Feature("Worker", "done", _CLOUDFLARE + "worker", "import: <account_id>/<worker_id>"),
    Feature("Worker: another name for one with objects", "refused", _CLOUDFLARE + "worker"),
    Feature(
        "WorkerVersion",
        "done",
        _CLOUDFLARE + "workerversion",
        "import: <account_id>/<worker_id>/<version_id>; deleting it leaves it until the Worker is deleted",
    ),
    Feature(
        "WorkerVersion: several modules, assets, limits, placement, containers",
        "refused",
        _CLOUDFLARE + "workerversion",
    ),
    Feature(
        "WorkersDeployment",
        "done",
        _CLOUDFLARE + "workersdeployment",
        "import: <account_id>/<script_name>/<deployment_id>; the version with the greatest share runs",
    ),
    Feature("WorkersScript: transferred classes", "refused", _CLOUDFLARE + "workersscript"),
    Feature(
        "data of a deleted class or Worker is deleted, that of a renamed class kept",
        "done",
        "developers.cloudflare.com/durable-objects/reference/durable-objects-migrations",
        "folders beside the state file",
    ),
    Feature(
        "WorkersScriptSubdomain", "done", _CLOUDFLARE + "workersscriptsubdomain", "import: <account_id>/<script_name>"
    ),
    Feature(
        "WorkersCronTrigger",
        "done",
        _CLOUDFLARE + "workerscrontrigger",
        "import: <account_id>/<script_name>; deleting it leaves the schedules until the Worker is deleted",
    ),
    Feature("WorkersRoute", "done", _CLOUDFLARE + "workersroute", "import: <zone_id>/<route_id>; any zone is there"),
    Feature(
        "WorkersCustomDomain",
        "done",
        _CLOUDFLARE + "workerscustomdomain",
        "import: <account_id>/<domain_id>; any zone is there",
    ),
    Feature("Queue", "done", _CLOUDFLARE + "queue", "import: <account_id>/<queue_id>"),
    Feature("QueueConsumer", "done", _CLOUDFLARE + "queueconsumer", "of a Worker; any queue is there"),
    Feature("QueueConsumer: http_pull, notification", "refused", _CLOUDFLARE + "queueconsumer"),
    Feature(
        "WorkersScript: placement, limits, tail consumers, cache options",
        "modelled",
        _CLOUDFLARE + "workersscript",
        "kept, without effect; the drill says so",
    ),
    Feature(
        "WorkersScript: what a binding names",
        "modelled",
        _CLOUDFLARE + "workersscript",
        "taken to be there, but for a KV namespace whose id is none",
    ),
    Feature("LogpushJob", "done", _CLOUDFLARE + "logpushjob", "import: accounts/<account_id>/<job_id>"),
    Feature("LogpushJob: number of jobs per account", "modelled", _CLOUDFLARE + "logpushjob", "undocumented: no limit"),
    Feature(f"LogpushJob: test upload to {_POSTED}", "done", _DESTINATIONS, "to a local sink only"),
    Feature(f"LogpushJob: test upload to {_ACCEPTED}", "modelled", _DESTINATIONS, "accepted"),
    Feature("delivery: which answers are final, names of objects in a retry", "modelled", _HEALTH, "none; the same"),
    Feature(
        "LogpushOwnershipChallenge",
        "done",
        _CHALLENGE,
        "written into what stands for the destination, without it into folders beside the state file",
    ),
    Feature("R2Bucket", "done", _CLOUDFLARE + "r2bucket", "import: <account_id>/<bucket_name>/<jurisdiction>"),
    Feature("R2Bucket: what it holds", "modelled", _CLOUDFLARE + "r2bucket", "nothing: it can always be deleted"),
    Feature(
        "R2BucketLifecycle",
        "done",
        _CLOUDFLARE + "r2bucketlifecycle",
        "import: <account_id>/<bucket_name>/<jurisdiction>; deleting it leaves it until the bucket is deleted",
    ),
    Feature("R2BucketLifecycle: ageing objects", "modelled", _CLOUDFLARE + "r2bucketlifecycle", "none ages"),
    Feature("AccountToken", "done", _CLOUDFLARE + "accounttoken", "import: <account_id>/<token_id>, without its value"),
    Feature(
        "AccountToken: what it permits",
        "modelled",
        "developers.cloudflare.com/r2/api/tokens",
        "looked at where a job delivers to an R2 bucket with it",
    ),
    Feature(
        "LogpushOwnershipChallenge: the token",
        "modelled",
        _CHALLENGE,
        "a JWT with the documented claims, for seven days; their names and its signature are made up",
    ),
    Feature("getWorkersScripts", "done", _CLOUDFLARE + "getworkersscripts", "without handlers, routes and tags"),
    Feature("LogsCustomPipeline", "done", _DATADOG + "logscustompipeline", "import: <pipeline id>"),
    Feature("getLogsPipelinesOrder", "done", _DATADOG + "getlogspipelinesorder"),
    Feature("LogsPipelineOrder", "done", _DATADOG + "logspipelineorder", "import: <name>"),
    Feature("DowntimeSchedule", "done", _DATADOG + "downtimeschedule", "import: <downtime id>"),
    Feature("MonitorNotificationRule", "done", _DATADOG + "monitornotificationrule", "import: <rule id>"),
    Feature("LogsMetric", "done", _DATADOG + "logsmetric", "import: <name>; replacing it needs deleteBeforeReplace"),
    Feature("Monitor", "done", _DATADOG + "monitor", "import: <monitor id>; validated at preview"),
    Feature("Monitor: duplicates", "modelled", _MONITORS, "refused when all inputs are equal"),
    Feature("ServiceLevelObjective", "done", _DATADOG + "servicelevelobjective", "import: <SLO id>"),
    Feature(
        "ServiceLevelObjective: deleted while a monitor uses it",
        "modelled",
        "docs.datadoghq.com/api/latest/service-level-objectives",
        "refused as while a dashboard does, unless forceDelete is set",
    ),
    Feature("DashboardJson", "done", _DATADOG + "dashboardjson", "import: <dashboard id>; dashboardLists are kept"),
    Feature("IntegrationAccount", "done", _DATADOG + "cloudflare/integrationaccount", "import: <id>"),
    Feature("other resource types and functions", "refused", _PULUMI),
    Feature("preview, replacement, refresh, import, secrets", "done", _PROTOCOL),
    Feature("assets, archives and references to resources as inputs", "refused", _PROTOCOL),
    Feature("types in GetSchema", "refused", _PROTOCOL, "pulumi import without --generate-code=false"),
)
