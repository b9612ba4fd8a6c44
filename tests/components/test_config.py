from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from firedrill.components import config
from firedrill.components.model import ByWrangler, DeclaredWorker, Managed
from firedrill.components.monitor_settings import MonitorSettings
from firedrill.components.monitors.table import BY_ID
from firedrill.components.problems import DeclarationError
from firedrill.components.settings import Settings
from firedrill.vendors.cloudflare.rules.scripts import BINDING_NAME, SCRIPT_NAME
from firedrill.vendors.datadog.rules.handles import HANDLE
from tests.shipped_monitors import ONLY_IN_PROD

ROOT = Path(__file__).resolve().parents[2]
KEYS = config.declared_keys()
SHIPPED = config.of_project(ROOT)
PLANTED = "PLANTED-KEY-0123456789"
ROOM: dict[str, Any] = {"binding": "ROOMS", "operations": ["say", "read"]}

ENCRYPTED = [f"firedrill:{name}" for name, key in KEYS.items() if key.secret]


def given(**changes: Any) -> dict[str, str]:
    """A stack's smallest valid config with some keys changed, objects and lists as JSON; None leaves one out."""
    values: dict[str, Any] = {
        "environment": "test",
        "accountId": "0123456789abcdef0123456789abcdef",
        "workersSubdomain": "sub-12",
        "telemetrySalt": "salt-13",
        "datadogApiKey": PLANTED,
        **changes,
    }
    texts = {key: json.dumps(value) if isinstance(value, dict | list) else value for key, value in values.items()}
    return {f"firedrill:{key}": value for key, value in texts.items() if value is not None}


def load(**changes: Any) -> Settings:
    return config.load(given(**changes), ENCRYPTED.__contains__, "test", SHIPPED)[0]


def services(**changes: Any) -> dict[str, DeclaredWorker]:
    return {
        service.key: service for service in config.load(given(**changes), ENCRYPTED.__contains__, "test", SHIPPED)[1]
    }


def chat(**fields: Any) -> dict[str, Any]:
    """`workers` with a second one, chat, in which some fields are changed."""
    return {"chat": {"entry": "chat.mjs", "classes": {"Room": ROOM}, **fields}}


def refusal(**changes: Any) -> str:
    with pytest.raises(DeclarationError) as error:
        config.load(given(**changes), ENCRYPTED.__contains__, "test", SHIPPED)
    return str(error.value)


def told(path: str, value: str, allowed: str) -> str:
    """The whole message when one value has to be another one."""
    return (
        "The config of stack 'test' has 1 problem.\n"
        f"firedrill:{path} {f'is {value}' if value else 'is missing'}\n"
        f"  allowed: {allowed}\n"
        f"  change:  set it in Pulumi.test.yaml, or run: pulumi config set --path firedrill:{path} VALUE --stack test"
    )


def removed(path: str, what: str, allowed: str) -> str:
    """The whole message when something has to go."""
    return (
        f"The config of stack 'test' has 1 problem.\nfiredrill:{path} is {what}\n"
        f"  allowed: {allowed}\n"
        f"  change:  remove it from Pulumi.test.yaml, or run: pulumi config rm --path firedrill:{path} --stack test"
    )


def test_what_a_stack_does_not_give_has_the_declared_default() -> None:
    settings = load()
    assert (settings.team, settings.evaluation_delay, settings.protect) == ("platform", 120, True)


def test_the_shipped_worker_needs_nothing_but_an_environment() -> None:
    (service,) = services().values()
    assert (service.key, service.script_name, service.title) == (
        "conversation-state",
        "conversation-state-test",
        "conversation-state test",
    )
    assert service.prefix == "conversation_state.test."
    assert service.scope == "source:workers-trace-events service:conversation-state env:test"
    assert service.tags == ("env:test", "service:conversation-state", "team:platform")
    assert service.script == Managed(
        entry="worker/src/index.mjs",
        compatibility_date="2026-11-01",
        variables={"INACTIVITY_MS": "300000"},
        known_tags={"v1": ("ConversationStateDO",)},
        deleted_classes=(),
    )


def test_a_stacks_workers_are_laid_over_the_declared_ones_field_by_field() -> None:
    changed = {"variables": {"INACTIVITY_MS": "60000"}, "compatibilityDate": "2026-12-01"}
    script = services(workers={"conversation-state": changed})["conversation-state"].script
    assert isinstance(script, Managed)
    assert (script.entry, script.compatibility_date) == ("worker/src/index.mjs", "2026-12-01")
    assert script.variables == {"INACTIVITY_MS": "60000"}


def test_a_stack_adds_workers_of_its_own() -> None:
    chat_room = services(workers=chat())["chat"]
    (room,) = chat_room.classes
    assert (chat_room.script_name, room.name, room.operations) == ("chat-test", "Room", ("say", "read"))
    assert (room.errors, room.counted_by, room.renamed_from) == (("error",), "caller", "")


def test_false_drops_a_worker_or_a_class_that_is_declared_for_all_stacks() -> None:
    assert list(services(workers={"conversation-state": False, **chat()})) == ["chat"]
    workers = {"conversation-state": {"classes": {"ConversationStateDO": False, "Room": ROOM}}}
    (service,) = services(workers=workers).values()
    assert [observed.name for observed in service.classes] == ["Room"]


def test_null_takes_a_field_away() -> None:
    taken = {"entry": None, "variables": None, "migrations": None, "managed": False, "wrangler": "w.jsonc"}
    (service,) = services(workers={"conversation-state": taken}).values()
    assert service.script == ByWrangler("w.jsonc")
    assert not service.managed


def test_a_worker_may_have_a_name_that_no_key_can_have() -> None:
    assert services(workers=chat(name="my-chat"))["chat"].script_name == "my-chat"


def test_monitors_are_laid_over_each_other_from_stack_to_worker_to_class() -> None:
    of_class = {"do-latency": {"critical": 900}}
    of_worker = {"do-latency": {"recovery": 350}, "cpu-p99": {"critical": 80}}
    workers = chat(monitors=of_worker, classes={"Room": {**ROOM, "monitors": of_class}, "Log": ROOM | {"binding": "L"}})
    both = services(workers=workers, monitors={"do-latency": {"window": "last_10m"}})
    room, log = both["chat"].classes
    latency = room.monitors["do-latency"]
    assert (latency.window, latency.critical, latency.recovery, latency.warning) == ("last_10m", 900, 350, 300)
    assert log.monitors["do-latency"].critical == 500
    assert both["chat"].monitors["cpu-p99"].critical == 80
    assert both["conversation-state"].monitors["cpu-p99"].critical == 50


def test_a_service_has_the_monitors_of_the_worker_and_a_class_its_own() -> None:
    (service,) = services(profile="busy").values()
    scopes = {scope: {name for name in config.CONFIGURABLE_MONITORS if BY_ID[name].scope == scope} for scope in
              ("worker", "class")}  # fmt: skip
    assert service.monitors.keys() == scopes["worker"] - set(ONLY_IN_PROD)
    assert service.classes[0].monitors.keys() == scopes["class"] - set(ONLY_IN_PROD)


def test_a_stack_asks_for_a_monitor_that_its_profile_leaves_out_and_changes_only_what_differs() -> None:
    (service,) = services().values()
    assert "alarm-runaway" not in service.classes[0].monitors
    (service,) = services(monitors={"alarm-runaway": {"critical": 200}}).values()
    found = service.classes[0].monitors["alarm-runaway"]
    assert (found.window, found.critical) == ("last_15m", 200)
    assert "one of standard, quiet, low-traffic, busy" in refusal(profile="loud")


def test_a_monitor_that_is_switched_off_is_off_everywhere_whatever_asks_for_it() -> None:
    given = {"reason": "a batch each night, until it is split", "until": "2027-03-31"}
    (service,) = services(switchedOff={"mapping-failures": given, "worker-5xx": given}).values()
    assert "mapping-failures" not in service.classes[0].monitors  # for which the class asks
    assert "worker-5xx-rate" not in service.monitors
    told = refusal(switchedOff={"low-traffic": given, "do-errors": {"reason": "", "until": "soon"}})
    assert "switchedOff.low-traffic" in told  # it tells nobody
    assert "switchedOff.do-errors.reason" in told
    assert "switchedOff.do-errors.until" in told


@pytest.mark.parametrize("reason", ["  ", "a\x1b[31mb", "a\nb", "a\u202eb"])
def test_a_reason_that_a_terminal_would_not_show_as_it_stands_is_refused(reason: str) -> None:
    told = refusal(switchedOff={"do-errors": {"reason": reason, "until": "2027-03-31"}})
    assert f"switchedOff.do-errors.reason is {reason!r}\n  allowed: a sentence in one line" in told
    assert reason == "  " or reason not in told


def test_a_stack_asks_for_a_monitor_that_is_off() -> None:
    (service,) = services(monitors={"telemetry-late": {"window": "last_10m", "critical": 1}}).values()
    assert service.monitors["telemetry-late"].window == "last_10m"
    assert "telemetry-cut" not in service.monitors
    assert "monitors.telemetry-late.window" in refusal(monitors={"telemetry-late": {"critical": 1}})


def test_false_leaves_a_monitor_out_at_its_level_and_below() -> None:
    off = services(workers=chat(monitors={"do-errors": False}), monitors={"traffic-drop": False})
    assert "do-errors" not in off["chat"].classes[0].monitors
    assert "do-errors" in off["conversation-state"].classes[0].monitors
    assert "traffic-drop" not in off["chat"].monitors


def test_a_monitor_that_is_off_for_all_may_be_on_for_one() -> None:
    on = services(workers=chat(monitors={"do-errors": {"critical": 3}}), monitors={"do-errors": False})
    do_errors = on["chat"].classes[0].monitors["do-errors"]
    assert (do_errors.window, do_errors.critical) == ("last_5m", 3)
    assert "do-errors" not in on["conversation-state"].classes[0].monitors


def test_null_takes_a_default_threshold_away() -> None:
    (service,) = services(monitors={"do-latency": {"recovery": None}}).values()
    assert service.classes[0].monitors["do-latency"].recovery is None


def test_texts_become_numbers_and_booleans() -> None:
    settings = load(evaluationDelay="300", protect="false")
    assert (settings.evaluation_delay, settings.protect) == (300, False)


def test_more_fields_are_those_of_the_dataset_none_twice() -> None:
    assert load().more_fields == ()
    assert load(moreFields=["Event"]).more_fields == ("Event",)
    for wrong in (["Events"], ["Event", "Event"], "Event"):
        assert "firedrill:moreFields" in refusal(moreFields=wrong)
        assert "a field of the dataset workers_trace_events: CPUTimeMs" in refusal(moreFields=wrong)


def test_other_namespaces_are_left_alone() -> None:
    config.load(given() | {"datadog:apiUrl": "https://api.datadoghq.com/"}, ENCRYPTED.__contains__, "test", SHIPPED)


def test_all_problems_are_reported_at_once() -> None:
    text = refusal(
        accountId=None,
        evaluationDelay="soon",
        teem="x",
        telemetrySalt=None,
        workers=chat(entri="x", classes={"Room": {**ROOM, "monitors": {"do-errors": {"critical": "many"}}}}),
        monitors={"do-latency": {"warning": 700}, "nope": {}},
    )
    assert text == (
        "The config of stack 'test' has 8 problems.\n"
        "firedrill:teem is not a config key\n"
        f"  allowed: one of {', '.join(KEYS)}\n"
        "  change:  did you mean team? Otherwise remove it from Pulumi.test.yaml, or run: "
        "pulumi config rm --path firedrill:teem --stack test\n"
        "firedrill:telemetrySalt is missing\n"
        "  allowed: a secret, encrypted by Pulumi\n"
        "  change:  run: pulumi config set --secret firedrill:telemetrySalt --stack test\n"
        "firedrill:accountId is missing\n"
        "  allowed: 32 hexadecimal digits, from the Cloudflare dashboard's URL\n"
        "  change:  set it in Pulumi.test.yaml, or run: "
        "pulumi config set --path firedrill:accountId VALUE --stack test\n"
        "firedrill:evaluationDelay is 'soon'\n"
        "  allowed: whole seconds, 60 to 86400\n"
        "  change:  set it in Pulumi.test.yaml, or run: "
        "pulumi config set --path firedrill:evaluationDelay VALUE --stack test\n"
        "firedrill:workers.chat.entri is not a field of a Worker\n"
        "  allowed: one of bindings, compatibilityFlags, assets, placement, limits, cacheOptions, observability, "
        "tailConsumers, crons, routes, domains, queueConsumers, workersDev, previewUrls, "
        "name, renamedFrom, managed, wrangler, wranglerEnvironment, entry, compatibilityDate, "
        "variables, exportLogs, exportTraces, storeLogs, drill, deletedClasses, migrations, monitors, dangers, "
        "classes\n"
        "  change:  did you mean entry? Otherwise remove it from Pulumi.test.yaml, or run: "
        "pulumi config rm --path firedrill:workers.chat.entri --stack test\n"
        "firedrill:monitors.nope is not a monitor with thresholds of its own here\n"
        f"  allowed: one of {', '.join(config.CONFIGURABLE_MONITORS)}\n"
        "  change:  remove it from Pulumi.test.yaml, or run: "
        "pulumi config rm --path firedrill:monitors.nope --stack test\n"
        "firedrill:monitors.do-latency.warning is 700\n"
        "  allowed: below critical (500)\n"
        "  change:  set it in Pulumi.test.yaml, or run: "
        "pulumi config set --path firedrill:monitors.do-latency.warning VALUE --stack test\n"
        "firedrill:workers.chat.classes.Room.monitors.do-errors.critical is 'many'\n"
        "  allowed: a number\n"
        "  change:  set it in Pulumi.test.yaml, or run: "
        "pulumi config set --path firedrill:workers.chat.classes.Room.monitors.do-errors.critical VALUE --stack test"
    )


NAME = "at most 63 lowercase letters, digits and dashes, beginning with a letter and not ending with a dash"
CLASS = "the name of a class that the Worker exports: at most 40 letters, digits and _, no digit first"


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("environment", "Pre Prod", NAME),
        ("team", "t" * 64, NAME),
        (
            "compatibilityDate",
            "yesterday",
            "a date such as 2026-11-01",
        ),
        (
            "logSource",
            "cloudflare",
            "a source other than cloudflare, since Datadog's own pipeline would run first",
        ),
        ("notifyPage", "slack-x", HANDLE),
        ("notifyChat", "@slack-x.", HANDLE),
        ("docsUrl", "https://x.example/docs/", "an https address, not ending in /"),
        ("renotifyOccurrences", "1.5", "a whole number, 1 to 100"),
        ("protect", "maybe", "true or false"),
        ("reporter", "statsd", "one of none, datadog, analytics-engine, both"),
        ("platformMetrics", "all", "one of none, integration, collector, both"),
        (
            "datadogSite",
            "datadog.com",
            "one of datadoghq.com, us3.datadoghq.com, us5.datadoghq.com, datadoghq.eu, ap1.datadoghq.com, "
            "ap2.datadoghq.com, ddog-gov.com",
        ),
        ("workers", "five", "an object: names of Workers with fields each"),
        ("monitors", "[1", "an object: monitor ids with fields each"),
    ],
)
def test_a_wrong_value_is_shown_with_what_is_allowed(key: str, value: str, allowed: str) -> None:
    changes = {key: value, "analyticsToken": "t"}
    assert refusal(**changes) == told(key, repr(value), allowed)


OPERATIONS = (
    "a list of at least one name, none twice, of at most 32 letters, digits and _, and none of alarm, message, close, "
    "socket_error, fetch, scheduled, queue, unknown"
)
WRANGLER = "a wrangler.jsonc, wrangler.json or wrangler.toml, relative to this folder"
MODULE = "a .js, .mjs, .ts or .mts file, relative to this folder"


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("name", "Chat", SCRIPT_NAME.allowed),
        ("managed", "maybe", "true or false"),
        ("entry", "/abs/index.mjs", MODULE),
        ("entry", "", MODULE),
        ("drill", "drill.json", "a .yaml file, relative to this folder"),
        ("variables", ["A"], "text values by name; put numbers in quotes"),
        ("deletedClasses", "Old", "a list of names of classes"),
        ("migrations", ["v1"], "by tag, the list of the classes that are live at it"),
        ("classes", {}, "at least one class, by name"),
        ("monitors", 5, "by id, the fields of a monitor that differ, or false for one that is not to be declared"),
        (
            "compatibilityDate",
            "2020-1-1",
            "a date such as 2026-11-01",
        ),
    ],
)
def test_a_wrong_field_of_a_worker_is_shown_with_what_is_allowed(field: str, value: Any, allowed: str) -> None:
    text = refusal(workers=chat(**{field: value}))
    assert told(f"workers.chat.{field}", repr(value), allowed).partition("\n")[2] in text


@pytest.mark.parametrize("value", [200000, 1.5, True])
def test_the_command_for_a_number_that_has_to_be_text_keeps_it_text(value: Any) -> None:
    text = refusal(workers=chat(variables={"INACTIVITY_MS": value}))
    assert text.endswith(
        "pulumi config set --path --type string firedrill:workers.chat.variables.INACTIVITY_MS VALUE --stack test"
    )


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("binding", "my rooms", BINDING_NAME.allowed),
        ("operations", ["say", "say"], OPERATIONS),
        ("operations", [], OPERATIONS),
        ("errors", ["miss", "miss"], "a list of miss, rejected, error, none twice"),
        ("countedBy", "me", "caller or object"),
        ("renamedFrom", "a b", CLASS),
    ],
)
def test_a_wrong_field_of_a_class_is_shown_with_what_is_allowed(field: str, value: Any, allowed: str) -> None:
    text = refusal(workers=chat(classes={"Room": {**ROOM, field: value}}))
    assert text == told(f"workers.chat.classes.Room.{field}", repr(value), allowed)


@pytest.mark.parametrize("operation", ["alarm", "unknown", "o" * 33, "a b"])
def test_an_operation_that_telemetry_cannot_tell_apart_is_refused(operation: str) -> None:
    place = "firedrill:workers.chat.classes.Room.operations[1]"
    assert refusal(workers=chat(classes={"Room": {**ROOM, "operations": ["say", operation]}})) == (
        "The config of stack 'test' has 1 problem.\n"
        f"{place} is {operation!r}\n"
        f"  allowed: {OPERATIONS}\n"
        f"  change:  set it in Pulumi.test.yaml, or run: pulumi config set --path '{place}' VALUE --stack test"
    )


@pytest.mark.parametrize(
    ("workers", "path", "allowed"),
    [
        ({"Chat Room": chat()["chat"]}, "Chat Room", NAME),
        (
            chat(classes={"C" * 41: ROOM}),
            f"chat.classes.{'C' * 41}",
            CLASS,
        ),
        (chat(variables={"A B": "1"}), "chat.variables.A B", BINDING_NAME.allowed),
        (
            chat(classes={"Room": ROOM, "ROOM": {**ROOM, "binding": "OTHER"}}),
            "chat.classes.ROOM",
            f"{CLASS}; in lower case, as tags are, it is Room again",
        ),
    ],
)
def test_a_name_that_will_not_do_has_to_be_another(workers: Any, path: str, allowed: str) -> None:
    assert refusal(workers=workers) == (
        "The config of stack 'test' has 1 problem.\n"
        f"firedrill:workers.{path} is not a valid name\n"
        f"  allowed: {allowed}\n"
        "  change:  rename it in Pulumi.test.yaml"
    )


@pytest.mark.parametrize(
    ("workers", "path", "value", "allowed"),
    [
        (chat(entry=None), "chat.entry", "", MODULE),
        (chat(classes=None), "chat.classes", "", "at least one class, by name"),
        (chat(entry=None, managed=False), "chat.wrangler", "", WRANGLER),
        (
            chat(classes={"Room": ROOM, "Log": ROOM}),
            "chat.classes.Log.binding",
            "'ROOMS'",
            "another binding than Room's",
        ),
        (
            chat(classes={"A": ROOM | {"renamedFrom": "X"}, "B": {**ROOM, "binding": "B", "renamedFrom": "X"}}),
            "chat.classes.B.renamedFrom",
            "'X'",
            "another class than A's",
        ),
        (
            chat(classes={"A": ROOM, "B": {**ROOM, "binding": "B", "renamedFrom": "A"}}),
            "chat.classes.B.renamedFrom",
            "'A'",
            "a class that is not declared itself; deploy without A first if it is to be created again",
        ),
        (
            chat(renamedFrom="talk"),
            "chat.name",
            "",
            "its name at Cloudflare, by default that of talk and the environment: objects' data stays with it",
        ),
        (
            chat(renamedFrom="conversation-state", name="chat"),
            "chat.renamedFrom",
            "'conversation-state'",
            "the former key of this Worker, under which none is declared any more",
        ),
        (
            {**chat(renamedFrom="talk", name="a"), "conversation-state": {"renamedFrom": "talk", "name": "b"}},
            "chat.renamedFrom",
            "'talk'",
            "another Worker than conversation-state's",
        ),
        (
            {"conversation-state": {"name": "one"}, **chat(name="one")},
            "chat.name",
            "'one'",
            "another name than that of workers.conversation-state: there is one Worker of a name in an account",
        ),
        (
            {"c" * 60: chat()["chat"]},
            f"{'c' * 60}.name",
            "",
            f"{SCRIPT_NAME.allowed}; the default, '{'c' * 60}-test', is longer",
        ),
        (
            {"chat": False},
            "chat",
            "false",
            "an object with fields, or false to leave out what the project declares",
        ),
        (
            {"conversation-state": {"classes": {"ConversationStateDO": 5}}},
            "conversation-state.classes.ConversationStateDO",
            "5",
            "an object with fields, or false to leave out what the project declares",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(workers: Any, path: str, value: str, allowed: str) -> None:
    text = refusal(workers=workers)
    assert told(f"workers.{path}", value, allowed).partition("\n")[2] in text


def test_a_stack_without_any_worker_is_refused() -> None:
    assert refusal(workers={"conversation-state": False}) == told("workers", "", "at least one Worker, by name")


@pytest.mark.parametrize("deleted", ["Room", "Old"])
def test_a_class_that_keeps_its_objects_is_not_among_the_deleted(deleted: str) -> None:
    workers = chat(classes={"Room": {**ROOM, "renamedFrom": "Old"}}, deletedClasses=[deleted])
    place = "firedrill:workers.chat.deletedClasses[0]"
    assert refusal(workers=workers) == (
        "The config of stack 'test' has 1 problem.\n"
        f"{place} is {deleted!r}\n"
        "  allowed: classes that are neither declared nor renamed: those keep their data\n"
        f"  change:  set it in Pulumi.test.yaml, or run: pulumi config set --path '{place}' VALUE --stack test"
    )


def test_more_classes_than_a_migration_tag_can_name_are_refused() -> None:
    many = {f"C{number:039}": {**ROOM, "binding": f"C{number}"} for number in range(9)}
    first, second = sorted(many)[:2]
    assert refusal(workers=chat(classes=many)) == told(
        "workers.chat.classes",
        "9 classes, whose names are too long for a migration tag together",
        f"names that have at most 255 characters as classes:{first}+{second}..., or several Workers",
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("entry", "chat.mjs"),
        ("compatibilityDate", "2026-11-01"),
        ("variables", {"A": "1"}),
        ("deletedClasses", ["Old"]),
        ("migrations", {"v1": ["Room"]}),
    ],
)
def test_what_wranglers_own_file_says_is_not_said_again(field: str, value: Any) -> None:
    workers = chat(**{"entry": None, "managed": False, "wrangler": "w.toml", field: value})
    assert refusal(workers=workers) == removed(
        f"workers.chat.{field}",
        repr(value),
        "nothing, since Wrangler deploys this Worker (managed: false) as its own file says",
    )


def test_wrangler_renames_its_classes_itself() -> None:
    workers = chat(entry=None, managed=False, wrangler="w.toml", classes={"Room": {**ROOM, "renamedFrom": "Old"}})
    assert "firedrill:workers.chat.classes.Room.renamedFrom is 'Old'\n  allowed: nothing, since" in refusal(
        workers=workers
    )


def test_a_managed_worker_has_no_file_of_wranglers() -> None:
    assert refusal(workers=chat(wrangler="w.toml")) == removed(
        "workers.chat.wrangler", "'w.toml'", "nothing, since it is read only with managed: false"
    )


@pytest.mark.parametrize(
    ("monitor", "fields", "found"),
    [
        ("do-errors", {"window": "last_5min"}, "window is 'last_5min'\n  allowed: a window such as last_5m, last_4h"),
        ("do-errors", {"window": "last_31d"}, "window is 'last_31d'\n  allowed: a window such as last_5m, last_4h"),
        ("do-errors", {"critical": 5, "recovery": 6}, "recovery is 6\n  allowed: at most critical (5)"),
        ("traffic-drop", {"recovery": -70}, "recovery is -70\n  allowed: at least critical (-50)"),
        ("low-traffic", {"warning": 10}, "warning is 10\n  allowed: above critical (25)"),
        ("hot-object", {"critical": 120}, "critical is 120\n  allowed: below 100, or no value would pass it"),
        ("worker-5xx-rate", {"recovery": -1}, "recovery is -1\n  allowed: at least 0, or it would never recover"),
        ("do-errors", {"critical": -1}, "critical is -1\n  allowed: at least 0, or every value would pass it"),
        ("telemetry-silent", {"critical": 0}, "critical is 0\n  allowed: above 0, or no value would pass it"),
        ("traffic-drop", {"critical": -100}, "critical is -100\n  allowed: above -100, or no value would pass it"),
        (
            "traffic-anomaly",
            {"window": "last_15m", "critical": 1.5},
            "critical is 1.5\n  allowed: at most 1, or no value would pass it",
        ),
        (
            "traffic-anomaly",
            {"window": "last_15m", "critical": 0},
            "critical is 0\n  allowed: above 0, or every value would pass it",
        ),
        ("do-errors", {"warningRecovery": 1}, "warningRecovery is 1\n  allowed: only together with warning"),
        ("do-latency", {"warningRecovery": 350}, "warningRecovery is 350\n  allowed: at most warning (300)"),
        ("do-errors", {"critical": None}, "critical is null\n  allowed: a number"),
        ("do-errors", {"treshold": 3}, "treshold is not a field of a monitor\n  allowed: one of window, critical"),
    ],
)
def test_a_monitor_that_datadog_would_refuse_is_refused(monitor: str, fields: Any, found: str) -> None:
    assert f"firedrill:monitors.{monitor}.{found}" in refusal(monitors={monitor: fields})


@pytest.mark.parametrize(
    ("monitor", "fields"),
    [
        ("do-errors", {"window": "last_2d"}),
        ("traffic-surge", {"window": "last_3d"}),
        ("do-errors", {"critical": 5, "recovery": 5}),
    ],
)
def test_a_monitor_that_datadog_takes_is_taken(monitor: str, fields: Any) -> None:
    assert services(monitors={monitor: fields})


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (
            {"critical": 100},
            ["critical is 100\n  allowed: above warning (300)", "critical is 100\n  allowed: at least"],
        ),
        ({"warning": 200}, ["warning is 200\n  allowed: at least warningRecovery (250), or another warningRecovery"]),
        ({"critical": 390, "warning": 100, "warningRecovery": 90}, ["critical is 390\n  allowed: at least recovery"]),
        ({"critical": 450, "recovery": 460}, ["recovery is 460\n  allowed: at most critical (450)"]),
    ],
)
def test_a_threshold_is_told_where_it_was_given_not_where_the_default_is(given: Any, found: list[str]) -> None:
    text = refusal(workers=chat(monitors={"do-latency": given}))
    for each in found:
        assert f"firedrill:workers.chat.monitors.do-latency.{each}" in text
    assert text.count("  allowed: ") == len(found)


def test_a_monitor_of_the_worker_is_none_of_a_class() -> None:
    workers = chat(classes={"Room": {**ROOM, "monitors": {"cpu-p99": {"critical": 80}}}})
    names = [name for name in config.CONFIGURABLE_MONITORS if BY_ID[name].scope == "class"]
    assert refusal(workers=workers) == removed(
        "workers.chat.classes.Room.monitors.cpu-p99",
        "not a monitor with thresholds of its own here",
        f"one of {', '.join(names)}",
    )


def test_a_monitor_that_is_off_is_declared_for_the_class_that_gives_it_thresholds() -> None:
    asked = {**ROOM, "monitors": {"cleanup-failures": {"window": "last_30m", "critical": 2}}}
    room, hall = services(workers=chat(classes={"Room": asked, "Hall": {**ROOM, "binding": "HALLS"}}))["chat"].classes
    assert room.monitors["cleanup-failures"] == MonitorSettings(window="last_30m", critical=2)
    assert {"cleanup-failures", "mapping-failures"}.isdisjoint(hall.monitors)


def test_a_monitor_that_is_off_is_asked_for_with_all_that_it_needs() -> None:
    workers = chat(classes={"Room": {**ROOM, "monitors": {"cleanup-failures": {"critical": 2}}}})
    assert refusal(workers=workers) == told(
        "workers.chat.classes.Room.monitors.cleanup-failures.window",
        "",
        "a window such as last_5m, in which the monitor looks back",
    )


def test_a_monitor_is_fields_or_false() -> None:
    assert refusal(monitors={"do-errors": 5}) == told(
        "monitors.do-errors",
        "5",
        "fields (window, critical, recovery, warning, warningRecovery), or false: not declared",
    )


def test_a_guard_that_one_failure_alone_would_pass_is_refused_for_the_class_it_fails() -> None:
    workers = chat(classes={"Room": {**ROOM, "monitors": {"do-error-ratio": {"critical": 2, "recovery": 1}}}})
    assert refusal(workers=workers) == told(
        "monitors.do-low-traffic.critical",
        "25",
        "at least 100, or one failure in five minutes would keep an alert of do-error-ratio above its recovery of 1 %",
    )


def test_a_guard_over_another_window_than_the_rate_is_refused() -> None:
    workers = chat(monitors={"worker-5xx-rate": {"window": "last_10m"}})
    assert refusal(workers=workers) == told(
        "workers.chat.monitors.worker-5xx-rate.window",
        "'last_10m'",
        "last_5m, the window of low-traffic, which guards it",
    )


def test_a_rate_without_its_guard_is_refused() -> None:
    assert refusal(workers=chat(monitors={"low-traffic": False})) == told(
        "workers.chat.monitors.low-traffic",
        "false",
        "a window and a critical, since it guards worker-5xx-rate; or false for worker-5xx-rate too",
    )
    assert services(workers=chat(monitors={"low-traffic": False, "worker-5xx-rate": False}))


def test_a_blank_secret_is_a_missing_one() -> None:
    assert "firedrill:datadogApiKey is missing" in refusal(datadogApiKey=" ")


@pytest.mark.parametrize("name", [name for name, key in KEYS.items() if key.secret])
def test_a_secret_that_is_not_encrypted_is_refused_without_its_value(name: str) -> None:
    encrypted = [key for key in ENCRYPTED if key != f"firedrill:{name}"]
    with pytest.raises(DeclarationError) as refused:
        config.load(given(**{name: PLANTED}), encrypted.__contains__, "test", SHIPPED)
    assert str(refused.value) == (
        "The config of stack 'test' has 1 problem.\n"
        f"firedrill:{name} is not encrypted\n"
        "  allowed: a secret, encrypted by Pulumi\n"
        f"  change:  run: pulumi config set --secret firedrill:{name} --stack test"
    )


def test_the_default_of_a_secret_that_is_empty_needs_no_encryption() -> None:
    encrypted = [key for key in ENCRYPTED if key != "firedrill:analyticsToken"]
    assert config.load(given(analyticsToken=""), encrypted.__contains__, "test", SHIPPED)


@pytest.mark.parametrize("key", ["cloudflare:apiToken", "datadog:apiKey", "datadog:appKey"])
def test_a_credential_of_a_provider_in_the_config_is_encrypted_or_refused(key: str) -> None:
    values = given() | {key: PLANTED}
    assert config.load(values, [*ENCRYPTED, key].__contains__, "test", SHIPPED)
    with pytest.raises(DeclarationError) as refused:
        config.load(values, ENCRYPTED.__contains__, "test", SHIPPED)
    assert f"{key} is not encrypted\n" in str(refused.value)
    assert f"run: pulumi config set --secret {key} --stack test" in str(refused.value)
    assert PLANTED not in str(refused.value)


def test_the_token_for_analytics_is_needed_only_for_platform_metrics() -> None:
    assert load(platformMetrics="both", analyticsToken="t").platform_metrics == "both"
    assert refusal(platformMetrics="both") == (
        "The config of stack 'test' has 1 problem.\n"
        "firedrill:analyticsToken is missing\n"
        "  allowed: a secret, encrypted by Pulumi\n"
        "  change:  run: pulumi config set --secret firedrill:analyticsToken --stack test"
    )


def test_a_secret_is_in_no_message_whatever_else_is_wrong() -> None:
    text = refusal(environment=None, datadogApiKye=PLANTED, monitors="five")
    assert PLANTED not in text


def test_a_secret_is_not_among_the_settings() -> None:
    assert PLANTED not in repr(config.load(given(), ENCRYPTED.__contains__, "test", SHIPPED))


def test_pulumi_yaml_declares_exactly_the_keys_that_are_read() -> None:
    fields = {str(field.alias) for field in Settings.model_fields.values()}
    assert set(KEYS) == fields | {"workers", "monitors", "dangers"} | {name for name, key in KEYS.items() if key.secret}


def test_every_key_is_described_and_typed_as_pulumi_knows_types() -> None:
    for name, key in KEYS.items():
        assert key.description.endswith("."), name
        assert key.type in {"string", "integer", "boolean", "array", "object"}, name


def test_the_declared_monitors_are_the_configurable_ones() -> None:
    assert set(KEYS["monitors"].default) == set(config.CONFIGURABLE_MONITORS)


def test_a_heartbeat_is_sent_to_all_workers_or_to_those_that_are_named() -> None:
    assert [each.heartbeat for each in services().values()] == [""]
    assert (
        services(heartbeat="true")["conversation-state"].heartbeat
        == "https://conversation-state-test.sub-12.workers.dev"
    )
    named = services(heartbeat={"conversation-state": "https://chat.example/api"})
    assert named["conversation-state"].heartbeat == "https://chat.example/api"


@pytest.mark.parametrize(
    "given", ["https://a.example", {"conversation-state": "http://a.example"}, {"conversation-state": False}, [1]]
)
def test_a_heartbeat_goes_to_https_addresses(given: Any) -> None:
    assert "true, or an object: keys of Workers, each with true or an https address" in refusal(heartbeat=given)


def test_a_heartbeat_needs_a_worker_an_address_and_a_drill_file() -> None:
    assert "heartbeat.chatt" in refusal(heartbeat={"chatt": True})
    wrangler = chat(entry=None, managed=False, wrangler="w.toml")
    assert "heartbeat.chat" in refusal(workers=wrangler, heartbeat={"chat": True})
    assert "workers.chat.drill" in refusal(workers=chat(), heartbeat={"chat": True})
