from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from firedrill.components.platform_metrics import collector
from firedrill.components.platform_metrics.collector import Target
from firedrill.components.platform_metrics.metrics import TAGS
from firedrill.components.worker.bundle import Bundle
from firedrill.render.stack_config import PLACEHOLDER

ROOT = Path(__file__).resolve().parents[2]
TOKEN, KEY = f"{PLACEHOLDER}-PLANTED-TOKEN-31", f"{PLACEHOLDER}-PLANTED-KEY-32"


@pytest.fixture
def platform(declare: Callable[..., Any], kit: SimpleNamespace) -> Callable[[str], Any]:
    """Declares the platform metrics of a source; `kit` has imported the providers."""
    from firedrill.components.platform_metrics.component import PlatformMetrics, PlatformMetricsArgs

    def run(source: Any) -> Any:
        args = PlatformMetricsArgs(
            source=source,
            title="chat dev",
            collector_name="firedrill-collector-dev",
            account_id="acc-11",
            datadog_site="datadoghq.eu",
            compatibility_date="2026-11-01",
            collector=Bundle("firedrill/worker/collector.mjs", "sha-14"),
            workers={"chat-dev": Target("chat.dev.", ("env:dev", "service:chat"))},
            token=TOKEN,
            datadog_api_key=KEY,
        )
        return declare(lambda: PlatformMetrics("platform", args))

    return run


def bindings(declared: Any) -> dict[str, dict[str, Any]]:
    (script,) = declared.of_type("WorkersScript")
    return {binding["name"]: binding for binding in script.inputs["bindings"]}


@pytest.mark.parametrize(
    ("source", "integrations", "collectors"),
    [("none", 0, 0), ("integration", 1, 0), ("collector", 0, 1), ("both", 1, 1)],
)
def test_a_source_declares_what_it_names(
    platform: Callable[[str], Any], source: str, integrations: int, collectors: int
) -> None:
    declared = platform(source)
    declared.count("IntegrationAccount", integrations)
    declared.count("WorkersScript", collectors)
    declared.count("WorkersCronTrigger", collectors)


def test_the_integration_asks_for_workers_alone(platform: Callable[[str], Any]) -> None:
    platform("integration").has("IntegrationAccount", {"name": "chat dev", "resources": ["worker"]})


def test_the_collector_runs_every_five_minutes_without_logpush(platform: Callable[[str], Any]) -> None:
    declared = platform("collector")
    script = declared.has(
        "WorkersScript",
        {
            "accountId": "acc-11",
            "scriptName": "firedrill-collector-dev",
            "contentFile": "firedrill/worker/collector.mjs",
            "contentSha256": "sha-14",
            "mainModule": "collector.mjs",
            "compatibilityDate": "2026-11-01",
            "logpush": False,
        },
    )
    schedules = [{"cron": "*/5 * * * *"}]
    trigger = declared.has("WorkersCronTrigger", {"scriptName": "firedrill-collector-dev", "schedules": schedules})
    assert script.urn in trigger.depends_on


def test_the_collector_finds_what_its_module_asks_for(platform: Callable[[str], Any]) -> None:
    asked = set(re.findall(r"env\.([A-Z_]+)", collector.SOURCE.read_text()))
    found = bindings(platform("collector"))
    assert list(found) == sorted(asked)
    assert found["DD_SITE"]["text"] == "datadoghq.eu"
    assert json.loads(found["WORKERS"]["json"]) == {
        "chat-dev": {"prefix": "chat.dev.", "tags": ["env:dev", "service:chat"]}
    }


@pytest.mark.parametrize(("source", "brings"), [("none", False), ("integration", False), ("both", True)])
def test_which_metrics_are_brought_is_said_for_policies(
    platform: Callable[[str], Any], source: str, brings: bool
) -> None:
    (component,) = platform(source).of_type("PlatformMetrics")
    assert component.inputs.get("metrics") == ([f"chat.dev.{name}" for name in sorted(TAGS)] if brings else None)


def test_the_token_and_the_key_are_secrets_wherever_they_go(platform: Callable[[str], Any]) -> None:
    declared = platform("both")
    (integration,), (script,) = declared.of_type("IntegrationAccount"), declared.of_type("WorkersScript")
    assert integration.secret_inputs == ("apiKey",)
    names = [binding["name"] for binding in script.inputs["bindings"]]
    secret = [f"bindings[{names.index(name)}].text" for name in ("CLOUDFLARE_TOKEN", "DD_API_KEY")]
    assert list(script.secret_inputs) == secret


def test_the_collectors_module_is_uploaded_as_it_is() -> None:
    bundle = collector.code(ROOT)
    content = (ROOT / bundle.path).read_bytes()
    assert bundle.sha256 == hashlib.sha256(content).hexdigest()
    assert re.search(rb"^(import|export .* from) ", content, re.MULTILINE) is None


def test_the_schedule_and_the_collectors_window_go_together() -> None:
    (span,) = re.findall(r"^const SPAN = (\d+);", collector.SOURCE.read_text(), re.MULTILINE)
    assert f"*/{int(span) // 5} * * * *" == collector.SCHEDULE
