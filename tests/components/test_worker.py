from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from components.errors import DeclarationError
from components.worker import bundle
from components.worker.bindings import bindings
from components.worker.migrations import Migration, migration_block

ROOT = Path(__file__).resolve().parents[2]
HISTORY = (Migration("v1", ("A",)), Migration("v2", ("B",)), Migration("v3", ("C",)))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project's folder with esbuild and one module."""
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    (tmp_path / "entry.mjs").write_text("export class A {}\nexport default { fetch() {} };\n")
    return tmp_path


def refusal(project: Path, entry: str = "entry.mjs", class_name: str = "A") -> str:
    with pytest.raises(DeclarationError) as error:
        bundle.build(project, entry, class_name)
    return str(error.value)


def test_the_first_deployment_creates_the_class() -> None:
    assert migration_block(HISTORY[:1], None) == {"new_tag": "v1", "new_sqlite_classes": ["A"]}


def test_a_deployment_without_a_new_migration_says_so_instead_of_sending_it_again() -> None:
    assert migration_block(HISTORY[:1], "v1") == {"new_tag": "v1", "old_tag": "v1"}


def test_only_what_the_live_tag_lacks_is_sent() -> None:
    assert migration_block(HISTORY[:2], "v1") == {"new_tag": "v2", "old_tag": "v1", "new_sqlite_classes": ["B"]}


def test_several_missing_migrations_are_steps() -> None:
    steps = [{"new_sqlite_classes": ["B"]}, {"new_sqlite_classes": ["C"]}]
    assert migration_block(HISTORY, "v1") == {"new_tag": "v3", "old_tag": "v1", "steps": steps}


def test_a_live_tag_that_nobody_declared_is_refused() -> None:
    with pytest.raises(DeclarationError) as error:
        migration_block(HISTORY, "v9")
    assert str(error.value) == (
        "Cloudflare holds the Durable Object migration tag 'v9' for this Worker, but the declared history is: "
        "v1, v2, v3.\nAdd the missing migrations to it, or deploy from the sources that made the tag."
    )


def test_bindings_are_sorted_by_name_as_cloudflare_returns_them() -> None:
    assert bindings({"M": "A"}, {"Z": "1"}, {"B": "s"}) == [
        {"type": "secret_text", "name": "B", "text": "s"},
        {"type": "durable_object_namespace", "name": "M", "class_name": "A"},
        {"type": "plain_text", "name": "Z", "text": "1"},
    ]


def test_the_same_sources_give_the_same_bytes_wherever_they_are(project: Path) -> None:
    first = bundle.build(project, "entry.mjs", "A")
    copy = project / "copy"
    copy.mkdir()
    (copy / "node_modules").symlink_to(ROOT / "node_modules")
    shutil.copy(project / "entry.mjs", copy)
    assert bundle.build(copy, "entry.mjs", "A") == first


def test_the_bundle_is_written_under_its_relative_path_with_its_hash(project: Path) -> None:
    built = bundle.build(project, "entry.mjs", "A")
    assert built.path == "worker/dist/worker.mjs"
    assert hashlib.sha256((project / built.path).read_bytes()).hexdigest() == built.sha256
    assert [path.name for path in (project / "worker/dist").iterdir()] == ["worker.mjs"]


def test_a_bundle_that_cannot_be_written_leaves_nothing_behind(project: Path) -> None:
    (project / bundle.BUNDLE).mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        bundle.build(project, "entry.mjs", "A")
    assert [path.name for path in (project / "worker/dist").iterdir()] == ["worker.mjs"]


def test_a_class_that_the_bundle_does_not_export_is_refused_with_its_exports(project: Path) -> None:
    assert refusal(project, class_name="B") == (
        "entry.mjs does not export 'B', the class that className names. It exports: A, default.\n"
        "Export it there, or change firedrill:className."
    )


def test_a_module_without_a_default_handler_is_refused(project: Path) -> None:
    (project / "entry.mjs").write_text("export class A {}\n")
    assert refusal(project) == (
        "entry.mjs does not export 'default', the default handler. It exports: A.\n"
        "Export it there, or change firedrill:workerEntry."
    )


def test_a_syntax_error_is_shown_as_esbuild_shows_it(project: Path) -> None:
    (project / "entry.mjs").write_text("export class {")
    text = refusal(project)
    assert text.startswith("esbuild cannot bundle entry.mjs:\n")
    assert "entry.mjs:1:13" in text


def test_an_entry_that_does_not_exist_is_refused(project: Path) -> None:
    assert refusal(project, entry="other.mjs") == (
        "There is no file 'other.mjs' to bundle; change firedrill:workerEntry."
    )


def test_without_esbuild_the_way_to_get_it_is_told(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "esbuild is not installed in node_modules; run: make setup"
