"""The resource types and the functions of the local cloud, one module per vendor concern."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from firedrill.cloud.resource_type import ResourceType
from firedrill.cloud.resources.account_token import AccountToken
from firedrill.cloud.resources.dashboard import DashboardJson
from firedrill.cloud.resources.downtime_schedule import DowntimeSchedule
from firedrill.cloud.resources.integration_account import IntegrationAccount
from firedrill.cloud.resources.logpush_job import LogpushJob
from firedrill.cloud.resources.logpush_ownership_challenge import LogpushOwnershipChallenge
from firedrill.cloud.resources.logs_metric import LogsMetric
from firedrill.cloud.resources.logs_pipeline import LogsCustomPipeline, LogsPipelineOrder, pipelines_order
from firedrill.cloud.resources.monitor import Monitor
from firedrill.cloud.resources.notification_policy import NotificationPolicy
from firedrill.cloud.resources.notification_rule import MonitorNotificationRule
from firedrill.cloud.resources.queues import Queue, QueueConsumer
from firedrill.cloud.resources.r2_bucket import R2Bucket, R2BucketLifecycle
from firedrill.cloud.resources.slo import ServiceLevelObjective
from firedrill.cloud.resources.worker import Worker
from firedrill.cloud.resources.worker_version import WorkersDeployment, WorkerVersion
from firedrill.cloud.resources.workers_cron_trigger import WorkersCronTrigger
from firedrill.cloud.resources.workers_custom_domain import WorkersCustomDomain
from firedrill.cloud.resources.workers_kv_namespace import WorkersKvNamespace
from firedrill.cloud.resources.workers_route import WorkersRoute
from firedrill.cloud.resources.workers_script import WorkersScript, workers_scripts
from firedrill.cloud.resources.workers_script_subdomain import WorkersScriptSubdomain
from firedrill.cloud.state import State
from firedrill.cloud.values import Json

RESOURCE_TYPES: Mapping[str, ResourceType] = {
    kind.token: kind
    for kind in (
        WorkersScript(),
        WorkersScriptSubdomain(),
        WorkersCronTrigger(),
        WorkersRoute(),
        WorkersCustomDomain(),
        WorkersKvNamespace(),
        Queue(),
        QueueConsumer(),
        Worker(),
        WorkerVersion(),
        WorkersDeployment(),
        LogpushJob(),
        LogpushOwnershipChallenge(),
        R2Bucket(),
        R2BucketLifecycle(),
        AccountToken(),
        NotificationPolicy(),
        LogsCustomPipeline(),
        LogsPipelineOrder(),
        LogsMetric(),
        Monitor(),
        ServiceLevelObjective(),
        DashboardJson(),
        DowntimeSchedule(),
        MonitorNotificationRule(),
        IntegrationAccount(),
    )
}

INVOKES: Mapping[str, Callable[[Json, State], Json]] = {
    "cloudflare:index/getWorkersScripts:getWorkersScripts": workers_scripts,
    "datadog:index/getLogsPipelinesOrder:getLogsPipelinesOrder": pipelines_order,
}
