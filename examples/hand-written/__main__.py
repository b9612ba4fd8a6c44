"""A shop's Workers and their alerts, by hand: nothing here knows of Firedrill."""

import base64
import hashlib
import json
from pathlib import Path
from urllib.parse import quote

import pulumi
import pulumi_cloudflare as cloudflare
import pulumi_datadog as datadog

config = pulumi.Config()
account = config.require("accountId")
stack = pulumi.get_stack()
here = Path(__file__).parent

# Workers
prices = cloudflare.WorkersKvNamespace("prices", account_id=account, title=f"prices-{stack}")
shop = cloudflare.WorkersScript(
    "shop",
    account_id=account,
    script_name="shop",
    content_file="workers/shop.mjs",
    content_sha256=hashlib.sha256((here / "workers/shop.mjs").read_bytes()).hexdigest(),
    main_module="shop.mjs",
    compatibility_date="2026-10-01",
    bindings=[
        {"name": "CARTS", "type": "durable_object_namespace", "class_name": "Cart"},
        {"name": "PRICES", "type": "kv_namespace", "namespace_id": prices.id},
        {"name": "DEFAULT_PRICE", "type": "plain_text", "text": "10"},
    ],
    migrations={"new_tag": "v1", "new_sqlite_classes": ["Cart"]},
    observability={"enabled": True, "logs": {"enabled": True, "invocation_logs": True, "persist": True}},
    logpush=True,
)
redirects = cloudflare.WorkersScript(
    "redirects",
    account_id=account,
    script_name="redirects",
    content='export default { fetch: () => Response.redirect("https://shop.example/", 302) };\n',
    main_module="redirects.mjs",
    compatibility_date="2026-10-01",
    observability={"enabled": True, "logs": {"enabled": True, "invocation_logs": True, "persist": True}},
    logpush=True,
)
search = cloudflare.Worker("search", account_id=account, name="search", logpush=True)
version = cloudflare.WorkerVersion(
    "search-version",
    account_id=account,
    worker_id=search.id,
    main_module="search.mjs",
    compatibility_date="2026-10-01",
    modules=[
        {
            "name": "search.mjs",
            "content_type": "application/javascript+module",
            "content_base64": base64.b64encode((here / "workers/search.mjs").read_bytes()).decode(),
        }
    ],
)
cloudflare.WorkersDeployment(
    "search-deployment",
    account_id=account,
    script_name=search.name,
    strategy="percentage",
    versions=[{"version_id": version.id, "percentage": 100}],
)

# Logs
own = json.dumps({"where": {"key": "ScriptName", "operator": "in", "value": ["shop", "redirects", "search"]}})
fields = ["EventTimestampMs", "EventType", "Event", "Logs", "Exceptions", "Outcome", "ScriptName", "WallTimeMs"]
intake = "datadog://http-intake.logs.datadoghq.com/api/v2/logs"
cloudflare.LogpushJob(
    "to-datadog",
    account_id=account,
    name="shop-to-datadog",
    dataset="workers_trace_events",
    enabled=True,
    filter=own,
    output_options={"field_names": fields, "timestamp_format": "unixnano"},
    destination_conf=config.require_secret("datadogApiKey").apply(
        lambda key: f"{intake}?header_DD-API-KEY={quote(key)}&ddsource=shop-workers&ddtags=env%3A{stack}"
    ),
)
cloudflare.LogpushJob(
    "firewall",
    zone_id="fedcba9876543210fedcba9876543210",
    name="shop-firewall",
    dataset="firewall_events",
    enabled=True,
    destination_conf="https://logs.shop.example/firewall",
)

# Datadog
datadog.LogsCustomPipeline(
    "workers",
    name="Workers of the shop",
    is_enabled=True,
    filters=[{"query": "source:shop-workers"}],
    processors=[
        {
            "attribute_remapper": {
                "name": "script",
                "is_enabled": True,
                "sources": ["ScriptName"],
                "source_type": "attribute",
                "target": "script",
                "target_type": "tag",
                "preserve_source": True,
                "override_on_conflict": False,
            }
        }
    ],
)
by_script = [{"path": "script", "tag_name": "script"}]
for name, query in {
    "shop.requests": "source:shop-workers @EventType:fetch",
    "shop.failures": "source:shop-workers @EventType:fetch @Event.Response.Status:>=500",
    "shop.exceptions": "source:shop-workers @Outcome:exception",
}.items():
    datadog.LogsMetric(
        name,
        name=name,
        compute={"aggregation_type": "count"},
        filter={"query": query},
        group_bies=by_script,
    )


def monitor(name: str, query: str, critical: int, message: str) -> datadog.Monitor:
    """A monitor that pages the shop's team."""
    return datadog.Monitor(
        name,
        type="query alert",
        name=f"{name} ({stack})",
        query=f"{query} > {critical}",
        message=f"{{{{#is_alert}}}}{message} @slack-shop{{{{/is_alert}}}}",
        monitor_thresholds={"critical": f"{critical}", "critical_recovery": f"{critical // 2}"},
        evaluation_delay=120,
        require_full_window=False,
        on_missing_data="resolve",
        tags=[f"env:{stack}", "team:shop"],
    )


monitor("checkout-failing", "sum(last_5m):sum:shop.failures{script:shop}.as_count()", 10, "Carts cannot be filled.")
monitor("search-throws", "sum(last_5m):sum:shop.exceptions{script:search}.as_count()", 4, "The search throws.")
monitor("exceptions", "sum(last_5m):sum:shop.exceptions{*} by {script}.as_count()", 20, "{{script.name}} throws.")
datadog.DowntimeSchedule(
    "move",
    scope=f"env:{stack} AND team:nobody",
    monitor_identifier={"monitor_tags": ["team:nobody"]},
    one_time_schedule={"start": "2026-01-05T10:00:00Z", "end": "2026-01-05T11:00:00Z"},
)
pulumi.export("cart", shop.script_name)
