from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.components.problems import DeclarationError
from firedrill.components.worker.migrations import DeclaredClasses, migration_block, tag_of
from firedrill.vendors.cloudflare.rules.migrations import Live
from firedrill.vendors.cloudflare.script import check_script

PLACE = "firedrill:workers.chat"


def classes(*names: str, deleted: tuple[str, ...] = (), known: Mapping[str, tuple[str, ...]] = {}) -> DeclaredClasses:
    """Declared classes, each `Name` or `Name<Former`."""
    pairs = (name.partition("<") for name in names)
    return DeclaredClasses(PLACE, {name: former for name, _, former in pairs}, deleted, known)


def refusal(declared: DeclaredClasses, live_tag: str) -> str:
    with pytest.raises(DeclarationError) as error:
        migration_block(declared, live_tag)
    return str(error.value)


def test_a_tag_names_the_live_classes_in_a_stable_order() -> None:
    assert tag_of(["B", "A"]) == "classes:A+B"


def test_the_first_deployment_creates_every_class() -> None:
    assert migration_block(classes("B", "A"), None) == {"new_tag": "classes:A+B", "new_sqlite_classes": ["A", "B"]}


def test_a_deployment_without_a_change_says_so_instead_of_sending_a_step_again() -> None:
    assert migration_block(classes("A"), "classes:A") == {"new_tag": "classes:A", "old_tag": "classes:A"}


def test_an_added_class_is_the_only_one_created() -> None:
    assert migration_block(classes("A", "B"), "classes:A") == {
        "new_tag": "classes:A+B",
        "old_tag": "classes:A",
        "new_sqlite_classes": ["B"],
    }


def test_a_renamed_class_takes_the_objects_over() -> None:
    assert migration_block(classes("B<A"), "classes:A") == {
        "new_tag": "classes:B",
        "old_tag": "classes:A",
        "renamed_classes": [{"from": "A", "to": "B"}],
    }


def test_a_rename_that_is_done_stays_done() -> None:
    assert migration_block(classes("B<A"), "classes:B") == {"new_tag": "classes:B", "old_tag": "classes:B"}


def test_a_rename_of_a_class_that_never_was_creates_it() -> None:
    assert migration_block(classes("B<A"), None) == {"new_tag": "classes:B", "new_sqlite_classes": ["B"]}


def test_an_acknowledged_deletion_is_sent() -> None:
    assert migration_block(classes("A", deleted=("B",)), "classes:A+B") == {
        "new_tag": "classes:A",
        "old_tag": "classes:A+B",
        "deleted_classes": ["B"],
    }


def test_an_acknowledgement_stays_without_effect_once_the_class_is_gone() -> None:
    assert migration_block(classes("A", deleted=("B",)), "classes:A") == {
        "new_tag": "classes:A",
        "old_tag": "classes:A",
    }


def test_several_changes_are_one_step() -> None:
    assert migration_block(classes("A", "D<C", "E", deleted=("B",)), "classes:A+B+C") == {
        "new_tag": "classes:A+D+E",
        "old_tag": "classes:A+B+C",
        "new_sqlite_classes": ["E"],
        "renamed_classes": [{"from": "C", "to": "D"}],
        "deleted_classes": ["B"],
    }


def test_a_class_that_is_gone_from_the_config_is_not_deleted_unasked() -> None:
    assert refusal(classes("A"), "classes:A+B+C") == (
        "Cloudflare would destroy every object of B, C with all its data: live, but not in "
        "firedrill:workers.chat.classes.\n"
        "Declare it again; or say which class takes over its objects, with renamedFrom: B; or, to lose the data, "
        "add to firedrill:workers.chat.deletedClasses: B, C"
    )


def test_a_rename_into_a_class_that_is_live_would_lose_the_renamed_one_and_is_refused() -> None:
    assert "destroy every object of A " in refusal(classes("B<A"), "classes:A+B")


def test_a_tag_made_elsewhere_is_not_guessed() -> None:
    assert refusal(classes("A"), "v1") == (
        "Cloudflare holds the Durable Object migration tag 'v1' for this Worker, which does not say which classes are "
        "live.\n"
        "Say so in firedrill:workers.chat.migrations, with every class that has objects there now, for example:\n"
        "  migrations: { v1: [A] }"
    )


def test_a_tag_made_elsewhere_stays_until_the_classes_change() -> None:
    known = {"v1": ("A",)}
    assert migration_block(classes("A", known=known), "v1") == {"new_tag": "v1", "old_tag": "v1"}
    assert migration_block(classes("A", "B", known=known), "v1") == {
        "new_tag": "classes:A+B",
        "old_tag": "v1",
        "new_sqlite_classes": ["B"],
    }


NAMES = st.sampled_from(["A", "B", "C", "D", "E"])


@st.composite
def declarations(draw: st.DrawFn) -> DeclaredClasses:
    """Anything that the config lets through: sources of renames are not declared, and each is renamed once."""
    names = draw(st.sets(NAMES, min_size=1))
    sources = draw(st.lists(NAMES.filter(lambda name: name not in names), unique=True, max_size=len(names)))
    renamed = dict(zip(sorted(names), sources, strict=False))
    deleted = draw(st.sets(NAMES)) - names - set(sources)
    return DeclaredClasses(PLACE, {name: renamed.get(name, "") for name in names}, deleted, {"v1": ("A", "B")})


class Cloudflare:
    """What Cloudflare holds for one Worker: its tag, and by class the data that its objects began with."""

    def __init__(self, tag: str | None) -> None:
        self.tag = tag
        self.data = {"A": 1, "B": 2} if tag else {}
        self.made = 2

    def deploy(self, declared: DeclaredClasses, block: Mapping[str, Any]) -> None:
        """Apply an upload's migrations, by Cloudflare's rules."""
        bindings = [
            {"type": "durable_object_namespace", "name": f"{name}_OBJECTS", "class_name": name}
            for name in declared.renamed_from
        ]
        script = {"script_name": "w", "compatibility_date": "2026-11-01", "bindings": bindings, "migrations": block}
        check_script(script, Live(self.tag or "", frozenset(self.data)))
        for name in block.get("deleted_classes", ()):
            del self.data[name]
        for renamed in block.get("renamed_classes", ()):
            assert renamed["to"] not in self.data
            self.data[renamed["to"]] = self.data.pop(renamed["from"])
        for name in block.get("new_sqlite_classes", ()):
            self.made += 1
            self.data[name] = self.made
        self.tag = block["new_tag"]


@given(st.sampled_from([None, "v1"]), st.lists(declarations(), min_size=1, max_size=8))
def test_whatever_is_deployed_in_whatever_order_cloudflare_takes_it_and_no_data_is_lost_unasked(
    tag: str | None, history: list[DeclaredClasses]
) -> None:
    cloudflare = Cloudflare(tag)
    for declared in history:
        before = dict(cloudflare.data)
        try:
            block = migration_block(declared, cloudflare.tag)
        except DeclarationError:
            block = None
        kept = set(declared.renamed_from)
        moved = {was: now for now, was in declared.renamed_from.items() if was in before and now not in before}
        lost = before.keys() - kept - moved.keys()
        assert (block is None) == bool(lost - set(declared.deleted))
        if block is None:
            continue
        cloudflare.deploy(declared, block)
        assert cloudflare.data.keys() == kept
        assert all(cloudflare.data[moved.get(name, name)] == before[name] for name in before.keys() - lost)
        again = migration_block(declared, cloudflare.tag)
        assert again == {"old_tag": cloudflare.tag, "new_tag": cloudflare.tag}
