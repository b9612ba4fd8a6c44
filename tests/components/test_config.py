from __future__ import annotations

from pathlib import Path

import pytest

from components import config
from components.errors import DeclarationError
from components.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
KEYS = config.declared_keys(ROOT / "Pulumi.yaml")
PLANTED = "PLANTED-KEY-0123456789"


def given(**changes: str | None) -> dict[str, str]:
    """A stack's smallest valid config with some keys changed; None leaves one out."""
    values: dict[str, str | None] = {
        "environment": "test",
        "accountId": "0123456789abcdef0123456789abcdef",
        "workerName": "worker-11",
        "workersSubdomain": "sub-12",
        "telemetrySalt": "salt-13",
        "datadogApiKey": PLANTED,
        **changes,
    }
    return {f"firedrill:{key}": value for key, value in values.items() if value is not None}


def load(**changes: str | None) -> Settings:
    return config.load(given(**changes), KEYS, "test")


def refusal(**changes: str | None) -> str:
    with pytest.raises(DeclarationError) as error:
        load(**changes)
    return str(error.value)


def test_what_a_stack_does_not_give_has_the_declared_default() -> None:
    settings = load()
    assert (settings.service, settings.evaluation_delay, settings.protect) == ("conversation-state", 120, False)
    assert settings.monitors["do-errors"].window == "last_5m"


def test_a_stacks_monitors_are_laid_over_the_declared_ones_field_by_field() -> None:
    latency = load(monitors='{"do-latency": {"critical": 900}}').monitors["do-latency"]
    assert (latency.critical, latency.recovery, latency.window) == (900, 400, "last_5m")


def test_null_takes_a_default_threshold_away() -> None:
    assert load(monitors='{"do-latency": {"recovery": null}}').monitors["do-latency"].recovery is None


def test_texts_become_numbers_and_booleans() -> None:
    settings = load(evaluationDelay="300", protect="true")
    assert (settings.evaluation_delay, settings.protect) == (300, True)


def test_other_namespaces_are_left_alone() -> None:
    config.load(given() | {"datadog:apiUrl": "https://api.datadoghq.com/"}, KEYS, "test")


def test_all_problems_are_reported_at_once() -> None:
    text = refusal(
        accountId=None,
        evaluationDelay="soon",
        servise="x",
        telemetrySalt=None,
        monitors='{"do-errors": {"critical": "many"}, "do-latency": {"warning": 700}, "nope": {}}',
    )
    assert text == (
        "The config of stack 'test' has 7 problems.\n"
        "firedrill:servise is not a config key\n"
        f"  allowed: one of {', '.join(KEYS)}\n"
        "  change:  did you mean service? Otherwise remove it from Pulumi.test.yaml, or run: "
        "pulumi config rm --path firedrill:servise --stack test\n"
        "firedrill:telemetrySalt is missing\n"
        "  allowed: a secret, encrypted by Pulumi\n"
        "  change:  run: pulumi config set --secret firedrill:telemetrySalt --stack test\n"
        "firedrill:monitors.nope is not a monitor with thresholds\n"
        f"  allowed: one of {', '.join(config.CONFIGURABLE_MONITORS)}\n"
        "  change:  remove it from Pulumi.test.yaml, or run: "
        "pulumi config rm --path firedrill:monitors.nope --stack test\n"
        "firedrill:monitors.do-latency.warning is 700\n"
        "  allowed: below critical (500), since the monitor alerts when >\n"
        "  change:  set it in Pulumi.test.yaml, or run: "
        "pulumi config set --path firedrill:monitors.do-latency.warning VALUE --stack test\n"
        "firedrill:accountId is missing\n"
        "  allowed: 32 hexadecimal digits, from the Cloudflare dashboard's URL\n"
        "  change:  set it in Pulumi.test.yaml, or run: "
        "pulumi config set --path firedrill:accountId VALUE --stack test\n"
        "firedrill:evaluationDelay is 'soon'\n"
        "  allowed: whole seconds, 60 to 86400\n"
        "  change:  set it in Pulumi.test.yaml, or run: "
        "pulumi config set --path firedrill:evaluationDelay VALUE --stack test\n"
        "firedrill:monitors.do-errors.critical is 'many'\n"
        "  allowed: a number\n"
        "  change:  set it in Pulumi.test.yaml, or run: "
        "pulumi config set --path firedrill:monitors.do-errors.critical VALUE --stack test"
    )


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("service", "Conversation State", "at most 63 small letters, digits and dashes, starting with a letter"),
        ("workerName", "w" * 64, "at most 63 small letters, digits and dashes, starting with a letter"),
        (
            "compatibilityDate",
            "2024-04-02",
            "a date such as 2026-11-01, not before 2024-04-03: objects had no RPC before",
        ),
        (
            "compatibilityDate",
            "yesterday",
            "a date such as 2026-11-01, not before 2024-04-03: objects had no RPC before",
        ),
        (
            "logSource",
            "cloudflare",
            "small letters, digits and dashes, but not cloudflare: Datadog's own pipeline would run first",
        ),
        ("notifyPage", "slack-x", "a Datadog notification handle such as @slack-alerts, without spaces"),
        ("workerEntry", "/abs/index.mjs", "a .js, .mjs, .ts or .mts file, relative to this folder"),
        ("docsUrl", "https://x.example/docs/", "an https address, not ending in /"),
        ("inactivityMinutes", "0", "whole minutes, 1 to 43200 (30 days)"),
        ("renotifyOccurrences", "1.5", "a whole number, 1 to 100"),
        ("protect", "maybe", "true or false"),
        ("className", "Not A Class", "the name of a class that the bundle exports"),
    ],
)
def test_a_wrong_value_is_shown_with_what_is_allowed(key: str, value: str, allowed: str) -> None:
    assert f"firedrill:{key} is {value!r}\n  allowed: {allowed}\n" in refusal(**{key: value})


def test_an_unknown_datadog_site_is_answered_with_the_known_ones() -> None:
    assert "firedrill:datadogSite is 'datadog.com'\n  allowed: one of datadoghq.com, us3." in refusal(
        datadogSite="datadog.com"
    )


@pytest.mark.parametrize(
    ("monitor", "fields", "told"),
    [
        ("do-errors", '{"window": "last_5min"}', "window is 'last_5min'\n  allowed: last_1m to last_10080m"),
        ("do-errors", '{"window": "last_8d"}', "window is 'last_8d'\n  allowed: last_1m to last_10080m"),
        ("traffic-surge", '{"window": "last_3d"}', "window is 'last_3d'\n  allowed: last_1m to last_2880m"),
        ("do-errors", '{"critical": 5, "recovery": 5}', "recovery is 5\n  allowed: below critical (5)"),
        ("traffic-drop", '{"recovery": -70}', "recovery is -70\n  allowed: above critical (-50)"),
        ("low-traffic", '{"warning": 10}', "warning is 10\n  allowed: above critical (20)"),
        ("do-errors", '{"warningRecovery": 1}', "warningRecovery is 1\n  allowed: only together with warning"),
        ("do-latency", '{"warningRecovery": 350}', "warningRecovery is 350\n  allowed: below warning (300)"),
        ("do-errors", '{"critical": null}', "critical is None\n  allowed: a number"),
        ("do-errors", '{"treshold": 3}', "treshold is not a field of a monitor\n  allowed: one of window, critical"),
    ],
)
def test_a_monitor_that_datadog_would_refuse_is_refused(monitor: str, fields: str, told: str) -> None:
    assert f"firedrill:monitors.{monitor}.{told}" in refusal(monitors=f'{{"{monitor}": {fields}}}')


def test_a_guard_that_one_failure_alone_would_pass_is_refused() -> None:
    assert (
        "firedrill:monitors.low-traffic.critical is 20\n"
        "  allowed: at least 50, or one failure alone would exceed the 2 % of do-error-ratio\n"
    ) in refusal(monitors='{"do-error-ratio": {"critical": 2, "recovery": 1}}')


def test_a_guard_over_another_window_than_the_rate_is_refused() -> None:
    assert (
        "firedrill:monitors.worker-5xx-rate.window is 'last_10m'\n"
        "  allowed: last_5m, the window of low-traffic, which guards it\n"
    ) in refusal(monitors='{"worker-5xx-rate": {"window": "last_10m"}}')


@pytest.mark.parametrize("monitors", ["five", "[1]", '{"do-errors": 5}', "{"])
def test_monitors_of_another_shape_are_refused(monitors: str) -> None:
    assert "firedrill:monitors is not an object of objects\n  allowed: monitor ids with fields each" in refusal(
        monitors=monitors
    )


def test_a_blank_secret_is_a_missing_one() -> None:
    assert "firedrill:datadogApiKey is missing" in refusal(datadogApiKey=" ")


def test_a_secret_is_in_no_message_whatever_else_is_wrong() -> None:
    text = refusal(environment=None, datadogApiKye=PLANTED, monitors="five")
    assert PLANTED not in text


def test_a_secret_is_not_among_the_settings() -> None:
    assert PLANTED not in repr(load())


def test_pulumi_yaml_declares_exactly_the_keys_that_are_read() -> None:
    fields = {str(field.alias) for field in Settings.model_fields.values()}
    assert set(KEYS) == fields | {name for name, key in KEYS.items() if key.secret}


def test_every_key_is_described_and_typed_as_pulumi_knows_types() -> None:
    for name, key in KEYS.items():
        assert key.description.endswith("."), name
        assert key.type in {"string", "integer", "boolean", "array", "object"}, name


def test_the_declared_monitors_are_the_configurable_ones() -> None:
    assert set(KEYS["monitors"].default) == set(config.CONFIGURABLE_MONITORS)
