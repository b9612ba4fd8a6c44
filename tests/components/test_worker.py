from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from firedrill.components.problems import DeclarationError
from firedrill.components.worker import bundle, library
from firedrill.components.worker.bindings import bindings
from firedrill.components.worker.output import BUNDLES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project's folder with esbuild and one module."""
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    (tmp_path / "entry.mjs").write_text("export class A {}\nexport default { fetch() {} };\n")
    return tmp_path


def refusal(project: Path, entry: str = "entry.mjs", *classes: str) -> str:
    with pytest.raises(DeclarationError) as error:
        bundle.build(project, "chat", entry, classes)
    return str(error.value)


def test_bindings_are_sorted_by_name_as_cloudflare_returns_them() -> None:
    dataset = {"type": "analytics_engine", "name": "C", "dataset": "d"}
    assert bindings({"M": "A"}, {"Z": "1"}, {"B": "s"}, [dataset]) == [
        {"type": "secret_text", "name": "B", "text": "s"},
        dataset,
        {"type": "durable_object_namespace", "name": "M", "class_name": "A"},
        {"type": "plain_text", "name": "Z", "text": "1"},
    ]


def test_the_same_sources_give_the_same_bytes_wherever_they_are(project: Path) -> None:
    first = bundle.build(project, "chat", "entry.mjs", ["A"])
    copy = project / "copy"
    copy.mkdir()
    (copy / "node_modules").symlink_to(ROOT / "node_modules")
    shutil.copy(project / "entry.mjs", copy)
    assert bundle.build(copy, "chat", "entry.mjs", ["A"]) == first


def test_the_bundle_is_written_under_its_relative_path_with_its_hash(project: Path) -> None:
    built = bundle.build(project, "chat", "entry.mjs", ["A"])
    assert built.path == ".firedrill/bundles/chat.mjs"
    assert hashlib.sha256((project / built.path).read_bytes()).hexdigest() == built.sha256
    assert sorted(path.name for path in (project / ".firedrill/bundles").iterdir()) == ["chat.mjs", "chat.mjs.map"]


def test_the_source_map_beside_the_bundle_names_the_sources_and_the_bundle_does_not_name_the_map(project: Path) -> None:
    built = bundle.build(project, "chat", "entry.mjs", ["A"])
    assert json.loads((project / f"{built.path}.map").read_text())["sources"] == ["../../entry.mjs"]
    assert "sourceMappingURL" not in (project / built.path).read_text()


def test_a_bundle_that_cannot_be_written_leaves_nothing_behind(project: Path) -> None:
    (project / BUNDLES / "chat.mjs").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        bundle.build(project, "chat", "entry.mjs", ["A"])
    assert [path.name for path in (project / ".firedrill/bundles").iterdir()] == ["chat.mjs"]


WRAPPED = """
import { observeObject, observeWorker } from "firedrill";
import { datadogReporter } from "firedrill/reporter";
export const A = observeObject(class A {});
export default observeWorker({}, { AS: "A" }, { reporter: datadogReporter() });
"""


def test_any_worker_imports_the_wrappers_and_the_reporter_by_the_name_of_this_package(project: Path) -> None:
    (project / "src").mkdir()
    (project / "src" / "index.mjs").write_text(WRAPPED)
    built = bundle.build(project, "chat", "src/index.mjs", ["A"])
    modules = [line for line in (project / built.path).read_text().splitlines() if line.startswith("// ")]
    assert "// .firedrill/lib/firedrill/observe_worker.mjs" in modules
    assert "// .firedrill/lib/firedrill/reporter.mjs" in modules
    assert modules[-1] == "// src/index.mjs"


def test_a_bundle_with_the_wrappers_does_not_depend_on_where_the_package_is(
    project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "entry.mjs").write_text(WRAPPED)
    first = bundle.build(project, "chat", "entry.mjs", ["A"])
    elsewhere = tmp_path_factory.mktemp("site-packages") / "worker"
    shutil.copytree(ROOT / "firedrill" / "worker", elsewhere)
    monkeypatch.setattr(library, "SOURCE", elsewhere)
    shutil.rmtree(project / ".firedrill")
    assert bundle.build(project, "chat", "entry.mjs", ["A"]) == first


def test_modules_of_an_older_package_are_replaced(project: Path) -> None:
    (project / library.FOLDER).mkdir(parents=True)
    (project / library.MAIN).write_text("export const old = 1;")
    (project / "entry.mjs").write_text(WRAPPED)
    bundle.build(project, "chat", "entry.mjs", ["A"])
    assert (project / library.MAIN).read_bytes() == (ROOT / "firedrill/worker/telemetry.mjs").read_bytes()


DECORATED = """
import { observedObject } from "firedrill";
import { InputError } from "firedrill/errors";
@observedObject() export class A { #left = 1; take() { if (this.#left-- < 1) throw new InputError("none left"); } }
export default {};
"""


def modules_in(project: Path, built: bundle.Bundle) -> set[str]:
    """The folders that modules of a bundle are from."""
    lines = (project / built.path).read_text().splitlines()
    return {str(Path(line.removeprefix("// ")).parent) for line in lines if line.startswith("// ")}


def test_the_package_that_a_project_has_from_npm_is_the_one_that_its_worker_imports(project: Path) -> None:
    (project / "node_modules").unlink()
    (project / ".firedrill/npm").mkdir(parents=True)
    (project / ".firedrill/npm/node_modules").symlink_to(ROOT / "node_modules")
    shutil.copytree(ROOT / "firedrill" / "worker", project / "node_modules" / "firedrill")
    (project / "entry.mjs").write_text(WRAPPED)
    assert modules_in(project, bundle.build(project, "chat", "entry.mjs", ["A"])) == {"node_modules/firedrill", "."}


def test_decorators_and_paths_of_typescript_are_bundled(project: Path) -> None:
    paths = {"firedrill": [f"./{library.FOLDER}"], "firedrill/*": [f"./{library.FOLDER}/*"]}
    (project / "tsconfig.json").write_text(json.dumps({"compilerOptions": {"paths": paths}}))
    (project / "entry.ts").write_text(DECORATED)
    built = bundle.build(project, "chat", "entry.ts", ["A"])
    assert modules_in(project, built) == {library.FOLDER, "."}


def test_what_the_package_does_not_export_is_refused(project: Path) -> None:
    (project / "entry.mjs").write_text('import "firedrill/line"; export class A {}\nexport default {};\n')
    assert 'The path "./line" is not exported by package "firedrill"' in refusal(project, "entry.mjs", "A")


def test_workers_have_a_bundle_each(project: Path) -> None:
    for key in ("chat", "counter"):
        bundle.build(project, key, "entry.mjs", ["A"])
    assert sorted(path.name for path in (project / BUNDLES).glob("*.mjs")) == ["chat.mjs", "counter.mjs"]


def test_classes_that_the_bundle_does_not_export_are_refused_with_its_exports(project: Path) -> None:
    allowed = "a default handler and the classes of firedrill:workers.chat; exported: A, default"
    assert refusal(project, "entry.mjs", "A", "B", "C") == (
        "The Worker 'chat' has 2 problems.\n"
        "entry.mjs is without an export B\n"
        f"  allowed: {allowed}\n"
        "  change:  export it there, or change the stack's config\n"
        "entry.mjs is without an export C\n"
        f"  allowed: {allowed}\n"
        "  change:  export it there, or change the stack's config"
    )


def test_a_class_that_is_written_wrongly_is_answered_with_the_one_that_is_meant(project: Path) -> None:
    (project / "entry.mjs").write_text("export class ChatRoom {} export default {};")
    told = refusal(project, "entry.mjs", "Chatroom").splitlines()[1]
    assert told == "entry.mjs is without an export Chatroom (did you mean 'ChatRoom'?)"


@pytest.mark.parametrize("name", ["entry.mjs", "text.txt"])
def test_a_source_that_is_not_utf8_is_refused_with_its_name(project: Path, name: str) -> None:
    (project / "text.txt").write_text("plain")
    (project / "entry.mjs").write_text('import text from "./text.txt";\nexport default { text };\n')
    with (project / name).open("ab") as file:
        file.write("// é\n".encode("latin-1"))
    line = 3 if name == "entry.mjs" else 1
    assert refusal(project) == f"{name}, line {line}: not UTF-8 text (byte 0xe9); save it as UTF-8."


def test_a_module_without_a_default_handler_is_refused(project: Path) -> None:
    (project / "entry.mjs").write_text("globalThis.loaded = true;\n")
    assert refusal(project) == (
        "The Worker 'chat' has 1 problem.\n"
        "entry.mjs is without an export default\n"
        "  allowed: a default handler and the classes of firedrill:workers.chat; exported: none\n"
        "  change:  export it there, or change the stack's config"
    )


@pytest.mark.parametrize("kind", ["txt", "html", "sql"])
def test_texts_that_wrangler_can_import_are_part_of_the_bundle(project: Path, kind: str) -> None:
    (project / f"text.{kind}").write_text("CREATE TABLE rooms (id)")
    (project / "entry.mjs").write_text(f'import text from "./text.{kind}"; export default {{ text }};')
    built = bundle.build(project, "chat", "entry.mjs", [])
    assert '"CREATE TABLE rooms (id)"' in (project / built.path).read_text()


def test_a_syntax_error_is_shown_as_esbuild_shows_it(project: Path) -> None:
    (project / "entry.mjs").write_text("export class {")
    text = refusal(project)
    assert text.startswith("esbuild cannot bundle entry.mjs:\n")
    assert "entry.mjs:1:13" in text


def test_an_entry_that_does_not_exist_is_refused(project: Path) -> None:
    assert refusal(project, entry="other.mjs") == (
        "The file 'other.mjs', which a Worker's entry in the config names, does not exist."
    )


def test_without_esbuild_the_way_to_get_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("firedrill.installed.PACKAGES", tmp_path)
    assert refusal(tmp_path) == "esbuild is not installed; run: firedrill setup"
