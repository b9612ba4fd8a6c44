from __future__ import annotations

from pydantic import BaseModel

from firedrill.components import config
from firedrill.components.danger_settings import DangerSettings
from firedrill.components.destination_fields import DestinationSettings
from firedrill.components.destination_settings import KINDS
from firedrill.components.log_metrics.definitions import metrics
from firedrill.components.model import ObservedClass
from firedrill.components.monitor_settings import MonitorSettings
from firedrill.components.monitors.profiles import PROFILES
from firedrill.components.monitors.table import MONITORS
from firedrill.components.routing_settings import DeployWindow, Route
from firedrill.components.telemetry import FIELDS
from firedrill.components.worker_settings import ClassSettings, WorkerSettings
from firedrill.vendors.cloudflare.rules.bindings import KINDS as KINDS_OF_BINDINGS
from tools.pages import config_page, metrics_page, monitors_page

MODELS: tuple[type[BaseModel], ...] = (
    *(WorkerSettings, ClassSettings, MonitorSettings, DangerSettings),
    *(Route, DeployWindow),
)


def rows(page: str) -> list[str]:
    return [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| ---")]


def test_there_is_a_row_per_monitor_that_links_to_its_runbook() -> None:
    page = monitors_page.markdown()
    assert len(rows(page)) == 1 + len(PROFILES) + 1 + len(MONITORS)
    row = "| [do-latency](runbooks/do-latency.md) | each class | Durable Object latency p95 | `percentile(last_5m):p95:"
    assert f"{row}do.operations.latency{{class:<class>}} by" in page
    assert "critical 500, recovery 400, warning 300, warningRecovery 250" in page


def test_a_profile_says_how_many_alerts_it_has_how_many_page_and_what_it_sets() -> None:
    page = monitors_page.markdown()
    (quiet,) = (row for row in rows(page) if row.startswith("| `quiet` |"))
    assert quiet.endswith("such as development | 12 | 6 |  |")
    (few,) = (row for row in rows(page) if row.startswith("| `low-traffic` |"))
    assert "`low-traffic`: window last_15m, critical 40" in few
    (latency,) = (row for row in rows(page) if row.startswith("| [tail-latency]"))
    assert latency.endswith("| `notifyChat` | `low-traffic` |")


def test_a_monitor_that_is_off_says_which_classes_have_it() -> None:
    page = monitors_page.markdown()
    row = "| [cleanup-failures](runbooks/cleanup-failures.md) | classes that ask for it | Clean-up failures |"
    assert page.count("| classes that ask for it |") == 4
    assert row in page


def test_there_is_a_row_per_metric_its_search_and_each_field() -> None:
    classes = [ObservedClass("A", "A", ("x",), ("error",), "caller", {})]
    every = metrics(classes, reporter=True, heartbeat=True, buckets=True, mix=True)
    assert len(rows(metrics_page.markdown())) == 3 + 2 * len(every) + len(FIELDS)


def test_a_metric_names_its_tags_its_monitors_and_an_example() -> None:
    (row,) = [row for row in rows(metrics_page.markdown()) if row.startswith("| `do.cleanups.total` | distribution")]
    assert "`class` (1), `trigger` (2), `result` (4)" in row
    assert "| [cleanup-failures](runbooks/cleanup-failures.md), [cleanup-backlog](runbooks/cleanup-backlog.md) |" in row
    assert "`sum:conversation_state.prod.do.cleanups.total{*} by {class,trigger,result}`" in row


def test_there_is_a_row_per_config_key_and_per_field_with_its_default_or_that_it_is_required() -> None:
    page = config_page.markdown()
    fields = sum(len(model.model_fields) for model in MODELS)
    of_all = len(DestinationSettings.model_fields)
    fields += of_all + sum(len(model.model_fields) - of_all for model in KINDS.values())
    bindings = len(KINDS_OF_BINDINGS)  # with their head, and without texts
    assert len(rows(page)) == 1 + len(config.declared_keys()) + len(MODELS) + 1 + fields + bindings
    assert '| `https` | `header` | `"Authorization"` | Name of the header. | letters, digits and dashes |' in page
    assert "| `protect` | boolean | `true` |" in page
    assert "| `accountId` | string | required |" in page
    assert "| `datadogApiKey` | string | required, secret |" in page
    assert "| `workers` | object | required |" in page
    assert "| `monitors` | object | in [keys.yaml](../firedrill/components/config/keys.yaml) |" in page
    assert '| `errors` | `["error"]` | Results that are errors. | a list of miss, rejected, error, none twice |' in page


def test_every_field_says_what_it_is_and_what_is_allowed() -> None:
    for model in (*MODELS, *KINDS.values()):
        for name, field in model.model_fields.items():
            assert field.title, name
            assert field.description, name
