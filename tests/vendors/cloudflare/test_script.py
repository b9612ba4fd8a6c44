from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from firedrill.vendors.cloudflare.rules.migrations import Live, bound_classes, key_value_classes, live_before
from firedrill.vendors.cloudflare.script import check_script
from firedrill.vendors.errors import FiredrillError

MakeScript = Callable[..., dict[str, Any]]
V1 = Live("v1", frozenset({"Counter"}))


def problem(script: dict[str, Any], live: Live = Live()) -> str:  # noqa: B008 - frozen
    with pytest.raises(FiredrillError) as raised:
        check_script(script, live)
    return str(raised.value)


def test_the_first_upload_creates_its_class(make_script: MakeScript) -> None:
    check_script(make_script())


@pytest.mark.parametrize("migrations", [None, {"old_tag": "v1", "new_tag": "v1"}])
def test_a_later_upload_sends_nothing_new(make_script: MakeScript, migrations: dict[str, Any] | None) -> None:
    check_script(make_script(migrations=migrations), V1)


def test_steps_are_applied_in_their_order(make_script: MakeScript) -> None:
    steps = [
        {"new_sqlite_classes": ["First"]},
        {"renamed_classes": [{"from": "First", "to": "Second"}]},
        {"transferred_classes": [{"from": "Other", "from_script": "other", "to": "Counter"}]},
        {"deleted_classes": ["Second"]},
    ]
    check_script(make_script(migrations={"old_tag": "v1", "new_tag": "v2", "steps": steps}), Live("v1"))


def test_sending_the_first_migration_again_is_refused(make_script: MakeScript) -> None:
    assert problem(make_script(), V1) == (
        "WorkersScript 'shop': migrations.old_tag is missing; allowed: 'v1', the tag that is live (Cloudflare: Actor"
        " migration tag precondition failed, got tag '' when expected tag is 'v1' [code: 10079]); set it to that tag."
    )


def test_a_binding_to_a_class_without_migration_is_refused(make_script: MakeScript) -> None:
    assert problem(make_script(migrations=None)) == (
        "WorkersScript 'shop': bindings.COUNTER.class_name is 'Counter'; allowed: a class that exists (Cloudflare:"
        " Cannot create binding for class 'Counter' because it is not currently configured to implement Durable"
        " Objects. Ensure a --new-class migration has been applied to it. [code: 10061]); add it to new_sqlite_classes."
    )


def test_creating_a_live_class_again_is_refused(make_script: MakeScript) -> None:
    migrations = {"old_tag": "v1", "new_tag": "v2", "new_sqlite_classes": ["Counter"]}
    assert problem(make_script(migrations=migrations), V1) == (
        "WorkersScript 'shop': migrations.new_sqlite_classes is 'Counter'; allowed: a class that does not exist yet"
        " (Cloudflare: Cannot apply new-sqlite-class migration to class 'Counter' that is already depended on by"
        " existing Durable Objects [code: 10074]); send only the migrations that are not live yet."
    )


def test_renaming_onto_a_live_class_is_refused(make_script: MakeScript) -> None:
    renamed = {"old_tag": "v1", "new_tag": "v2", "renamed_classes": [{"from": "Cart", "to": "Counter"}]}
    both = Live("v1", frozenset({"Cart", "Counter"}))
    assert problem(make_script(migrations=renamed), both) == (
        "WorkersScript 'shop': migrations.renamed_classes is 'Cart' to 'Counter'; allowed: a name that no class of the"
        " Worker has, since the objects of the one that has it would be lost; delete that class in an earlier step."
    )


def test_a_class_takes_the_name_of_one_that_a_step_before_deleted(make_script: MakeScript) -> None:
    steps = [{"deleted_classes": ["Cart"]}, {"renamed_classes": [{"from": "Counter", "to": "Cart"}]}]
    check_script(
        make_script(migrations={"old_tag": "v1", "new_tag": "v2", "steps": steps}, bindings=[]),
        Live("v1", frozenset({"Cart", "Counter"})),
    )


def test_deleting_a_bound_class_is_refused(make_script: MakeScript) -> None:
    migrations = {"old_tag": "v1", "new_tag": "v2", "deleted_classes": ["Counter"]}
    assert problem(make_script(migrations=migrations), V1) == (
        "WorkersScript 'shop': migrations.deleted_classes is 'Counter'; allowed: a class that no binding names"
        " (Cloudflare: Cannot apply --delete-class migration to class 'Counter' without also removing the binding"
        " that references it. [code: 10061]); remove the binding COUNTER first."
    )


@pytest.mark.parametrize("given", [None, "2023-01-01"])
def test_a_date_before_objects_had_rpc_is_taken(make_script: MakeScript, given: str | None) -> None:
    check_script(make_script(compatibility_date=given))


def test_a_date_that_is_none_is_refused(make_script: MakeScript) -> None:
    assert problem(make_script(compatibility_date="tomorrow")) == (
        "WorkersScript 'shop': compatibility_date is 'tomorrow'; allowed: a date such as 2026-11-01."
    )


@pytest.mark.parametrize("date", ["20261101", "2026-W45-7", "2026-13-45"])
def test_a_date_in_another_form_is_refused_without_objects_too(make_script: MakeScript, date: str) -> None:
    assert problem(make_script(compatibility_date=date, bindings=[], migrations=None)) == (
        f"WorkersScript 'shop': compatibility_date is {date!r}; allowed: a date such as 2026-11-01."
    )


@pytest.mark.parametrize("step", [{"deleted_classes": ["Old"]}, {"renamed_classes": [{"from": "Old", "to": "New"}]}])
def test_a_class_that_does_not_exist_can_be_neither_deleted_nor_renamed(
    make_script: MakeScript, step: dict[str, Any]
) -> None:
    migrations = {"new_tag": "v1", "steps": [{"new_sqlite_classes": ["Counter"]}, step]}
    (key,) = step
    assert problem(make_script(migrations=migrations)) == (
        f"WorkersScript 'shop': migrations.steps[1].{key} is 'Old'; allowed: a class that exists by then (Counter)."
    )


def test_a_name_that_is_bound_twice_is_refused(make_script: MakeScript) -> None:
    twice = [*make_script()["bindings"], {"type": "plain_text", "name": "COUNTER", "text": "5"}]
    assert problem(make_script(bindings=twice)) == (
        "WorkersScript 'shop': bindings.COUNTER is bound more than once; allowed: a name that no other binding has;"
        " rename one."
    )


def test_all_problems_are_told_at_once(make_script: MakeScript) -> None:
    assert len(problem(make_script(compatibility_date="2023-1-1", migrations=None)).splitlines()) == 2


def test_classes_of_other_scripts_are_not_the_scripts_own(make_script: MakeScript) -> None:
    binding = {"type": "durable_object_namespace", "name": "A", "class_name": "Far", "script_name": "other"}
    assert bound_classes(make_script(bindings=[binding, {"type": "plain_text", "name": "B", "text": "b"}])) == {}


def test_classes_created_without_sqlite_are_told_apart(make_script: MakeScript) -> None:
    migrations = {"new_tag": "v2", "steps": [{"new_classes": ["Old"]}, {"new_sqlite_classes": ["Counter"]}]}
    assert key_value_classes(make_script(migrations=migrations)) == {"Old"}


def test_a_class_without_sqlite_stays_so_when_it_is_renamed(make_script: MakeScript) -> None:
    steps = [
        {"new_classes": ["Old"], "new_sqlite_classes": ["Other"]},
        {"renamed_classes": [{"from": "Old", "to": "Counter"}, {"from": "Other", "to": "Another"}]},
    ]
    assert "Counter" in key_value_classes(make_script(migrations={"new_tag": "v2", "steps": steps}))
    assert "Another" not in key_value_classes(make_script(migrations={"new_tag": "v2", "steps": steps}))


def test_a_first_upload_needs_nothing(make_script: MakeScript) -> None:
    assert live_before(make_script()) == Live()


def test_a_later_upload_needs_its_tag_and_every_class_that_no_step_makes(make_script: MakeScript) -> None:
    steps = [
        {"new_sqlite_classes": ["New"], "deleted_classes": ["Gone"]},
        {"renamed_classes": [{"from": "Old", "to": "Counter"}], "transferred_classes": [{"from": "A", "to": "Moved"}]},
    ]
    bindings = [
        {"type": "durable_object_namespace", "name": name, "class_name": name}
        for name in ("Counter", "New", "Moved", "Kept")
    ]
    script = make_script(bindings=bindings, migrations={"old_tag": "v1", "new_tag": "v2", "steps": steps})
    assert live_before(script) == Live("v1", frozenset({"Gone", "Old", "Kept"}))
    check_script(script, live_before(script))
