"""The review without a drill: revisions, wording, report."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from firedrill.cost.change import CostChange
from firedrill.drill.shared_takes import shared_recorder
from firedrill.drill.stages import Stages
from firedrill.errors import CannotRun
from firedrill.project import stacks
from firedrill.resources import LOGPUSH_JOB, LOGS_METRIC, LOGS_PIPELINE, MONITOR, WORKERS_SCRIPT, Resource
from firedrill.review.diff import package_notes, run_diff
from firedrill.review.inputs import differences
from firedrill.review.page import to_html
from firedrill.review.renderings import ResourceChange, compare
from firedrill.review.report import MARK, to_json, to_markdown
from firedrill.review.revisions import checkout, have_same_files
from firedrill.review.secrets import secret_changes
from firedrill.review.stack_review import StackReview, review_stack
from firedrill.vendors.errors import FiredrillError
from tests.json_schemas import as_its_schema_says

QUERY = "percentile(last_5m):p95:shop.latency{*} > 500"
Git = Callable[..., str]


def resource(token: str, resource_name: str, /, **inputs: Any) -> Resource:
    return Resource(token, resource_name, f"urn::{token}::{resource_name}", "1", inputs)


def monitor(**inputs: Any) -> Resource:
    given = {"name": "shop: slow", "query": QUERY, "message": "{{value}} ms @on-call https://x/runbooks/slow.md"}
    thresholds = {"critical": "500", "criticalRecovery": "400"}
    return resource(MONITOR, "slow", **{**given, "monitorThresholds": thresholds, **inputs})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with two commits: one with a stack, and one with another as well."""

    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=n", "-c", "user.email=n@example.com"]
        subprocess.run(["git", "-C", str(tmp_path), *identity, *arguments], check=True, capture_output=True)  # noqa: S607

    git("init", "--quiet", "--initial-branch=main")
    (tmp_path / "Pulumi.dev.yaml").write_text("first")
    git("add", ".")
    git("commit", "--quiet", "-m", "first")
    git("tag", "first")
    (tmp_path / "Pulumi.dev.yaml").write_text("second")
    (tmp_path / "Pulumi.prod.yaml").write_text("second")
    git("add", ".")
    git("commit", "--quiet", "-m", "second")
    return tmp_path


def test_a_revision_is_a_folder_with_its_files_and_gone_afterwards(project: Path) -> None:
    with checkout(project, "first") as folder:
        assert (folder / "Pulumi.dev.yaml").read_text() == "first"
        assert stacks(folder) == ["dev"]
    assert not folder.exists()


def test_what_is_installed_is_there_in_every_revision(project: Path) -> None:
    (project / "node_modules").mkdir()
    (project / "node_modules" / "esbuild").write_text("")
    with checkout(project, "first") as folder:
        assert (folder / "node_modules" / "esbuild").exists()
    assert (project / "node_modules" / "esbuild").exists()


def test_the_working_tree_is_the_project_itself(project: Path) -> None:
    (project / "Pulumi.dev.yaml").write_text("third")
    with checkout(project, "") as folder:
        assert (folder / "Pulumi.dev.yaml").read_text() == "third"


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "first..main", "HEAD:Pulumi.dev.yaml"])
def test_a_revision_that_git_does_not_know_is_refused(project: Path, revision: str) -> None:
    with pytest.raises(FiredrillError) as error, checkout(project, revision):
        pass
    assert str(error.value) == f"there is no revision {revision!r} here; name a branch, a tag or a commit."


def test_a_shallow_clone_is_told_how_to_get_the_revision(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    clone = tmp_path_factory.mktemp("clones") / "shallow"
    subprocess.run(["git", "clone", "--quiet", "--depth", "1", project.as_uri(), str(clone)], check=True)  # noqa: S607
    with pytest.raises(FiredrillError) as error, checkout(clone, "HEAD^"):
        pass
    assert str(error.value) == (
        "there is no revision 'HEAD^' here; name a branch, a tag or a commit. This clone is shallow: fetch more of it,"
        " with git fetch --unshallow, or fetch-depth in GitHub's checkout."
    )


def diff(project: Path, base: str, head: str = "", *stacks: str) -> None:
    run_diff(project, base, head, stacks, Stages(Console(file=io.StringIO())), json_report=False)


def test_an_empty_base_is_not_the_working_tree(project: Path) -> None:
    with pytest.raises(FiredrillError) as error:
        diff(project, "")
    assert str(error.value) == "the base is empty; name the revision to compare with: a branch, a tag or a commit."


def test_a_folder_without_stacks_is_not_the_project(project: Path) -> None:
    (project / "docs").mkdir()
    (project / "docs" / "page.md").write_text("")
    with pytest.raises(FiredrillError) as error:
        diff(project / "docs", "first")
    assert "has no stack (Pulumi.<stack>.yaml); run this in the project's folder." in str(error.value)


def test_a_base_without_this_folder_is_told(project: Path) -> None:
    (project / "new").mkdir()
    (project / "new" / "Pulumi.dev.yaml").write_text("")
    with pytest.raises(FiredrillError) as error:
        diff(project / "new", "first")
    assert str(error.value) == "the revision 'first' has no files in this folder; name one that has the project."


def test_a_base_that_cannot_be_declared_is_not_taken_for_the_change(project: Path) -> None:
    with pytest.raises(FiredrillError) as error:
        diff(project, "first", "", "dev")
    assert str(error.value).startswith(
        "stack 'dev' cannot be declared at the base, so there is nothing to compare with; choose another base.\n"
    )


@pytest.mark.parametrize("unwritable", ["base", "head"])
def test_a_checkout_that_cannot_be_written_is_not_taken_for_the_change(tmp_path: Path, unwritable: str) -> None:
    def render(stack: str, root: Path) -> list[Resource]:
        if root.name == unwritable:
            raise CannotRun(f"{stack} cannot be written")
        return []

    for name in ("base", "head"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Pulumi.dev.yaml").write_text("config: {}")
    stages = Stages(Console(file=io.StringIO()))
    with pytest.raises(CannotRun, match=r"^dev cannot be written$"):
        review_stack("dev", tmp_path / "base", tmp_path / "head", stages, shared_recorder(), render)


def test_revisions_with_the_same_files_need_no_rendering(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_diff(project, "main", "", (), Stages(Console(file=io.StringIO())), json_report=False)
    assert "### dev, prod: no change" in capsys.readouterr().out  # neither of them could be rendered


def test_files_that_change_nothing_are_counted(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("firedrill.review.diff.render_all", lambda wanted: dict.fromkeys(wanted, list))
    (project / "docs").mkdir()
    (project / "docs" / "new.md").write_text("")
    run_diff(project, "main", "", (), Stages(Console(file=io.StringIO())), json_report=False)
    text = capsys.readouterr().out
    assert "\n1 file differs, which changes nothing that these stacks declare or that their drills read.\n" in text
    assert "### dev, prod: no change" in text


@pytest.mark.parametrize("change", ["edited", "removed", "untracked", "staged", "beside"])
def test_any_change_of_the_files_is_seen(project: Path, change: str) -> None:
    def git(*arguments: str) -> str:
        command = ["git", "-C", str(project), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    (project / ".gitignore").write_text("made/\n")
    git("add", ".")
    tree = git("write-tree")
    (project / "made").mkdir()
    (project / "made" / "bundle.mjs").write_text("")
    folder = project / "part" if change == "beside" else project
    folder.mkdir(exist_ok=True)
    assert have_same_files(folder, tree, "")
    if change == "edited":
        (project / "Pulumi.dev.yaml").write_text("third")
    elif change == "removed":
        (project / "Pulumi.dev.yaml").unlink()
    else:
        (project / "new.py").write_text("")
        if change == "staged":
            git("add", ".")
    assert not have_same_files(folder, tree, "")


def test_two_commits_are_compared_without_the_working_tree(project: Path) -> None:
    (project / "Pulumi.dev.yaml").write_text("third")
    assert have_same_files(project, "main", "HEAD")
    assert not have_same_files(project, "main", "first")


def test_a_folder_without_a_repository_is_told_in_gits_words(tmp_path: Path) -> None:
    with (
        pytest.raises(
            FiredrillError, match=r"git could not look up the revision to compare with, in .*: fatal: not a git repo"
        ),
        checkout(tmp_path, "main"),
    ):
        pass


def test_a_stack_that_is_in_neither_revision_is_refused(project: Path) -> None:
    with pytest.raises(FiredrillError) as error:
        run_diff(project, "first", "", ("test",), Stages(Console(file=io.StringIO())), json_report=False)
    assert str(error.value) == "stack 'test' is in neither revision; there are dev, prod."


def test_a_new_stack_and_one_that_is_gone_are_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for base, head, note in (
        ("first", "main", "this stack is new: see its drill"),
        ("main", "first", "this stack is gone, with every alert in it"),
    ):
        run_diff(project, base, head, ("prod",), Stages(Console(file=io.StringIO())), json_report=True)
        assert as_its_schema_says("diff", capsys.readouterr().out)["stacks"]["prod"]["note"] == note


@pytest.mark.parametrize(
    ("changed", "phrases"),
    [
        (
            {"query": QUERY.replace("500", "800"), "monitorThresholds": {"critical": "800", "criticalRecovery": "400"}},
            ["alerts at 500 -> 800 ms"],
        ),
        ({"monitorThresholds": {"critical": "500"}}, ["recovers at 400 is gone"]),
        ({"query": QUERY.replace("last_5m", "last_10m")}, ["window last_5m -> last_10m"]),
        ({"query": QUERY.replace("500", "800")}, ["query's threshold 500 -> 800"]),
        ({"query": QUERY.replace("p95", "p99")}, [f"query {QUERY!r} -> {QUERY.replace('p95', 'p99')!r}"]),
        (
            {"message": "{{value}} ms @nobody https://x/runbooks/slow.md"},
            ["no longer notifies @on-call", "now notifies @nobody"],
        ),
        ({"message": "{{value}} ms @on-call"}, ["no longer links to https://x/runbooks/slow.md"]),
        ({"message": "slow! @on-call https://x/runbooks/slow.md"}, ["message reworded"]),
        ({"tags": ["env:dev"]}, ["tags with env:dev"]),
        ({"requireFullWindow": True}, ["requireFullWindow is now True"]),
        ({"name": "mall: slow"}, []),
        ({"name": "shop: slower"}, ["title 'slow' -> 'slower'"]),
        (
            {"message": "{{#is_warning}}{{value}} ms @on-call{{/is_warning}} https://x/runbooks/slow.md"},
            ["no longer notifies @on-call of alerts, missing data and recoveries", "message reworded"],
        ),
    ],
)
def test_a_changed_monitor_is_told_in_words(changed: dict[str, Any], phrases: list[str]) -> None:
    assert differences(monitor(), monitor(**changed)) == phrases


def test_the_order_of_a_list_is_no_difference() -> None:
    fields = {"outputOptions": {"fieldNames": ["Logs", "Outcome"]}}
    turned = {"outputOptions": {"fieldNames": ["Outcome", "Logs"]}}
    assert differences(resource(LOGPUSH_JOB, "job", **fields), resource(LOGPUSH_JOB, "job", **turned)) == []


def test_the_order_of_processors_is_a_difference() -> None:
    def pipeline(*names: str) -> Resource:
        processors = [{"grokParser": {"name": name, "isEnabled": True}} for name in names]
        return resource(LOGS_PIPELINE, "p", processors=processors)

    assert differences(pipeline("a", "b", "c"), pipeline("a", "c", "b")) == ["processors: c is now before b"]
    assert differences(pipeline("a", "b"), pipeline("a", "c", "b")) == ["processors[c] is new"]


def test_the_order_of_what_a_processor_tries_is_a_difference() -> None:
    def pipeline(*sources: str) -> Resource:
        return resource(LOGS_PIPELINE, "p", processors=[{"dateRemapper": {"name": "d", "sources": list(sources)}}])

    assert differences(pipeline("a", "b"), pipeline("b", "a")) == [
        "processors[d].dateRemapper.sources: b is now before a"
    ]


def test_of_a_long_text_only_the_part_that_changed_is_told() -> None:
    query = "source:workers service:shop env:{} @telemetry.class:Cart @telemetry.op:(add OR remove) @telemetry.result:*"
    old, new = (resource(LOGS_METRIC, "m", filter={"query": query.format(env)}) for env in ("dev", "prod"))
    assert differences(old, new) == ["part of filter.query 'env:dev' -> 'env:prod'"]
    shorter = resource(LOGS_METRIC, "m", filter={"query": query.format("dev").replace(" OR remove", "")})
    assert differences(old, shorter) == ["part of filter.query 'OR remove' is gone"]
    assert differences(shorter, old) == ["part of filter.query 'OR remove' is new"]
    whole = resource(
        LOGS_METRIC, "m", filter={"query": "@nothing:alike and much longer than what may be told in full" * 2}
    )
    assert differences(old, whole)[0].startswith("filter.query 'source:workers")


def test_a_secret_that_is_none_any_more_is_told() -> None:
    old = replace(resource(LOGPUSH_JOB, "j", destinationConf="datadog://[secret]"), secret_inputs=("destinationConf",))
    new = replace(old, secret_inputs=())
    assert differences(old, new) == ["destinationConf is no longer secret"]
    assert differences(new, old) == ["destinationConf is now secret"]


def test_an_element_that_is_new_or_gone_is_told_once() -> None:
    old = resource(WORKERS_SCRIPT, "w", bindings=[{"name": "A", "type": "plain_text", "text": "1"}])
    new = resource(WORKERS_SCRIPT, "w", bindings=[{"name": "B", "type": "plain_text", "text": "1"}])
    assert differences(old, new) == ["bindings[A] is gone", "bindings[B] is new"]


def test_code_and_protection_are_told_without_their_bytes() -> None:
    old = resource(WORKERS_SCRIPT, "w", contentSha256="a", contentFile="x")
    new = replace(resource(WORKERS_SCRIPT, "w", contentSha256="b", contentFile="y"), protect=True)
    assert differences(old, new) == ["is now protected from deletion", "new code"]


def test_a_replacement_says_what_it_destroys() -> None:
    old = resource(LOGS_METRIC, "m", name="a.b", compute={"aggregationType": "count"})
    new = resource(LOGS_METRIC, "m", name="a.b", compute={"aggregationType": "distribution"})
    (change,) = compare([old], [new])
    assert (change.kind, change.lost) == ("replaced", "the history of the metric")


def test_a_removed_worker_says_what_goes_with_it() -> None:
    assert compare([resource(WORKERS_SCRIPT, "w", scriptName="shop")], []) == [
        ResourceChange("removed", WORKERS_SCRIPT, "shop", (), "its Durable Objects and all their data")
    ]


def test_what_is_protected_is_not_destroyed_but_refused() -> None:
    old = replace(resource(WORKERS_SCRIPT, "w", scriptName="shop"), protect=True)
    new = replace(old, inputs={"scriptName": "mall"})
    refused = "Pulumi refuses that, since it is protected"
    assert compare([old], []) == [ResourceChange("removed", WORKERS_SCRIPT, "shop", (refused,))]
    assert compare([old], [new]) == [
        ResourceChange("replaced", WORKERS_SCRIPT, "mall", ("scriptName 'shop' -> 'mall'", refused))
    ]


SERVICE = "firedrill:components:ObservedService"


def worker(classes: dict[str, str], deleted: list[str]) -> list[Resource]:
    """A Worker with classes (with those that they were renamed from) as a stack is rendered: for the first time."""
    migrations = {"newTag": f"classes:{'+'.join(classes)}", "newSqliteClasses": list(classes)}
    declared = {name: {"renamedFrom": former} if former else {} for name, former in classes.items()}
    service = resource(SERVICE, "shop", classes=declared, deletedClasses=deleted)
    script = resource(WORKERS_SCRIPT, "w", scriptName="shop", migrations=migrations)
    return [service, replace(script, parent=service.urn)]


@pytest.mark.parametrize(
    ("classes", "deleted", "details", "lost"),
    [
        ({"Cart": "", "Till": ""}, [], ("class Till is new",), ""),
        ({"Basket": "Cart"}, [], ("class Cart is renamed to Basket and keeps its objects",), ""),
        (
            {"Basket": ""},
            ["Cart"],
            ("class Basket is new", "class Cart is deleted"),
            "the objects of Cart and all their data",
        ),
        (
            {"Basket": ""},
            [],
            (
                "class Basket is new",
                "class Cart is gone, which a deployment refuses: say who takes over its objects (renamedFrom: Cart),"
                " or give them up (deletedClasses: [Cart])",
            ),
            "",
        ),
    ],
)
def test_what_becomes_of_classes_is_told_instead_of_a_first_migration(
    classes: dict[str, str], deleted: list[str], details: tuple[str, ...], lost: str
) -> None:
    assert compare(worker({"Cart": ""}, []), worker(classes, deleted)) == [
        ResourceChange("changed", WORKERS_SCRIPT, "shop", details, lost)
    ]


def test_a_resource_under_a_former_name_is_renamed_not_replaced() -> None:
    old, new = resource(MONITOR, "old", name="x"), resource(MONITOR, "new", name="x")
    assert compare([old], [replace(new, aliases=(old.urn,))]) == [
        ResourceChange("renamed", MONITOR, "new", ("was old",))
    ]
    assert [each.kind for each in compare([old], [new])] == ["removed", "added"]


def test_a_composite_is_compared_by_the_names_of_its_parts() -> None:
    def both(part_id: str) -> list[Resource]:
        part = Resource(MONITOR, "part", "urn:part", part_id, {"tags": ["monitor:slow"]})
        return [
            part,
            Resource(MONITOR, "both", "urn:both", "9", {"type": "composite", "query": f"{part_id} && !{part_id}"}),
        ]

    assert compare(both("12"), both("77")) == []


def test_components_are_no_change() -> None:
    assert compare([], [resource("firedrill:components:ObservedService", "shop")]) == []


CHANGED = StackReview(
    changes=(ResourceChange("changed", MONITOR, "slow", ("alerts at 500 -> 800 ms",)),),
    consequences=("slow fires 5 min later in storage-slow",),
)


def test_the_report_is_short_and_tells_alike_stacks_together() -> None:
    assert to_markdown({"dev": CHANGED, "prod": CHANGED, "staging": StackReview()}, "main", "topic") == (
        f"{MARK}\n"
        "## Monitoring: `main` -> `topic`\n\n"
        "### dev, prod: 1 consequence, 1 changed resource\n\n"
        "**What the alerts will do differently**\n\n"
        "- slow fires 5 min later in storage-slow\n\n"
        "**What changes**\n\n"
        "- Monitor `slow` changed: alerts at 500 -> 800 ms\n\n"
        "### staging: no change\n"
    )


def test_what_consequences_take_from_a_model_is_told_with_them() -> None:
    text = to_markdown({"dev": replace(CHANGED, modelled=("CPU time", "percentiles (slow)"))}, "main", "topic")
    assert "\n\nModelled, as it is not measured or not documented:\n\n- CPU time\n- percentiles (slow)\n\n" in text


def test_what_has_one_cause_is_told_once() -> None:
    review = StackReview(
        consequences=(
            *("slow no longer fires in storage-slow", "slow lost its proof: the job is off"),
            *("errors lost its proof: the job is off", "gap is not proven: no point"),
            *("scenario every-path left no point of a{*}", "scenario every-path left no point of b{*}"),
        )
    )
    text = to_markdown({"dev": review}, "a", "b")
    assert "### dev: 6 consequences, no changed resources" in text
    assert [line for line in text.splitlines() if line.startswith("- ")] == [
        "- slow no longer fires in storage-slow",
        "- slow, errors lost their proof: the job is off",
        "- gap is not proven: no point",
        "- scenario every-path left no point of a{*}, b{*}",
    ]


def test_a_consequence_of_several_lines_stays_in_its_place() -> None:
    review = StackReview(consequences=("the stack can no longer be declared: 1 problem\nx is 5\n  allowed: 4", "next"))
    assert (
        "- the stack can no longer be declared: 1 problem\n"
        "  ```text\n  x is 5\n    allowed: 4\n  ```\n- next\n" in to_markdown({"dev": review}, "a", "b")
    )


def test_a_note_stands_above_the_stacks() -> None:
    text = to_markdown({"dev": StackReview()}, "a", "b", ["package.json differs."])
    assert text == f"{MARK}\n## Monitoring: `a` -> `b`\n\npackage.json differs.\n\n### dev: no change\n"
    assert json.loads(to_json({"dev": StackReview()}, "a", "b", ["package.json differs."]))["notes"] == [
        "package.json differs."
    ]


def test_other_packages_are_told_since_both_revisions_run_with_those_installed(project: Path, tmp_path: Path) -> None:
    with checkout(project, "first") as old:
        (project / "package.json").write_text('{"workerd": "2"}')
        assert package_notes(old, project) == [
            "package.json differs. Both revisions were rendered and drilled with the packages that are installed here."
        ]
        assert package_notes(project, project) == []


OLD_CONFIG = """
config:
  shop:key: {secure: v1:a}
  shop:gone: {secure: v1:b}
  shop:map: {inner: {secure: v1:c}}
"""
NEW_CONFIG = """
config:
  shop:key: {secure: v1:x}
  shop:map: {inner: {secure: v1:c}}
  shop:more: {secure: v1:d}
"""


def test_a_secret_that_is_encrypted_anew_is_told(tmp_path: Path) -> None:
    for name, text in (("old", OLD_CONFIG), ("new", NEW_CONFIG)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Pulumi.dev.yaml").write_text(text)
    assert [(each.kind, each.name) for each in secret_changes("dev", tmp_path / "old", tmp_path / "new")] == [
        ("removed", "shop:gone"),
        ("added", "shop:more"),
        ("changed", "shop:key"),
    ]
    assert secret_changes("dev", tmp_path / "old", tmp_path / "old") == []


def test_a_long_list_is_folded() -> None:
    review = StackReview(consequences=tuple(f"monitor-{number} is gone" for number in range(15)))
    text = to_markdown({"dev": review}, "a", "b")
    assert "<details><summary>3 more</summary>" in text
    assert text.count("is gone") == 15


def test_resources_to_which_the_same_happens_share_a_line_and_what_is_lost_is_bold() -> None:
    lost = [ResourceChange("removed", LOGS_METRIC, name, (), "the history of the metric") for name in ("a", "b")]
    text = to_markdown({"dev": StackReview(changes=tuple(lost))}, "a", "b")
    assert "- LogsMetric `a`, `b` removed. **This destroys the history of the metric.**\n" in text


def test_the_json_report_has_the_same_for_machines() -> None:
    report = as_its_schema_says("diff", to_json({"dev": CHANGED}, "main", "topic"))
    assert report["stacks"]["dev"]["consequences"] == ["slow fires 5 min later in storage-slow"]
    assert report["stacks"]["dev"]["changes"][0]["details"] == ["alerts at 500 -> 800 ms"]
    assert report["stacks"]["dev"]["cost"] is None


DEARER = CostChange(10.0, 12.5, {"log-ingest": (1.0, 3.5)}, "$10.00 a month before, $12.50 now: ingestion +$2.50")


def test_what_a_month_costs_otherwise_is_in_each_form_of_the_report() -> None:
    review = {"dev": replace(CHANGED, cost=DEARER)}
    assert to_markdown(review, "main", "topic").endswith(f"\n\n**What it costs**: {DEARER.told}\n")
    assert f"<p>{DEARER.told}.</p>" in to_html(review, "main", "topic")
    assert as_its_schema_says("diff", to_json(review, "main", "topic"))["stacks"]["dev"]["cost"] == {
        "before": 10.0,
        "after": 12.5,
        "currency": "USD",
        "items": [{"item": "log-ingest", "before": 1.0, "after": 3.5}],
    }
