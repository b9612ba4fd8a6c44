"""The rendering process, on projects small enough to need no provider; the project's own stacks at the end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from firedrill.errors import CannotRun
from firedrill.render import render
from firedrill.render.protocol import REFUSED
from firedrill.resources import SECRET, Resource
from firedrill.vendors.errors import FiredrillError

ROOT = Path(__file__).resolve().parents[2]
PLANTED = "PLANTED-SECRET-77"
Project = Callable[..., Path]

PROGRAM = """
import pulumi
class Group(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("test:index:Group", name, None, opts)
config = pulumi.Config()
outer = Group("outer")
inner = Group("inner", pulumi.ResourceOptions(parent=outer))
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Writes a project with one stack, dev, whose program declares two groups and then `body`."""

    def write(body: str = "", config: str = "", declared: str = "") -> Path:
        (tmp_path / "Pulumi.yaml").write_text(f"name: tiny\nruntime: python\nconfig:\n  x: y\n{declared}")
        (tmp_path / "Pulumi.dev.yaml").write_text(f"config:\n  tiny:a: b\n{config}")
        (tmp_path / "__main__.py").write_text(PROGRAM + body)
        return tmp_path

    return write


def custom(resources: list[Resource]) -> Resource:
    (found,) = [resource for resource in resources if resource.type == "test:index:Thing"]
    return found


def thing(inputs: str, opts: str = "") -> str:
    return f'\npulumi.CustomResource("test:index:Thing", "thing", {inputs}, pulumi.ResourceOptions({opts}))\n'


def refusal(root: Path, stack: str = "dev") -> str:
    with pytest.raises(FiredrillError) as error:
        render(stack, root)
    return str(error.value)


def test_a_urn_names_the_types_of_all_parents_but_the_stack(project: Project) -> None:
    resources = render("dev", project(thing("{}", "parent=inner")))
    assert [resource.urn for resource in resources] == [
        "urn:pulumi:dev::tiny::test:index:Group$test:index:Group$test:index:Thing::thing",
        "urn:pulumi:dev::tiny::test:index:Group$test:index:Group::inner",
        "urn:pulumi:dev::tiny::test:index:Group::outer",
    ]
    assert custom(resources).parent == "urn:pulumi:dev::tiny::test:index:Group$test:index:Group::inner"


def test_a_resource_of_the_stack_itself_has_no_parent(project: Project) -> None:
    assert custom(render("dev", project(thing("{}")))).parent == ""


def test_protection_is_told(project: Project) -> None:
    assert custom(render("dev", project(thing("{}", "protect=True")))).protect


def test_a_former_name_is_told_as_the_urn_that_it_made(project: Project) -> None:
    resource = custom(render("dev", project(thing("{}", 'parent=outer, aliases=[pulumi.Alias(name="old")]'))))
    assert resource.aliases == ("urn:pulumi:dev::tiny::test:index:Group$test:index:Thing::old",)


def test_a_child_inherits_the_former_names_of_its_parent_with_its_own_after_them(project: Project) -> None:
    moved = """
moved = Group("new", pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old")]))
pulumi.CustomResource("test:index:Thing", "new-thing", {}, pulumi.ResourceOptions(parent=moved))
"""
    resource = custom(render("dev", project(moved)))
    assert resource.aliases == ("urn:pulumi:dev::tiny::test:index:Group$test:index:Thing::old-thing",)


def test_numbers_that_were_whole_stay_whole(project: Project) -> None:
    assert custom(render("dev", project(thing('{"a": 60, "b": 0.5, "c": [1]}')))).inputs == {
        "a": 60,
        "b": 0.5,
        "c": [1],
    }


def test_a_dependency_is_named(project: Project) -> None:
    first = '\nfirst = pulumi.CustomResource("test:index:First", "first", {})'
    found = custom(render("dev", project(first + thing("{}", "depends_on=[first]"))))
    assert found.depends_on == ("urn:pulumi:dev::tiny::test:index:First::first",)


def test_a_secret_of_the_config_is_masked_inside_the_text_that_holds_it(project: Project) -> None:
    body = thing('{"conf": config.require_secret("key").apply(lambda key: f"https://x?key={key}&y=1"), "plain": 1}')
    found = custom(render("dev", project(body, config=f"  tiny:key:\n    secure: {PLANTED}\n")))
    assert found.inputs == {"conf": f"https://x?key={SECRET}&y=1", "plain": 1}
    assert found.secret_inputs == ("conf",)


@pytest.mark.parametrize("declaration", ["type: string\n    secret: true", "secret: true\n    default: ''"])
def test_a_secret_that_a_stacks_file_has_in_plain_text_is_refused_without_being_told(
    project: Project, declaration: str
) -> None:
    body = thing('{"given": config.require_secret("key")}')
    root = project(body, config=f"  tiny:key: {PLANTED}\n", declared=f"  key:\n    {declaration}\n")
    command = [sys.executable, "-m", "firedrill", "render", "--root", str(root)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "firedrill: tiny:key is a secret, but its value is not encrypted, so let its issuer replace it. "
        "Run: pulumi config set --secret tiny:key --stack dev\n"
    )


def test_a_default_of_a_secret_counts_where_the_stack_has_no_encrypted_value(project: Project) -> None:
    declared = f"  key:\n    secret: true\n    default: {PLANTED}\n"
    assert refusal(project(declared=declared)).startswith(
        "tiny:key is a secret, but its value is not encrypted, so let its issuer replace it. "
    )
    body = thing('{"k": config.require_secret("key")}')
    encrypted = project(body, config="  tiny:key:\n    secure: x\n", declared=declared)
    assert custom(render("dev", encrypted)).inputs == {"k": SECRET}


def test_a_declared_secret_needs_no_value(project: Project) -> None:
    declared = "  key:\n    type: string\n    secret: true\n"
    found = custom(render("dev", project(thing('{"k": config.require_secret("key")}'), declared=declared)))
    assert found.inputs == {"k": SECRET}


def test_a_secret_that_the_program_makes_itself_is_masked_whole(project: Project) -> None:
    found = custom(render("dev", project(thing(f'{{"k": pulumi.Output.secret(["{PLANTED}"])}}'))))
    assert (found.inputs, found.secret_inputs) == ({"k": SECRET}, ("k",))


def test_an_address_that_the_program_makes_secret_keeps_its_scheme(project: Project) -> None:
    found = custom(render("dev", project(thing(f'{{"k": pulumi.Output.secret("s3://{PLANTED}")}}'))))
    assert (found.inputs, found.secret_inputs) == ({"k": f"s3://{SECRET}"}, ("k",))


def test_a_secret_that_has_lost_its_mark_is_masked_but_not_called_secret(project: Project) -> None:
    found = custom(render("dev", project(thing('{"k": config.require("key")}'), config="  tiny:key:\n    secure: x\n")))
    assert (found.inputs, found.secret_inputs) == ({"k": SECRET}, ())


def test_only_the_secret_part_of_a_list_is_masked(project: Project) -> None:
    body = thing('{"all": [{"name": "a"}, {"name": "b", "text": config.require_secret("key")}]}')
    found = custom(render("dev", project(body, config="  tiny:key:\n    secure: x\n")))
    assert found.inputs == {"all": [{"name": "a"}, {"name": "b", "text": SECRET}]}
    assert found.secret_inputs == ("all[1].text",)


def test_the_default_of_a_declared_key_reaches_the_program_as_the_cli_would_hand_it_over(project: Project) -> None:
    declared = "  n:\n    type: integer\n    default: 5\n  o:\n    type: object\n    default: {k: 1}\n"
    body = thing('{"n": config.require("n"), "o": config.require_object("o"), "a": config.require("a")}')
    assert custom(render("dev", project(body, declared=declared))).inputs == {"n": "5", "o": {"k": 1}, "a": "b"}


def test_what_the_program_prints_does_not_get_between_the_resources(project: Project) -> None:
    assert render("dev", project('\nprint("hello")')) == render("dev", project(""))


def test_the_environment_of_another_pulumi_run_does_not_reach_the_program(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"tiny:foreign": "1"}))
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", PLANTED)
    body = "\nimport os" + thing(
        '{"foreign": config.get("foreign") or "", "token": os.environ.get("CLOUDFLARE_API_TOKEN", "")}'
    )
    assert custom(render("dev", project(body))).inputs == {"foreign": "", "token": ""}


def test_values_of_the_project_reach_the_program_as_pulumi_hands_them_over(project: Project) -> None:
    declared = "  shop:plain: 5\n  shop:object: {value: {a: [1]}}\n  own: {default: d}\n"
    body = thing('{key: pulumi.Config(of).get(key) for of, key in (("tiny", "x"), ("tiny", "own"), ("shop", "plain"), '
                 '("shop", "object"))}')  # fmt: skip
    expected = {"x": "y", "own": "d", "plain": "5", "object": '{"a": [1]}'}
    assert custom(render("dev", project(body, declared=declared))).inputs == expected


KEY = 'pulumi.Config("firedrill").get("datadogApiKey")'


def test_secrets_that_firedrill_reads_are_known_in_a_project_that_does_not_declare_them(project: Project) -> None:
    rendered = render("dev", project(thing(f'{{"key": {KEY}}}'), config="  firedrill:environment: dev\n"))
    assert custom(rendered).inputs == {"key": "[secret]"}
    assert refusal(project(config=f"  firedrill:datadogApiKey: {PLANTED}\n")) == (
        "firedrill:datadogApiKey is a secret, but its value is not encrypted, so let its issuer replace it. "
        "Run: pulumi config set --secret firedrill:datadogApiKey --stack dev"
    )


def test_a_project_without_config_of_firedrill_gets_none(project: Project) -> None:
    assert custom(render("dev", project(thing(f'{{"none": {KEY} is None}}')))).inputs == {"none": True}


def test_a_checkout_of_firedrill_is_rendered_by_its_own_package(project: Project) -> None:
    root = project(thing("{}"))
    own = root / "firedrill" / "render"
    own.mkdir(parents=True)
    for folder in (own.parent, own):
        (folder / "__init__.py").touch()
    (own / "__main__.py").write_text(f"import sys\nsys.stderr.write('of the revision')\nsys.exit({REFUSED})\n")
    assert refusal(root) == "of the revision"


def test_an_unknown_stack_is_answered_with_the_stacks_there_are(project: Project) -> None:
    assert refusal(project(), "qa") == "There is no stack 'qa': Pulumi.qa.yaml does not exist. Stacks: dev."


def test_a_stack_that_is_written_wrongly_is_answered_with_the_one_that_is_meant(project: Project) -> None:
    assert refusal(project(), "dve") == (
        "There is no stack 'dve' (did you mean 'dev'?): Pulumi.dve.yaml does not exist. Stacks: dev."
    )


def test_a_checkout_that_cannot_be_written_is_no_mistake_of_the_stack(project: Project) -> None:
    body = "\nimport errno\nraise OSError(errno.EROFS, 'Read-only file system', '.firedrill/bundles/chat.mjs')"
    with pytest.raises(CannotRun) as error:
        render("dev", project(body))
    assert str(error.value) == (
        "'.firedrill/bundles/chat.mjs' cannot be written: Read-only file system; make its folder writable, "
        "or work in a copy of the project that is"
    )


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path) == (
        f"There is no Pulumi.yaml in {str(tmp_path)!r} or in a folder above it; "
        "run this in the folder of a Pulumi project."
    )


def test_a_file_that_is_not_yaml_is_named_with_its_line(project: Project) -> None:
    assert refusal(project(config="  tiny:x: [1\n")).startswith("Pulumi.dev.yaml, line 4, column 1: not YAML (")


def test_a_key_that_is_defined_twice_is_refused_at_every_depth_of_both_files(project: Project) -> None:
    root = project(config="  tiny:x: {a: 1,\n    a: 2}\n")
    assert refusal(root) == (
        "Pulumi.dev.yaml, line 4, column 5: key 'a' is defined at line 3 and again at line 4; remove one."
    )
    project_file = root / "Pulumi.yaml"
    project_file.write_text("name: tiny\nruntime: python\nname: other\n")
    assert refusal(root) == (
        "Pulumi.yaml, line 3, column 1: key 'name' is defined at line 1 and again at line 3; remove one."
    )


def test_a_stack_file_that_is_not_utf8_is_refused_with_its_name(project: Project) -> None:
    root = project()
    (root / "Pulumi.dev.yaml").write_bytes("config:\n  tiny:x: é\n".encode("latin-1"))
    assert refusal(root) == "Pulumi.dev.yaml, line 2: not UTF-8 text (byte 0xe9); save it as UTF-8."


def test_a_config_that_is_not_a_mapping_is_refused(project: Project) -> None:
    root = project()
    (root / "Pulumi.dev.yaml").write_text("config: [1]\n")
    for wrong in ("[1]", "[]", "''", "0", "false"):
        (root / "Pulumi.dev.yaml").write_text(f"config: {wrong}\n")
        assert refusal(root) == f"Pulumi.dev.yaml: config is {wrong}; it has to be a mapping of keys to values."


@pytest.mark.parametrize("name", ["", "../dev", "org/tiny/dev", "dev ", "dev\n"])
def test_a_name_that_no_stack_can_have_is_refused(project: Project, name: str) -> None:
    assert refusal(project(), name) == (
        f"{name!r} is not the name of a stack; allowed: letters, digits, '-', '_' and '.', without an organisation "
        "or a project before it."
    )


def test_a_secret_that_is_not_text_is_refused(project: Project) -> None:
    assert refusal(project(config="  tiny:x: {secure: [1]}\n")) == (
        "a value 'secure' of the config is not text; set it again: pulumi config set --secret"
    )


def test_a_key_of_a_stack_file_that_pulumi_does_not_know_is_named(project: Project) -> None:
    root = project()
    (root / "Pulumi.dev.yaml").write_text("confg:\n  tiny:a: b\n")
    assert refusal(root) == (
        "Pulumi.dev.yaml: 'confg' is not a known key (did you mean 'config'?); allowed: config, environment, "
        "secretsprovider, encryptedkey, encryptionsalt."
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mian: infra\n", "'mian' is not a known key; did you mean 'main'?"),
        ("config: {size: {defualt: 1}}\n", "config, size: 'defualt' is not a known key; did you mean 'default'?"),
        ("main: no\n", "main is false; allowed: the path of the program, or of its folder."),
        ("main: [a]\n", "main is ['a']; allowed: the path of the program, or of its folder."),
        (
            "runtime: {name: python, options: []}\n",
            "runtime.options is []; allowed: a mapping of keys to values.",
        ),
        (
            "runtime: {name: python, options: {virtualenv: 5}}\n",
            "runtime.options.virtualenv is 5; allowed: the path of a folder.",
        ),
    ],
)
def test_what_is_wrong_in_the_projects_file_is_named(project: Project, text: str, told: str) -> None:
    root = project()
    runtime = "" if text.startswith("runtime") else "runtime: python\n"
    (root / "Pulumi.yaml").write_text(f"name: tiny\n{runtime}{text}")
    assert refusal(root) == f"Pulumi.yaml: {told}"


@pytest.mark.parametrize("name", ["Pulumi.dev.yaml", "Pulumi.yaml", "firedrill-lookups.yaml"])
def test_a_folder_or_a_broken_link_in_place_of_a_file_is_called_that(project: Project, name: str) -> None:
    root = project()
    path = root / name
    path.unlink(missing_ok=True)
    path.mkdir()
    assert refusal(root) == f"{name} is a folder; put a file in its place."
    path.rmdir()
    path.symlink_to(path)
    assert refusal(root) == f"{name} is a link that leads back to itself; put a file in its place."
    path.unlink()
    path.symlink_to("nowhere")
    assert refusal(root) == f"{name} is a link to a file that does not exist; correct the link."
    path.unlink()
    os.mkfifo(path)
    assert refusal(root) == f"{name} is not a regular file; put one in its place."


@pytest.mark.parametrize("runtime", ["nodejs", "{name: nodejs}"])
def test_a_program_of_another_language_is_refused(project: Project, runtime: str) -> None:
    root = project()
    (root / "Pulumi.yaml").write_text(f"name: tiny\nruntime: {runtime}\n")
    assert refusal(root) == (
        "Pulumi.yaml: runtime is 'nodejs'; only programs in Python can be rendered, with: runtime: python"
    )


def test_a_file_that_is_not_a_mapping_is_refused(project: Project) -> None:
    root = project()
    (root / "Pulumi.dev.yaml").write_text("- 1\n")
    assert refusal(root) == "Pulumi.dev.yaml is not a mapping; it has to be a mapping of keys to values."


def test_a_project_without_a_name_is_refused(project: Project) -> None:
    root = project()
    (root / "Pulumi.yaml").write_text("runtime: python\n")
    assert refusal(root) == "Pulumi.yaml: name is missing; give the project one, as text: name: firedrill"
    (root / "Pulumi.yaml").write_text("name: 5\nruntime: python\n")
    assert refusal(root) == "Pulumi.yaml: name is 5; give the project one, as text: name: firedrill"


def test_a_key_without_a_namespace_is_refused(project: Project) -> None:
    assert refusal(project(config="  alone: 1\n")) == (
        "Pulumi.dev.yaml: the config key 'alone' has no namespace; write it as tiny:alone"
    )


def test_a_mistake_in_the_config_is_told_before_the_providers_are_imported(tmp_path: Path) -> None:
    for name in ("Pulumi.yaml", "__main__.py"):
        (tmp_path / name).write_text((ROOT / name).read_text())
    stack = (ROOT / "Pulumi.dev.yaml").read_text()
    (tmp_path / "Pulumi.dev.yaml").write_text(f"{stack}  firedrill:evaluationDelay: soon\n")
    command = [sys.executable, "-X", "importtime", "-m", "firedrill.render", "dev"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert "firedrill:evaluationDelay is 'soon'" in done.stdout
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "import time:" in line}
    assert "firedrill.components.config" in imported
    assert not [name for name in imported if name.startswith(("pulumi_cloudflare", "pulumi_datadog"))]


def test_what_the_program_refuses_is_the_whole_message(project: Project) -> None:
    assert refusal(project('\nraise pulumi.RunError("change this")')) == "change this"


def test_a_mistake_of_the_program_is_told_with_its_line_and_without_a_traceback(project: Project) -> None:
    text = refusal(project("\n1 / 0"))
    assert text == "The Pulumi program failed: __main__.py, line 10: ZeroDivisionError: division by zero"


def test_a_failing_output_is_told_as_well(project: Project) -> None:
    body = "\ndef fail(value):\n    raise KeyError(value)\n" + thing('{"k": pulumi.Output.from_input("v").apply(fail)}')
    assert refusal(project(body)) == "The Pulumi program failed in an output: __main__.py, line 11: KeyError: 'v'"


def test_a_program_that_ends_the_process_is_told_with_its_last_words(project: Project) -> None:
    text = refusal(project('\nimport os, sys\nprint("last words", file=sys.stderr, flush=True)\nos._exit(9)'))
    assert text == "Rendering stack 'dev' ended with exit code 9.\nlast words"


def test_two_resources_with_one_urn_are_refused(project: Project) -> None:
    assert refusal(project(thing("{}") * 2)) == (
        "Two resources are declared with the same URN urn:pulumi:dev::tiny::test:index:Thing::thing; "
        "rename one of them."
    )


def test_the_same_bytes_are_printed_twice_without_a_machines_path_or_a_credential() -> None:
    command = [sys.executable, "-m", "firedrill", "render", "--stack", "dev"]
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    runs = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    (first, first_errors), (second, second_errors) = (run.communicate() for run in runs)
    assert first_errors + second_errors == ""
    assert first == second
    assert str(ROOT) not in first
    assert json.loads(first)
