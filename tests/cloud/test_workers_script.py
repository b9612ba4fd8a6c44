from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from firedrill.cloud.cloud import Cloud, Difference
from firedrill.cloud.contents import deployed_scripts, identified
from firedrill.cloud.tokens import WORKERS_SUBDOMAIN
from firedrill.cloud.values import Secret
from firedrill.resources import WORKERS_CRON_TRIGGER, WORKERS_SCRIPT
from firedrill.script_code import check_code
from firedrill.vendors.cloudflare.rules.bindings import KINDS
from firedrill.vendors.cloudflare.rules.migrations import Live
from firedrill.vendors.errors import FiredrillError

Json = dict[str, Any]
Inputs = Callable[..., Json]

CONTENT = "export class Counter {}\nexport default {}\n"
OTHER_CONTENT = "export class Counter {}\nexport default { fetch() {} }\n"
OBJECT = {"type": "durable_object_namespace", "name": "COUNTER", "className": "Counter"}
CRON = {"accountId": "acc", "scriptName": "shop", "schedules": [{"cron": "*/5 * * * *"}]}


@pytest.fixture
def script(inputs: Inputs) -> Callable[..., Json]:
    return lambda **changes: inputs(WORKERS_SCRIPT, **changes)


@pytest.fixture
def upload(cloud: Cloud, script: Inputs) -> Callable[..., Json]:
    """Upload the Worker with changes, and give its outputs."""

    def put(**changes: Any) -> Json:
        given = cloud.check(WORKERS_SCRIPT, script(**changes))
        assert not given.problems
        return cloud.create(WORKERS_SCRIPT, given.inputs)[1]

    return put


def _refusal(attempt: Callable[[], object]) -> str:
    with pytest.raises(FiredrillError) as refused:
        attempt()
    return str(refused.value)


def _namespace(outputs: Json, name: str = "COUNTER") -> str:
    return str(next(each["namespaceId"] for each in outputs["bindings"] if each["name"] == name))


# What is uploaded


def test_bindings_come_back_in_their_order_and_those_of_classes_with_a_namespace(upload: Inputs) -> None:
    first, second = upload()["bindings"]
    assert first == {"type": "secret_text", "name": "SALT", "text": Secret("s3cr3t-salt")}
    assert re.fullmatch("[0-9a-f]{32}", second.pop("namespaceId"))
    assert second == OBJECT


def test_the_text_of_any_binding_comes_back_as_a_secret(upload: Inputs) -> None:
    plain = {"type": "plain_text", "name": "TIMEOUT_MS", "text": "300"}
    assert upload(bindings=[OBJECT, plain])["bindings"][1] == {**plain, "text": Secret("300")}


def test_a_module_says_what_it_handles(upload: Inputs) -> None:
    content = "export default { async fetch(request) { return fetch(request.url) }, scheduled: () => {} }"
    assert upload(content=content, contentSha256=None, bindings=None, migrations=None)["handlers"] == [
        "fetch",
        "scheduled",
    ]


def test_how_long_a_worker_takes_to_start_is_modelled(upload: Inputs) -> None:
    assert upload()["startupTimeMs"] == 10


def test_logpush_is_off_unless_it_is_asked_for(upload: Inputs) -> None:
    assert upload()["logpush"] is False


def test_a_new_version_keeps_the_day_of_the_first(upload: Inputs) -> None:
    first = upload()
    second = upload(migrations={"oldTag": "v1", "newTag": "v1"}, content=OTHER_CONTENT, contentSha256=None)
    assert second["createdOn"] == first["createdOn"]
    assert second["etag"] == hashlib.sha256(OTHER_CONTENT.encode()).hexdigest()
    assert _namespace(second) == _namespace(first)


def test_the_content_of_a_file_is_read_from_the_project(upload: Inputs, tmp_path: Path) -> None:
    crlf = CONTENT.replace("\n", "\r\n")
    (tmp_path / "worker.mjs").write_text(crlf, newline="")
    sha256 = hashlib.sha256(crlf.encode()).hexdigest()
    assert upload(content=None, contentFile="worker.mjs", contentSha256=sha256)["etag"] == sha256


def test_what_was_uploaded_is_kept_as_it_was(upload: Inputs, state_file: Path, tmp_path: Path) -> None:
    crlf = CONTENT.replace("\n", "\r\n")
    (tmp_path / "worker.mjs").write_text(crlf, newline="")
    sha256 = hashlib.sha256(crlf.encode()).hexdigest()
    upload(content=None, contentFile="worker.mjs", contentSha256=sha256)
    (tmp_path / "worker.mjs").unlink()
    (deployed,) = deployed_scripts(state_file)
    assert deployed.module.read_bytes() == crlf.encode()


def test_modules_that_no_worker_has_any_more_are_removed(upload: Inputs, state_file: Path) -> None:
    upload()
    upload(migrations=None, content=OTHER_CONTENT, contentSha256=None)
    (module,) = (state_file.parent / "contents").iterdir()
    assert module.read_text() == OTHER_CONTENT


def test_two_accounts_may_have_workers_of_one_name(upload: Inputs, cloud: Cloud, script: Inputs) -> None:
    first, second = upload(), upload(accountId="other")
    cloud.delete(WORKERS_SCRIPT, "shop", first)
    assert cloud.read(WORKERS_SCRIPT, "shop", second, script()) is not None


# What is refused before it is uploaded


def test_a_hash_of_something_else_is_refused(problem: Callable[..., str]) -> None:
    actual = hashlib.sha256(b"export default {}").hexdigest()
    assert problem(WORKERS_SCRIPT, content="export default {}", contentSha256="ab") == (
        "WorkersScript 'shop': SHA-256 Hash Mismatch: The provided SHA-256 hash 'ab' does not match the actual hash"
        f" {actual!r} of content"
    )


def test_a_file_without_its_hash_is_refused(problem: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "worker.mjs").write_text("x")
    assert problem(WORKERS_SCRIPT, content=None, contentFile="worker.mjs", contentSha256=None) == (
        "WorkersScript 'shop': contentFile must be paired with contentSha256; set the file's SHA-256."
    )


def test_a_file_that_is_not_there_is_refused(problem: Callable[..., str], tmp_path: Path) -> None:
    assert problem(WORKERS_SCRIPT, content=None, contentFile="worker.mjs") == (
        f"WorkersScript 'shop': could not read file '{tmp_path}/worker.mjs': No such file or directory"
    )


def test_a_worker_without_content_and_one_with_two_are_refused(problem: Callable[..., str]) -> None:
    end = "; set content or contentFile."
    assert problem(WORKERS_SCRIPT, content=None) == f"WorkersScript 'shop': it has no content{end}"
    assert problem(WORKERS_SCRIPT, contentFile="w") == f"WorkersScript 'shop': it has content and contentFile{end}"


@pytest.mark.parametrize("name", ["Shop", "../shop", "-shop", "a" * 64, "shop/x"])
def test_a_name_that_cloudflare_would_not_take_is_refused(problem: Callable[..., str], name: str) -> None:
    assert problem(WORKERS_SCRIPT, scriptName=name) == (
        f"WorkersScript {name!r}: script_name is {name!r}; allowed: 1 to 63 lowercase letters, digits, dashes and _,"
        " not beginning with a dash."
    )


def test_a_binding_that_nothing_here_provides_is_refused(problem: Callable[..., str]) -> None:
    assert problem(WORKERS_SCRIPT, bindings=[{"type": "wasm_module", "name": "W"}], migrations=None) == (
        f"WorkersScript 'shop': binding type 'wasm_module' (supported: {', '.join(sorted(KINDS))}) is not supported by"
        " the emulator; see docs/support.md for what is."
    )


def test_a_namespace_of_the_accounts_own_is_taken_to_be_there(upload: Inputs) -> None:
    bound = [{"type": "kv_namespace", "name": "CACHE", "namespaceId": "0f2ac74b498b48028cb68387c421e279"}]
    assert upload(bindings=bound, migrations=None)["bindings"] == bound


def test_fields_of_a_binding_are_those_of_its_type(cloud: Cloud, script: Inputs) -> None:
    bindings = [{"type": "r2_bucket", "name": "FILES", "script": "jobs"}, {"type": "ai", "name": "AI"}]
    found = cloud.check(WORKERS_SCRIPT, script(bindings=bindings, migrations=None)).problems
    assert found == [
        "WorkersScript 'shop': bindings.FILES.bucket_name is missing; allowed: what a binding of type r2_bucket needs: "
        "text; set it.",
        "WorkersScript 'shop': bindings.FILES.script is not a field of type r2_bucket; allowed: one of "
        "bucket_name, jurisdiction; remove it.",
    ]


def test_a_folder_of_assets_has_to_be_there(problem: Callable[..., str]) -> None:
    assert problem(WORKERS_SCRIPT, assets={"directory": "none"}) == (
        "WorkersScript 'shop': assets.directory 'none' is no folder; name the one that has the files."
    )


def test_what_a_worker_has_besides_is_kept(upload: Inputs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "public").mkdir()
    besides = {
        "assets": {"directory": "public", "config": {"notFoundHandling": "404-page"}},
        "placement": {"mode": "smart"},
        "limits": {"cpuMs": 100},
        "tailConsumers": [{"service": "tail"}],
        "cacheOptions": {"enabled": True},
    }
    outputs = upload(**besides)
    assert outputs["hasAssets"] is True
    assert {key: outputs[key] for key in besides} == besides
    assert upload(migrations=None)["hasAssets"] is False


def test_a_binding_that_lacks_something_is_refused(problem: Callable[..., str]) -> None:
    assert problem(WORKERS_SCRIPT, bindings=[{"type": "plain_text", "name": "A"}], migrations=None) == (
        "WorkersScript 'shop': bindings.A.text is missing; allowed: what a binding of type plain_text needs; set it."
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"mainModule": None}, "main_module is missing; allowed: the name of the main module; set it."),
        (
            {"bindings": [{"type": "secret_text", "name": "SALT"}], "migrations": None},
            "bindings.SALT.text is missing; allowed: what a binding of type secret_text needs; set it.",
        ),
    ],
)
def test_what_an_import_cannot_give_has_to_be_uploaded(cloud: Cloud, script: Inputs, changes: Json, told: str) -> None:
    assert not cloud.check(WORKERS_SCRIPT, script(**changes)).problems
    assert _refusal(lambda: cloud.create(WORKERS_SCRIPT, script(**changes))) == f"WorkersScript 'shop': {told}"


def test_an_input_that_would_have_no_effect_here_is_refused(problem: Callable[..., str]) -> None:
    assert problem(WORKERS_SCRIPT, keepAssets=True) == (
        "WorkersScript 'shop': input 'keepAssets' is not supported by the emulator; see docs/support.md for what is."
    )


def test_a_first_upload_whose_class_no_migration_makes_is_refused_at_preview(problem: Callable[..., str]) -> None:
    given = {"migrations": {"newTag": "v1", "newSqliteClasses": ["Other"]}, "contentSha256": None}
    assert problem(WORKERS_SCRIPT, **given, content=f"{CONTENT}export class Other {{}}\n") == (
        "WorkersScript 'shop': bindings.COUNTER.class_name is 'Counter'; allowed: a class that exists (Cloudflare:"
        " Cannot create binding for class 'Counter' because it is not currently configured to implement Durable"
        " Objects. Ensure a --new-class migration has been applied to it. [code: 10061]); add it to new_sqlite_classes."
    )


def test_a_class_that_the_code_does_not_export_is_refused_at_preview(problem: Callable[..., str]) -> None:
    assert problem(WORKERS_SCRIPT, content="export default {}\n", contentSha256=None) == (
        "WorkersScript 'shop': bindings.COUNTER.class_name is 'Counter'; allowed: a class that the code exports"
        " (Cloudflare: Cannot apply new-class migration to class 'Counter' that is not exported by script."
        " [code: 10070]; exported: default); export the class, or correct its name."
    )


def test_a_live_class_that_the_code_stops_to_export_is_refused_at_preview(
    cloud: Cloud, script: Inputs, upload: Inputs
) -> None:
    outputs = upload()
    given = script(migrations=None, bindings=[], content="export default {}\n", contentSha256=None)
    assert not cloud.check(WORKERS_SCRIPT, given).problems
    told = (
        "WorkersScript 'shop': migrations is 'Counter'; allowed: a class that the code exports (Cloudflare: New version"
        " of script does not export class 'Counter' which is depended on by existing Durable Objects. If you want to"
        " delete these Durable Objects, you will need to apply a --delete-class migration. [code: 10064];"
        " exported: default); export the class, or delete it in a migration (deleted_classes)."
    )
    for preview in (True, False):
        assert _refusal(lambda: cloud.update(WORKERS_SCRIPT, "shop", outputs, given, preview=preview)) == told  # noqa: B023


def test_a_renamed_class_has_to_be_exported_by_its_new_name(cloud: Cloud, script: Inputs, upload: Inputs) -> None:
    upload()
    renamed = {"oldTag": "v1", "newTag": "v2", "renamedClasses": [{"from": "Counter", "to": "Tally"}]}
    (told,) = cloud.check(WORKERS_SCRIPT, script(migrations=renamed, bindings=[])).problems
    assert told == (
        "WorkersScript 'shop': migrations is 'Tally'; allowed: a class that the code exports (exported: Counter,"
        " default); export the class, or correct its name."
    )


@pytest.mark.parametrize(
    "content",
    [
        "class Counter {}\nexport { Counter, worker as default };\nconst worker = {};",
        "class C{}let d={};export{C as Counter,d as default};",
        "let d={};export class Counter{}export default d",
        "export const Counter = class {};\nexport default {};",
        'export { Counter } from "cloudflare:example";\nexport default {};',
        'export * from "cloudflare:example";\nexport default {};',
        "export const { Counter } = { Counter: class {} };\nexport default {};",
    ],
)
def test_a_class_may_be_exported_in_any_way(content: str, cloud: Cloud, script: Inputs) -> None:
    assert not cloud.check(WORKERS_SCRIPT, script(content=content, contentSha256=None)).problems


@pytest.mark.parametrize(
    "newer",
    ["function f() {\n\tusing file = open();\n}", "const a = /(?i:a)b/;", "const a = /(?<y>a)|(?<y>b)/;"],
)
def test_code_that_workerd_reads_and_an_older_node_does_not_is_taken(upload: Inputs, newer: str) -> None:
    assert upload(content=f"{CONTENT}{newer}\n", contentSha256=None)["hasModules"]


def test_a_module_in_python_is_not_read_as_javascript(upload: Inputs) -> None:
    content = "from workers import DurableObject\n\nclass Counter(DurableObject):\n    pass\n"
    assert upload(content=content, contentSha256=None, mainModule="worker.py")["hasModules"]


def test_a_syntax_error_after_a_tab_is_found(problem: Callable[..., str]) -> None:
    assert "worker.mjs:3:8: SyntaxError: " in problem(
        WORKERS_SCRIPT, content=f"{CONTENT}\tconst const;\n", contentSha256=None
    )


def test_half_of_a_surrogate_pair_in_code_is_no_mistake_of_its_syntax(tmp_path: Path) -> None:
    script = {"script_name": "shop", "main_module": "worker.mjs", "content": "export default { fetch: '\ud800' }\n"}
    check_code(script, Live(), "2026-11-30T00:00:00Z", tmp_path)


def test_code_with_a_syntax_error_is_refused_at_preview(problem: Callable[..., str]) -> None:
    assert problem(WORKERS_SCRIPT, content="export class Counter {}\nexport default {1}\n", contentSha256=None) == (
        "WorkersScript 'shop': content is code that does not load, worker.mjs:2:17: SyntaxError: Unexpected number;"
        " allowed: a module without syntax errors (Cloudflare: Uncaught SyntaxError: Unexpected number at"
        " worker.mjs:2:17 [code: 10021]); correct the code."
    )


def test_a_decorator_that_the_bundler_left_as_it_is_is_told(problem: Callable[..., str]) -> None:
    told = problem(
        WORKERS_SCRIPT, content="export let Counter = @observed() class {};\nexport default {};\n", contentSha256=None
    )
    assert told.endswith("let it compile them, or observe the class by the function observeObject.")


def test_a_compatibility_date_of_tomorrow_is_refused_at_preview(problem: Callable[..., str]) -> None:
    assert problem(WORKERS_SCRIPT, compatibilityDate="2026-11-21") == (
        "WorkersScript 'shop': compatibility_date is '2026-11-21'; allowed: a date such as 2026-11-01, not after today"
        " (2026-11-20; Cloudflare: Can't set compatibility date in the future: 2026-11-21 [code: 10021])."
    )


def test_a_compatibility_date_of_today_is_taken(cloud: Cloud, script: Inputs) -> None:
    assert not cloud.check(WORKERS_SCRIPT, script(compatibilityDate="2026-11-20")).problems


# Classes over the life of a Worker


def test_a_binding_to_a_class_that_was_never_made_is_refused(cloud: Cloud, script: Inputs) -> None:
    given = script(migrations=None)
    assert not cloud.check(WORKERS_SCRIPT, given).problems
    assert _refusal(lambda: cloud.create(WORKERS_SCRIPT, given)) == (
        "WorkersScript 'shop': bindings.COUNTER.class_name is 'Counter'; allowed: a class that exists (Cloudflare:"
        " Cannot create binding for class 'Counter' because it is not currently configured to implement Durable"
        " Objects. Ensure a --new-class migration has been applied to it. [code: 10061]); add it to new_sqlite_classes."
    )


def test_the_same_migration_a_second_time_is_refused(cloud: Cloud, script: Inputs, upload: Inputs) -> None:
    upload()
    assert _refusal(lambda: cloud.create(WORKERS_SCRIPT, script())) == (
        "WorkersScript 'shop': migrations.old_tag is missing; allowed: 'v1', the tag that is live (Cloudflare: Actor"
        " migration tag precondition failed, got tag '' when expected tag is 'v1' [code: 10079]); set it to that tag."
    )


def test_making_a_class_that_is_live_is_refused(cloud: Cloud, script: Inputs, upload: Inputs) -> None:
    upload()
    again = script(migrations={"oldTag": "v1", "newTag": "v2", "newSqliteClasses": ["Counter"]})
    assert _refusal(lambda: cloud.create(WORKERS_SCRIPT, again)) == (
        "WorkersScript 'shop': migrations.new_sqlite_classes is 'Counter'; allowed: a class that does not exist yet"
        " (Cloudflare: Cannot apply new-sqlite-class migration to class 'Counter' that is already depended on by"
        " existing Durable Objects [code: 10074]); send only the migrations that are not live yet."
    )


def test_an_upload_without_migrations_keeps_the_live_classes(cloud: Cloud, upload: Inputs) -> None:
    first = upload()
    assert _namespace(upload(migrations=None)) == _namespace(first)


def test_what_is_refused_leaves_the_live_tag_as_it_was(cloud: Cloud, script: Inputs, upload: Inputs) -> None:
    first = upload()
    wrong = script(migrations={"oldTag": "v0", "newTag": "v2"})
    _refusal(lambda: cloud.update(WORKERS_SCRIPT, "shop", first, wrong))
    assert upload(migrations={"oldTag": "v1", "newTag": "v2"})["migrationTag"] == "v2"


def test_a_renamed_class_keeps_its_namespace_and_data(upload: Inputs, state_file: Path) -> None:
    first = upload()
    (before,) = deployed_scripts(state_file)
    before.data["Counter"].mkdir(parents=True)
    renamed = {"oldTag": "v1", "newTag": "v2", "renamedClasses": [{"from": "Counter", "to": "Tally"}]}
    code = {"content": "export class Tally {}\nexport default {}\n", "contentSha256": None}
    second = upload(migrations=renamed, bindings=[{**OBJECT, "className": "Tally"}], **code)
    (after,) = deployed_scripts(state_file)
    assert _namespace(second) == _namespace(first)
    assert after.data == {"Tally": before.data["Counter"]}
    assert after.data["Tally"].is_dir()


def test_a_deleted_class_loses_its_data(upload: Inputs, state_file: Path) -> None:
    upload()
    (before,) = deployed_scripts(state_file)
    before.data["Counter"].mkdir(parents=True)
    upload(migrations={"oldTag": "v1", "newTag": "v2", "deletedClasses": ["Counter"]}, bindings=[])
    assert deployed_scripts(state_file)[0].data == {}
    assert not list((state_file.parent / "data").iterdir())


def test_a_class_that_is_made_anew_does_not_get_the_data_of_the_deleted_one(upload: Inputs) -> None:
    first = upload()
    upload(migrations={"oldTag": "v1", "newTag": "v2", "deletedClasses": ["Counter"]}, bindings=[])
    again = upload(migrations={"oldTag": "v2", "newTag": "v3", "newSqliteClasses": ["Counter"]})
    assert _namespace(again) != _namespace(first)


def test_a_class_that_there_is_not_can_be_neither_renamed_nor_deleted(
    cloud: Cloud, script: Inputs, upload: Inputs
) -> None:
    upload()
    renamed = {"oldTag": "v1", "newTag": "v2", "renamedClasses": [{"from": "Cart", "to": "Basket"}]}
    deleted = {"oldTag": "v1", "newTag": "v2", "deletedClasses": ["Cart"]}
    end = "is 'Cart'; allowed: a class that exists by then (Counter)."
    assert _refusal(lambda: cloud.create(WORKERS_SCRIPT, script(migrations=renamed))) == (
        f"WorkersScript 'shop': migrations.renamed_classes {end}"
    )
    assert _refusal(lambda: cloud.create(WORKERS_SCRIPT, script(migrations=deleted))) == (
        f"WorkersScript 'shop': migrations.deleted_classes {end}"
    )


def test_a_class_that_moves_between_workers_is_refused_by_name(cloud: Cloud, script: Inputs, upload: Inputs) -> None:
    upload()
    moved = {
        "oldTag": "v1",
        "newTag": "v2",
        "transferredClasses": [{"from": "Cart", "fromScript": "old", "to": "Cart"}],
    }
    code = {"content": f"{CONTENT}export class Cart {{}}\n", "contentSha256": None}
    assert _refusal(lambda: cloud.create(WORKERS_SCRIPT, script(migrations=moved, **code))) == (
        "WorkersScript 'shop': transferred_classes is not supported by the emulator; see docs/support.md for what is."
    )


def test_a_worker_binds_to_a_class_of_another_one_once_it_is_live(cloud: Cloud, script: Inputs, upload: Inputs) -> None:
    binding = [{**OBJECT, "scriptName": "shop"}]
    web = script(scriptName="web", bindings=binding, migrations=None)
    assert _refusal(lambda: cloud.create(WORKERS_SCRIPT, web)) == (
        "WorkersScript 'web': bindings.COUNTER.class_name is 'Counter'; allowed: a class that exists (Cloudflare:"
        " Cannot create binding for class 'Counter' of script 'shop' because it is not currently configured to"
        " implement Durable Objects. [code: 10061]); deploy that Worker first."
    )
    assert _namespace(upload()) == _namespace(cloud.create(WORKERS_SCRIPT, web)[1])


# What is observed


@pytest.mark.parametrize(
    ("observability", "text"),
    [
        ({"headSamplingRate": 1}, "observability.enabled is missing; allowed: true or false."),
        (
            {"enabled": True, "headSamplingRate": 2},
            "observability.head_sampling_rate is 2; allowed: a number from 0 to 1.",
        ),
        (
            {"enabled": True, "logs": {"enabled": True}},
            "observability.logs.invocation_logs is missing; allowed: true or false.",
        ),
    ],
)
def test_what_is_observed_is_said_in_full(problem: Callable[..., str], observability: Json, text: str) -> None:
    assert problem(WORKERS_SCRIPT, observability=observability) == f"WorkersScript 'shop': {text}"


def test_a_worker_is_observed_as_its_block_says(upload: Inputs) -> None:
    block = {"enabled": True, "headSamplingRate": 0.5, "logs": {"enabled": True, "invocationLogs": False}}
    assert upload(observability=block)["observability"] == block


# The end of a Worker


def test_a_deleted_worker_takes_its_data_its_address_and_its_schedules_along(
    cloud: Cloud, upload: Inputs, inputs: Inputs, state_file: Path
) -> None:
    outputs = upload()
    cloud.create(WORKERS_SUBDOMAIN, inputs(WORKERS_SUBDOMAIN))
    cloud.create(WORKERS_CRON_TRIGGER, CRON)
    deployed_scripts(state_file)[0].data["Counter"].mkdir(parents=True)
    cloud.delete(WORKERS_SCRIPT, "shop", outputs)
    with cloud.store.reading() as state:
        assert not any(state.entries.values())
    assert not list((state_file.parent / "data").iterdir())
    assert not list((state_file.parent / "contents").iterdir())


def test_a_folder_that_is_no_namespace_stays(cloud: Cloud, upload: Inputs, state_file: Path) -> None:
    outputs = upload()
    own = state_file.parent / "data" / "shop" / "notes"
    own.mkdir(parents=True)
    cloud.delete(WORKERS_SCRIPT, "shop", outputs)
    assert own.is_dir()


def test_a_worker_that_runs_and_has_stored_nothing_yet_keeps_its_folder(upload: Inputs, state_file: Path) -> None:
    running = state_file.parent / "data" / "shop"
    running.mkdir(parents=True)
    upload()
    assert running.is_dir()


def test_a_worker_whose_class_another_one_binds_to_is_not_deleted(cloud: Cloud, script: Inputs, upload: Inputs) -> None:
    outputs = upload()
    binding = [{**OBJECT, "scriptName": "shop"}]
    cloud.create(WORKERS_SCRIPT, script(scriptName="web", bindings=binding, migrations=None))
    assert _refusal(lambda: cloud.delete(WORKERS_SCRIPT, "shop", outputs)) == (
        "WorkersScript 'shop': the Worker 'web' binds to its class 'Counter'; delete that binding first."
    )


# What changes


@pytest.mark.parametrize("key", ["accountId", "scriptName"])
def test_another_account_or_name_needs_a_new_worker(cloud: Cloud, script: Inputs, key: str) -> None:
    assert cloud.diff(WORKERS_SCRIPT, script(), script(**{key: "other"})) == Difference([key], [key])


def test_the_order_of_bindings_is_a_change_and_that_of_their_fields_is_none(cloud: Cloud, script: Inputs) -> None:
    turned = [dict(reversed(each.items())) for each in script()["bindings"]]
    assert cloud.diff(WORKERS_SCRIPT, script(), script(bindings=turned)) == Difference([], [])
    assert cloud.diff(WORKERS_SCRIPT, script(), script(bindings=turned[::-1])) == Difference(["bindings"], [])


def test_a_default_that_is_written_out_is_no_change(cloud: Cloud, script: Inputs) -> None:
    assert cloud.diff(WORKERS_SCRIPT, script(), script(logpush=False)) == Difference([], [])


# What Cloudflare gives back


def test_a_refresh_finds_content_that_was_uploaded_by_hand(cloud: Cloud, script: Inputs, upload: Inputs) -> None:
    outputs = upload()
    upload(content=OTHER_CONTENT, contentSha256=None, migrations=None)
    found = cloud.read(WORKERS_SCRIPT, "shop", outputs, script())
    assert found is not None
    assert found.inputs["contentSha256"] == hashlib.sha256(OTHER_CONTENT.encode()).hexdigest()
    assert cloud.diff(WORKERS_SCRIPT, found.inputs, script()) == Difference(["content", "contentSha256"], [])


def test_a_secret_text_that_was_changed_by_hand_is_not_seen(cloud: Cloud, script: Inputs, upload: Inputs) -> None:
    outputs = upload()
    upload(bindings=[OBJECT, {"type": "secret_text", "name": "SALT", "text": "by-hand"}], migrations=None)
    found = cloud.read(WORKERS_SCRIPT, "shop", outputs, script())
    assert found is not None
    assert cloud.diff(WORKERS_SCRIPT, found.inputs, script()) == Difference([], [])
    assert "by-hand" not in repr(found)


def test_a_refresh_sees_of_bindings_only_which_secrets_there_are_and_which_are_new(
    cloud: Cloud, script: Inputs, upload: Inputs
) -> None:
    plain = {"type": "plain_text", "name": "TIMEOUT_MS", "text": "300"}
    salt = script()["bindings"][0]
    known = script(bindings=[salt, plain, OBJECT])
    outputs = upload(bindings=known["bindings"])
    new = {"type": "plain_text", "name": "NEW", "text": "1"}
    upload(bindings=[new, OBJECT, {**plain, "text": "by hand"}], migrations=None)
    found = cloud.read(WORKERS_SCRIPT, "shop", outputs, known)
    assert found is not None
    assert found.inputs["bindings"] == [plain, OBJECT, new]


def test_an_import_has_the_content_and_what_can_be_read_but_no_secret(
    cloud: Cloud, script: Inputs, upload: Inputs
) -> None:
    upload()
    found = cloud.read(WORKERS_SCRIPT, "acc/shop", {}, {})
    assert found is not None
    assert found.id == "shop"
    assert found.inputs == {
        "accountId": "acc",
        "scriptName": "shop",
        "compatibilityDate": "2026-01-01",
        "content": script()["content"],
        "bindings": [{"type": "secret_text", "name": "SALT"}, OBJECT],
    }
    assert not cloud.check(WORKERS_SCRIPT, found.inputs).problems
    assert found.outputs["bindings"][0] == {"type": "secret_text", "name": "SALT"}


def test_an_id_to_import_says_the_account(cloud: Cloud) -> None:
    assert _refusal(lambda: cloud.read(WORKERS_SCRIPT, "shop", {}, {})) == (
        "The id to import is 'shop'; it has to be of the form '<account_id>/<script_name>'."
    )


def test_the_workers_of_an_account_are_listed_with_their_live_tags(cloud: Cloud, upload: Inputs) -> None:
    upload()
    upload(scriptName="plain", bindings=[], migrations=None, logpush=True)
    upload(accountId="other")
    found = cloud.invoke("cloudflare:index/getWorkersScripts:getWorkersScripts", {"accountId": "acc"})
    listed = [(each["id"], each.get("migrationTag"), each["logpush"]) for each in found["results"]]
    assert listed == [("plain", None, True), ("shop", "v1", False)]


# What belongs to a Worker


@pytest.mark.parametrize("token", [WORKERS_SUBDOMAIN, WORKERS_CRON_TRIGGER])
def test_what_belongs_to_a_worker_needs_it(cloud: Cloud, token: str, inputs: Inputs) -> None:
    given = CRON if token == WORKERS_CRON_TRIGGER else inputs(token)
    noun = token.rpartition(":")[2]
    assert _refusal(lambda: cloud.create(token, given)) == (
        f"{noun} of 'shop': This Worker does not exist on your account. [code: 10007]; deploy it first."
    )


def test_subdomains_have_the_id_of_their_account_and_are_told_apart_by_their_workers(
    cloud: Cloud, upload: Inputs, inputs: Inputs, state_file: Path
) -> None:
    for name in ("shop", "web"):
        upload(scriptName=name)
        assert cloud.create(WORKERS_SUBDOMAIN, inputs(WORKERS_SUBDOMAIN, scriptName=name))[0] == "acc"
    found = [identity for identity, each in identified(state_file) if each.type == WORKERS_SUBDOMAIN]
    assert found == ["acc/shop", "acc/web"]
    cloud.delete(WORKERS_SUBDOMAIN, "acc", inputs(WORKERS_SUBDOMAIN, scriptName="web"))
    with cloud.store.reading() as state:
        assert list(state.of(WORKERS_SUBDOMAIN)) == ["acc/shop"]


def test_a_deleted_trigger_leaves_its_schedules_behind(cloud: Cloud, upload: Inputs) -> None:
    upload()
    id_, outputs = cloud.create(WORKERS_CRON_TRIGGER, CRON)
    cloud.delete(WORKERS_CRON_TRIGGER, id_, outputs)
    assert cloud.read(WORKERS_CRON_TRIGGER, "acc/shop", {}, {}) is not None


@pytest.mark.parametrize(
    "cron", ["* * * * *", "*/5 0-6,22 * * *", "0 17 * * sun", "59 23 LW * *", "10 7 * * mon-fri", "0 0 15W JAN 6#2"]
)
def test_a_schedule_of_cloudflares_kind_is_taken(cloud: Cloud, cron: str) -> None:
    assert not cloud.check(WORKERS_CRON_TRIGGER, {**CRON, "schedules": [{"cron": cron}]}).problems


@pytest.mark.parametrize("cron", ["", "* * * *", "* * * * * *", "60 * * * *", "0 22 * * 0", "0 0 0 * *", "a * * * *"])
def test_another_schedule_is_refused(cloud: Cloud, cron: str) -> None:
    assert cloud.check(WORKERS_CRON_TRIGGER, {**CRON, "schedules": [{"cron": cron}]}).problems == [
        f"WorkersCronTrigger of 'shop': schedules[0].cron is {cron!r}; allowed: minute, hour, day of the month, month"
        " and day of the week, where Sunday is 1 (Cloudflare: invalid cron string [code: 10100])."
    ]
