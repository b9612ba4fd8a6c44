from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from firedrill.components.model import DeclaredWorker, ObservedClass
from firedrill.components.problems import DeclarationError
from firedrill.components.worker.bundle import Bundle
from firedrill.components.wrangler.checks import problems
from firedrill.components.wrangler.file import WranglerFile, read
from firedrill.components.wrangler.script import bindings_in, script_inputs
from firedrill.vendors.cloudflare import from_pulumi
from firedrill.vendors.cloudflare.rules.migrations import class_breach
from firedrill.vendors.cloudflare.script import check_script

PATH = "chat/wrangler.jsonc"
ROOM = {"name": "ROOMS", "class_name": "ChatRoom"}
FILE: dict[str, Any] = {
    "name": "chat-room",
    "main": "src/index.mjs",
    "compatibility_date": "2026-11-01",
    "logpush": True,
    "durable_objects": {"bindings": [ROOM]},
    "migrations": [{"tag": "v1", "new_sqlite_classes": ["ChatRoom"]}],
}
Write = Callable[..., WranglerFile]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file with some keys changed, None leaving one out, and reads it for the environment dev."""
    (tmp_path / "chat/src").mkdir(parents=True)
    (tmp_path / "chat/src/index.mjs").touch()

    def run(**changes: Any) -> WranglerFile:
        fields = {key: value for key, value in {**FILE, **changes}.items() if value is not None}
        (tmp_path / PATH).write_text(json.dumps(fields))
        return read(tmp_path, PATH, "dev")

    return run


@pytest.fixture
def chat(
    service: Callable[..., DeclaredWorker], observed: Callable[..., ObservedClass]
) -> Callable[..., DeclaredWorker]:
    """The Worker chat-room with classes by binding."""

    def build(**bindings: str) -> DeclaredWorker:
        classes = tuple(
            observed(name, binding=binding) for binding, name in (bindings or {"ROOMS": "ChatRoom"}).items()
        )
        return service(key="chat", script_name="chat-room", classes=classes)

    return build


@pytest.fixture
def found(write: Write, chat: Callable[..., DeclaredWorker], tmp_path: Path) -> Callable[..., str]:
    """The problems of a file with some keys changed, as text."""

    def run(**changes: Any) -> str:
        return "\n".join(map(str, problems(write(**changes), chat(), tmp_path)))

    return run


def problem(key: str, value: str, allowed: str) -> str:
    return f"{PATH}: {key} {f'is {value}' if value else 'is missing'}\n  allowed: {allowed}\n  change:  set it there"


def test_a_file_that_fits_has_no_problem(found: Callable[..., str]) -> None:
    assert found() == ""


def test_comments_and_trailing_commas_are_read(tmp_path: Path) -> None:
    (tmp_path / "w.jsonc").write_text('// the room\n{ "name": "chat", /* soon */ "logpush": true, }\n')
    configuration = read(tmp_path, "w.jsonc", "dev").configuration
    assert (configuration.name, configuration.logpush) == ("chat", True)


def test_toml_is_read(tmp_path: Path) -> None:
    (tmp_path / "w.toml").write_text(
        'name = "chat"\n[[migrations]]\ntag = "v1"\nrenamed_classes = [{ from = "A", to = "B" }]\n'
    )
    (tmp_path / "marked.toml").write_text("name = 'chat'", encoding="utf-8-sig")  # as some editors on Windows save it
    assert read(tmp_path, "marked.toml", "dev").configuration.name == "chat"
    configuration = read(tmp_path, "w.toml", "dev").configuration
    (renamed,) = configuration.migrations[0].renamed_classes
    assert (configuration.name, renamed.source, renamed.to) == ("chat", "A", "B")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("w.jsonc", "{ name: }", "w.jsonc, line 1, column 9: not JSON with comments (Unexpected "),
        (
            "w.jsonc",
            b'{ "name": "caf\xe9" }',
            "w.jsonc, line 1: not UTF-8 text (byte 0xe9); save it as UTF-8.",
        ),
        (
            "w.jsonc",
            '{ // the Worker\n  "name": "a", /* "name" */\n  name: "b" }',
            "w.jsonc, line 3, column 3: key 'name' is defined at line 2 and again at line 3; remove one.",
        ),
        (
            "w.toml",
            'name = "a"\nname = "b"\n',
            "w.toml is not TOML: Cannot overwrite a value (at line 2, column 11)",
        ),
        ("w.toml", "name = \n", "w.toml is not TOML: Invalid value (at line 1, column 8)"),
        ("w.jsonc", "[]", 'w.jsonc has to hold an object, such as { "name": "my-worker" }.'),
        ("none.toml", None, "none.toml cannot be read: No such file or directory; it is named as wrangler in workers."),
    ],
)
def test_what_is_no_such_file_is_refused(tmp_path: Path, name: str, text: str | bytes | None, told: str) -> None:
    if text is not None:
        (tmp_path / name).write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(DeclarationError) as error:
        read(tmp_path, name, "dev")
    assert str(error.value).startswith(told)


def test_an_environment_inherits_all_but_bindings_and_variables(write: Write) -> None:
    file = write(vars={"A": "1"}, env={"dev": {"logpush": False, "durable_objects": {"bindings": []}}})
    configuration = file.configuration
    assert (configuration.name, configuration.main, configuration.logpush) == ("chat-room-dev", "src/index.mjs", False)
    assert (configuration.vars, configuration.durable_objects.bindings) == ({}, ())
    assert [step.tag for step in configuration.migrations] == ["v1"]


def test_an_environment_may_have_a_name_of_its_own(write: Write) -> None:
    assert write(env={"dev": {"name": "other"}}).configuration.name == "other"


def test_other_environments_do_not_matter(write: Write) -> None:
    assert write(env={"prod": {"name": "other"}}).configuration.name == "chat-room"


def test_an_environment_inherits_its_assets(write: Write) -> None:
    file = write(
        assets={"directory": "public", "binding": "ASSETS"}, kv_namespaces=[{"binding": "KV"}], env={"dev": {}}
    )
    assert script_inputs(file, BUNDLE, [])["assets"] == {"directory": "chat/public", "binding": "ASSETS"}
    assert bindings_in(file.configuration) == []


def test_the_main_module_is_relative_to_the_file(write: Write) -> None:
    assert write(main="../chat/src/index.mjs").entry == "chat/src/index.mjs"


BINDINGS = "ROOMS: ChatRoom, as firedrill:workers.chat.classes has them"
DATE = "a date such as 2026-11-01"


def test_all_problems_are_found_at_once(write: Write, chat: Callable[..., DeclaredWorker], tmp_path: Path) -> None:
    nothing = dict.fromkeys(FILE)
    file = write(**nothing, observability="on")
    assert "\n".join(map(str, problems(file, chat(), tmp_path))) == "\n".join(
        (
            problem("observability", "'on'", "an object such as { enabled: true }"),
            problem("name", "", "'chat-room', the name of firedrill:workers.chat; one of the two has to change"),
            problem("main", "", "a module that exists, relative to this file"),
            problem("logpush", "", "true, or Logpush gets none of the Worker's events"),
            f"{PATH}: durable_objects.bindings is empty\n  allowed: {BINDINGS}\n"
            "  change:  change them there, or the classes in the stack's config",
            f"{PATH}: durable_objects.bindings.ROOMS.class_name is 'ChatRoom'\n"
            f"  allowed: {class_breach('ROOMS', 'ChatRoom').allowed}\n"
            "  change:  add the class to migrations there",
        )
    )


def test_of_a_main_module_where_wrangler_once_had_it_is_told_that_it_moved(found: Callable[..., str]) -> None:
    told = found(main=None, build={"upload": {"dir": "dist", "main": "./index.mjs"}})
    assert told.endswith("change:  set it there, in place of build.upload.main (./index.mjs)")


def test_migrations_of_a_database_that_are_not_there_are_told_where_the_file_names_them(
    found: Callable[..., str],
) -> None:
    assert found(d1_databases=[{"binding": "DB"}]) == ""
    told = found(d1_databases=[{"binding": "DB", "migrations_dir": "drizzle/none"}])
    assert told == problem(
        "d1_databases.DB.migrations_dir", "'drizzle/none'", "a folder that exists, relative to this file"
    )


def test_a_main_module_that_the_file_s_own_build_writes_need_not_exist_yet(found: Callable[..., str]) -> None:
    assert found(main="dist/index.mjs", build={"command": "node build.js"}) == ""


@pytest.mark.parametrize(
    ("changes", "key", "value", "allowed"),
    [
        ({"logpush": "true"}, "logpush", "'true'", "true"),
        ({"logpush": False}, "logpush", "false", "true, or Logpush gets none of the Worker's events"),
        (
            {"name": "chat"},
            "name",
            "'chat'",
            "'chat-room', the name of firedrill:workers.chat; one of the two has to change",
        ),
        ({"main": "src/none.mjs"}, "main", "'src/none.mjs'", "a module that exists, relative to this file"),
        ({"main": "src/main.py"}, "main", "'src/main.py'", "a JavaScript or TypeScript module"),
        ({"compatibility_date": "2024-4-2"}, "compatibility_date", "'2024-4-2'", DATE),
        ({"migrations": "v1"}, "migrations", "'v1'", "migrations with a tag and lists of classes"),
    ],
)
def test_a_wrong_value_is_told_with_what_is_allowed(
    found: Callable[..., str], changes: dict[str, Any], key: str, value: str, allowed: str
) -> None:
    assert found(**changes) == problem(key, value, allowed)


def test_a_date_of_toml_is_told_as_it_is_written(
    write: Write, chat: Callable[..., DeclaredWorker], tmp_path: Path
) -> None:
    write()
    (tmp_path / "chat/w.toml").write_text("compatibility_date = 2026-11-01")
    told = "\n".join(map(str, problems(read(tmp_path, "chat/w.toml", "dev"), chat(), tmp_path)))
    assert f"compatibility_date is 2026-11-01 without quotes\n  allowed: {DATE}" in told


def test_a_problem_of_an_environment_is_told_where_it_is(found: Callable[..., str]) -> None:
    environment = {"name": "chat-room", "logpush": False, "durable_objects": {"bindings": [ROOM]}}
    assert found(env={"dev": environment}) == problem(
        "env.dev.logpush", "false", "true, or Logpush gets none of the Worker's events"
    )


def test_bindings_that_differ_are_told_side_by_side(found: Callable[..., str]) -> None:
    bindings = [{"name": "ROOM", "class_name": "ChatRoom"}, {**ROOM, "script_name": "elsewhere"}]
    assert found(durable_objects={"bindings": bindings}) == (
        f"{PATH}: durable_objects.bindings is ROOM: ChatRoom\n  allowed: {BINDINGS}\n"
        "  change:  change them there, or the classes in the stack's config"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"durable_objects": {"bindings": [{"name": "ROOMS", "class_name": "Other", "script_name": "other"}, ROOM]}},
        {"vars": {"ROOMS": "text"}},
    ],
    ids=["objects", "a variable"],
)
def test_a_name_that_is_bound_twice_is_refused_as_wrangler_does(
    found: Callable[..., str], changes: dict[str, Any]
) -> None:
    assert found(**changes) == (
        f"{PATH}: durable_objects.bindings.ROOMS is bound more than once\n"
        "  allowed: a name that no other binding has\n"
        "  change:  rename one"
    )


def test_the_salt_is_no_plain_text(found: Callable[..., str]) -> None:
    assert found(vars={"TELEMETRY_SALT": "abc"}) == (
        f"{PATH}: vars.TELEMETRY_SALT is plain text\n"
        "  allowed: a secret, which nobody can read back: wrangler secret put TELEMETRY_SALT\n"
        "  change:  remove it there"
    )


@pytest.mark.parametrize(
    "history",
    [
        [{"tag": "v1", "new_classes": ["ChatRoom"]}],
        [
            {"tag": "v1", "new_sqlite_classes": ["A"]},
            {"tag": "v2", "renamed_classes": [{"from": "A", "to": "ChatRoom"}]},
        ],
        [
            {"tag": "v1", "new_classes": ["ChatRoom"]},
            {"tag": "v2", "deleted_classes": ["ChatRoom"]},
            {"tag": "v3", "new_sqlite_classes": ["ChatRoom"]},
        ],
        [{"tag": "v1", "transferred_classes": [{"from": "A", "from_script": "old", "to": "ChatRoom"}]}],
    ],
)
def test_migrations_are_applied_in_their_order(found: Callable[..., str], history: list[Any]) -> None:
    assert found(migrations=history) == ""


def test_exports_say_which_classes_there_are(found: Callable[..., str]) -> None:
    assert found(migrations=None, exports={"ChatRoom": {"type": "durable-object", "storage": "sqlite"}}) == ""
    deleted = {"ChatRoom": {"type": "durable-object", "state": "deleted"}}
    assert found(exports=deleted) == (
        f"{PATH}: exports is there beside migrations\n"
        "  allowed: one of the two, since Wrangler refuses both\n"
        "  change:  remove one of them"
    )
    assert "add the class to exports there" in found(migrations=None, exports=deleted)


def test_a_step_that_cloudflare_would_refuse_is_told_with_its_tag(found: Callable[..., str]) -> None:
    history = [
        {"tag": "v1", "new_sqlite_classes": ["ChatRoom"]},
        {"tag": "v2", "new_sqlite_classes": ["ChatRoom"], "deleted_classes": ["Old"]},
    ]
    assert found(migrations=history) == (
        f"{PATH}: migrations[tag 'v2'].new_sqlite_classes is 'ChatRoom'\n"
        "  allowed: a class that does not exist yet (Cloudflare: Cannot apply new-sqlite-class migration to class "
        "'ChatRoom' that is already depended on by existing Durable Objects [code: 10074])\n"
        "  change:  send only the migrations that are not live yet\n"
        f"{PATH}: migrations[tag 'v2'].deleted_classes is 'Old'\n"
        "  allowed: a class that exists by then (ChatRoom)\n"
        "  change:  change the step"
    )


def test_a_date_before_objects_had_rpc_is_taken_as_cloudflare_takes_it(found: Callable[..., str]) -> None:
    assert found(compatibility_date="2024-01-01") == ""


BUNDLE = Bundle(".firedrill/bundles/chat.mjs", "sha-14")


def test_the_file_amounts_to_an_upload_that_cloudflare_would_take(write: Write) -> None:
    history = [
        {"tag": "v1", "new_classes": ["A"]},
        {"tag": "v2", "new_sqlite_classes": ["B"], "renamed_classes": [{"from": "A", "to": "ChatRoom"}]},
        {"tag": "v3", "deleted_classes": ["B"]},
    ]
    file = write(migrations=history, compatibility_flags=["nodejs_compat"])
    inputs = script_inputs(file, BUNDLE, bindings_in(file.configuration))
    assert inputs == {
        "scriptName": "chat-room",
        "mainModule": "chat.mjs",
        "contentFile": ".firedrill/bundles/chat.mjs",
        "contentSha256": "sha-14",
        "compatibilityDate": "2026-11-01",
        "compatibilityFlags": ["nodejs_compat"],
        "migrations": {
            "newTag": "v3",
            "steps": [
                {"newClasses": ["A"]},
                {"newSqliteClasses": ["B"], "renamedClasses": [{"from": "A", "to": "ChatRoom"}]},
                {"deletedClasses": ["B"]},
            ],
        },
        "bindings": [
            {"type": "durable_object_namespace", "name": "ROOMS", "className": "ChatRoom"},
            {"type": "secret_text", "name": "TELEMETRY_SALT", "text": ""},
        ],
        "logpush": True,
        "observability": {},
    }
    check_script(from_pulumi.workers_script(inputs))


def test_exports_amount_to_classes_that_are_all_new(write: Write) -> None:
    exports = {"ChatRoom": {"type": "durable-object", "storage": "sqlite"}, "Page": {"type": "worker"}}
    inputs = script_inputs(write(migrations=None, exports=exports), BUNDLE, [])
    assert inputs["migrations"] == {"newTag": "exports", "newSqliteClasses": ["ChatRoom"]}


def test_an_export_without_sqlite_is_run_as_such(write: Write) -> None:
    exports = {
        name: {"type": "durable-object", "storage": kind} for name, kind in (("A", "legacy-kv"), ("B", "sqlite"))
    }
    inputs = script_inputs(write(migrations=None, exports=exports), BUNDLE, [])
    assert inputs["migrations"] == {"newTag": "exports", "newClasses": ["A"], "newSqliteClasses": ["B"]}


def test_every_binding_that_is_uploaded_is_there_with_its_type(write: Write) -> None:
    uploaded: list[dict[str, Any]] = [
        {"type": "json", "name": "LIMIT", "json": {"most": 5}},
        {"type": "kv_namespace", "name": "CACHE", "namespace_id": "1"},
        {"type": "something_new", "name": "NEW", "its_setting": [1]},
    ]
    assert script_inputs(write(), BUNDLE, uploaded)["bindings"] == [
        {"type": "kv_namespace", "name": "CACHE", "namespaceId": "1"},
        {"type": "json", "name": "LIMIT", "json": '{"most": 5}'},
        {"type": "something_new", "name": "NEW", "itsSetting": [1]},
        {"type": "secret_text", "name": "TELEMETRY_SALT", "text": ""},
    ]


def test_what_a_deployment_makes_itself_has_the_type_that_the_file_says(write: Write) -> None:
    file = write(kv_namespaces=[{"binding": "KV"}], r2_buckets=[{"binding": "FILES"}], d1_databases=[{"binding": "DB"}])
    uploaded = [{"type": "inherit", "name": name} for name in ("DB", "FILES", "KV", "OTHER")]
    *found, _ = script_inputs(file, BUNDLE, uploaded)["bindings"]
    assert found == [
        {"type": "d1", "name": "DB", "id": "DB"},
        {"type": "r2_bucket", "name": "FILES", "bucketName": "FILES"},
        {"type": "kv_namespace", "name": "KV", "namespaceId": "KV"},
        {"type": "inherit", "name": "OTHER"},
    ]


def test_what_consumes_a_queue_is_told_beside_the_script(write: Write) -> None:
    asked = {"queue": "asked", "type": "http_pull"}
    file = write(queues={"producers": [{"binding": "JOBS", "queue": "jobs"}], "consumers": [{"queue": "jobs"}, asked]})
    assert script_inputs(file, BUNDLE, [])["queueConsumers"] == ["jobs"]


def test_the_classes_that_are_containers_are_told_beside_the_script(write: Write) -> None:
    file = write(containers=[{"class_name": "ChatRoom", "image": "./Dockerfile"}])
    assert script_inputs(file, BUNDLE, [])["containers"] == ["ChatRoom"]


def test_objects_and_texts_are_known_without_an_upload(write: Write) -> None:
    file = write(vars={"LIMIT": 5, "MODE": "fast"}, ai={"binding": "AI"})
    assert bindings_in(file.configuration) == [
        {"type": "durable_object_namespace", "name": "ROOMS", "class_name": "ChatRoom"},
        {"type": "plain_text", "name": "MODE", "text": "fast"},
    ]


def test_an_environment_that_is_asked_for_by_name_has_to_be_there(write: Write, tmp_path: Path) -> None:
    write(env={"staging": {}})
    assert read(tmp_path, PATH, "staging", required=True).section == "env.staging"
    with pytest.raises(
        DeclarationError, match="has no environment 'prod', which wranglerEnvironment names; it has: staging"
    ):
        read(tmp_path, PATH, "prod", required=True)


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"logs": {"enabled": True}}, {"enabled": True, "logs": {"enabled": True, "invocation_logs": True}}),
        (
            {"enabled": True, "logs": {"invocation_logs": False}},
            {"enabled": True, "logs": {"enabled": True, "invocation_logs": False}},
        ),
        ({"head_sampling_rate": 1}, {"enabled": False, "head_sampling_rate": 1}),
        ({"enabled": True}, {"enabled": True}),
    ],
)
def test_what_the_file_leaves_out_of_observability_is_what_wrangler_takes_it_for(
    write: Write, given: dict[str, Any], sent: dict[str, Any]
) -> None:
    inputs = script_inputs(write(observability=given), BUNDLE, [])
    assert inputs["observability"] == sent


def test_logpush_that_is_set_in_a_deeper_place_is_found_there(found: Callable[..., str]) -> None:
    astray = {"bindings": [{**ROOM, "logpush": True}]}
    assert "change:  move it to the top level from durable_objects.bindings.0.logpush" in found(
        logpush=None, durable_objects=astray
    )
