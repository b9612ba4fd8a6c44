"""What of Cloudflare's behaviour is reproduced, modelled or refused."""

from __future__ import annotations

from firedrill.vendors.cloudflare.rules.destinations.check import KINDS
from firedrill.vendors.features import Feature

_LOGPUSH = "developers.cloudflare.com/logs/logpush/logpush-job/"
_DATASET = _LOGPUSH + "datasets/account/workers_trace_events"
_FILTERS = _LOGPUSH + "filters"
_OUTPUT = _LOGPUSH + "log-output-options"
_API = _LOGPUSH + "api-configuration"
_HEALTH = "developers.cloudflare.com/logs/logpush/logpush-health"
_DATADOG = _LOGPUSH + "enable-destinations/datadog"
_WORKERS_LOGPUSH = "developers.cloudflare.com/workers/observability/logs/logpush"
_TAIL = "developers.cloudflare.com/workers/runtime-apis/handlers/tail"
_SIMULATED = "by Miniflare's simulators, as `wrangler dev` has them"
_UPLOAD = "developers.cloudflare.com/workers/configuration/multipart-upload-metadata"
_MIGRATIONS = "developers.cloudflare.com/durable-objects/reference/durable-objects-migrations"

FEATURES = (
    Feature("dataset workers_trace_events: all 13 fields", "done", _DATASET),
    Feature("other datasets", "refused", _DATASET),
    Feature(
        "EventType fetch, worker_rpc, alarm, hibernatable_web_socket", "done", _DATASET, "from workerd's trace items"
    ),
    Feature(
        "EventType scheduled, queue, email",
        "done",
        _DATASET,
        "from trace items; takes trigger scheduled and queue, not email",
    ),
    Feature("Event of fetch", "done", _DATASET, "as in published samples: no headers"),
    Feature("Event of alarm, queue, scheduled, email", "modelled", _DATASET, "undocumented: as receivers parse them"),
    Feature(
        "Event of an RPC call, of a WebSocket", "modelled", _DATASET, "the trace item's, or empty (Unknowns.event)"
    ),
    Feature("Logs[].Message: order of several arguments", "modelled", _DATASET, "Unknowns.message_order"),
    Feature("Logs[].Message: arguments that are not strings", "modelled", _DATASET, "Unknowns.message_objects"),
    Feature("Exceptions[].Stack", "modelled", _WORKERS_LOGPUSH, "undocumented: Unknowns.exception_stack"),
    Feature("Outcome of an RPC method that throws", "modelled", _TAIL, "ok, as in workerd and in production's traces"),
    Feature("other kinds of trace items", "modelled", _TAIL, "EventType unknown"),
    Feature("WallTimeMs", "done", _DATASET, "from workerd's streaming tail"),
    Feature("CPUTimeMs, Outcome exceededCpu, exceededMemory, canceled", "modelled", _DATASET, "set by a scenario"),
    Feature("ScriptVersion, ScriptTags, DispatchNamespace", "modelled", _DATASET, "constants"),
    Feature("logpush flag of a script", "done", _WORKERS_LOGPUSH),
    Feature("truncation at 16,384 characters", "done", _WORKERS_LOGPUSH, "counted in code points"),
    Feature("truncation: marker of exception names", "modelled", _WORKERS_LOGPUSH, "by the pattern of the other two"),
    Feature("truncation by the runtime (very large traces)", "done", _TAIL, "workerd's own"),
    Feature("filter: and, or, nesting, all operators and their types", "done", _FILTERS),
    Feature("filter: 1000 bytes, about 30 operators", "done", _FILTERS, "exactly 30 comparisons"),
    Feature("filter: contains on an array", "modelled", _FILTERS, "an element equals the value"),
    Feature("field_names", "done", _OUTPUT),
    Feature("sample_rate", "done", _OUTPUT, "after the filter; seeded"),
    Feature("output_type, prefixes, suffixes, delimiters, record_template", "done", _OUTPUT, "checked only"),
    Feature("output_options that reshape records, delivered to Datadog", "refused", _OUTPUT),
    Feature("CVE-2021-44228", "done", _OUTPUT),
    Feature("timestamp_format", "done", _OUTPUT, "checked; this dataset's timestamps stay integers in ms"),
    Feature("merge_subrequests", "refused", _OUTPUT, "http_requests only"),
    Feature("logpull_options", "refused", _API, "deprecated"),
    Feature("kind edge", "refused", _API),
    Feature("enabled, disabled jobs, no backfill", "done", "developers.cloudflare.com/logs/logpush"),
    Feature("job disabled after prolonged errors", "refused", _HEALTH, "no duration documented: it stays enabled"),
    Feature("max_upload_bytes, _records, _interval_seconds", "done", _API),
    Feature("delay between the close of a batch and its arrival", "modelled", _API, "delivery.Model"),
    Feature("about 5 retries over about 5 minutes, then loss", "modelled", _HEALTH, "5 retries, one a minute"),
    Feature("destination datadog://, its limits of 1,000 logs and 5 MB", "done", _DATADOG),
    Feature(
        "destinations of every other kind",
        "done",
        _API,
        f"{', '.join(f'{kind}://' for kind in KINDS if kind != 'datadog')}: each record of the takes is delivered to a "
        "service on this machine and read back; alerts feed on the job to Datadog",
    ),
    Feature("compatibility date", "done", "developers.cloudflare.com/workers/configuration/compatibility-dates"),
    Feature("Durable Object migrations: 10061, 10074, 10079", "done", _MIGRATIONS),
    Feature("bindings durable_object_namespace, plain_text, secret_text, json", "done", _UPLOAD),
    Feature("binding analytics_engine", "modelled", _UPLOAD, "points are taken and forgotten"),
    Feature(
        "bindings kv_namespace, r2_bucket, d1, queue, assets, ratelimit, version_metadata", "done", _UPLOAD, _SIMULATED
    ),
    Feature(
        "bindings workflow, send_email", "modelled", _UPLOAD, f"{_SIMULATED}; no traffic of the drill's reaches them"
    ),
    Feature("queue consumers", "done", _UPLOAD, "of Wrangler's file, and QueueConsumer; batches are delivered at once"),
    Feature("the Cache API", "done", "developers.cloudflare.com/workers/runtime-apis/cache", _SIMULATED),
    Feature(
        "requests of a Worker outside",
        "modelled",
        "developers.cloudflare.com/workers/runtime-apis/fetch",
        "answered by the drill file; all others fail",
    ),
    Feature("other bindings in workerd", "refused", _UPLOAD, "unless the drill file says what their methods answer"),
)
