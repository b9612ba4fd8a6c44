"""Programs of many shapes, none of them written for Firedrill: each is rendered, or refused with what to change."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from firedrill.render import render
from firedrill.resources import SECRET, Resource
from firedrill.vendors.errors import FiredrillError

Files = Mapping[str, str]
Project = Callable[[Files], Path]
PLANTED = "PLANTED-KEY-4711"
PROJECT = "name: shop\nruntime: python\n"
THING = 'pulumi.CustomResource("test:index:Thing", "thing", {})\n'


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Writes a project with an empty stack, dev; the files of a test go over those that every project has."""

    def write(files: Files) -> Path:
        for name, text in {"Pulumi.yaml": PROJECT, "Pulumi.dev.yaml": "", **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return write


def rendered(root: Path) -> dict[str, Resource]:
    """The resources of the project's only stack, by name."""
    return {each.name: each for each in render("dev", root)}


def inputs(body: str, expression: str) -> Files:
    """A program whose one resource has the value of an expression."""
    return {
        "__main__.py": f'import pulumi\n{body}\npulumi.CustomResource("test:index:T", "it", {{"v": {expression}}})\n'
    }


VALUES: dict[str, tuple[Files, object]] = {
    "the stack's name": (inputs("", "pulumi.get_stack()"), "dev"),
    "the project's name": (inputs("", "pulumi.get_project()"), "shop"),
    "the organisation": (inputs("", "pulumi.get_organization()"), "organization"),
    "config without a namespace in the project": (
        {**inputs("", "pulumi.Config().require('size')"), "Pulumi.yaml": f"{PROJECT}config:\n  size: 5\n"},
        "5",
    ),
    "config of a provider in the project": (
        {
            **inputs("", "pulumi.Config('aws').require('region')"),
            "Pulumi.yaml": PROJECT + "config:\n  aws:region: {value: eu-west-1}\n",
        },
        "eu-west-1",
    ),
    "a secret of the config": (
        {
            **inputs("", "pulumi.Config().require_secret('key')"),
            "Pulumi.dev.yaml": f"config:\n  shop:key: {{secure: {PLANTED}}}\n",
        },
        SECRET,
    ),
    "an output of a resource": (
        inputs('other = pulumi.CustomResource("test:index:T", "other", {})', "other.id.apply(lambda id: bool(id))"),
        True,
    ),
    "all of several outputs": (
        inputs("", "pulumi.Output.all(1, pulumi.Output.from_input(2)).apply(lambda both: sum(both))"),
        3,
    ),
    "a coroutine": (inputs("async def later():\n    return 7\n", "later()"), 7),
    "a task": (
        inputs("import asyncio\nasync def later():\n    return 7\ntask = asyncio.ensure_future(later())", "task"),
        7,
    ),
    "a file beside the program": ({**inputs("", "open('a.txt').read()"), "a.txt": "hello"}, "hello"),
    "a file by the program's own path": (
        {**inputs("from pathlib import Path", "(Path(__file__).parent / 'a.txt').read_text()"), "a.txt": "hello"},
        "hello",
    ),
    "an asset": (inputs("", "type(pulumi.StringAsset('x')).__name__"), "StringAsset"),
    "a module beside it": ({**inputs("import sizes", "sizes.BIG"), "sizes.py": "BIG = 9\n"}, 9),
    "a module called as one of Firedrill's own": (
        {**inputs("from tools import render", "render.BIG"), "tools/__init__.py": "", "tools/render.py": "BIG = 9\n"},
        9,
    ),
    "a package with relative imports": (
        {
            **inputs("from infra import sizes", "sizes.BIG"),
            "infra/__init__.py": "",
            "infra/sizes.py": "from .more import BIG\n",
            "infra/more.py": "BIG = 9\n",
        },
        9,
    ),
    "a look-up of what an empty account has": (
        inputs("", "pulumi.runtime.invoke('cloudflare:index/getZones:getZones', {'name': 'x'}).value['results']"),
        [],
    ),
    "a look-up that the project answers": (
        {
            **inputs("", "pulumi.runtime.invoke('aws:index/getX:getX', {}).value['arn']"),
            "firedrill-lookups.yaml": "aws:index/getX:getX: {arn: here}\n",
        },
        "here",
    ),
    "an output of another stack that the project answers": (
        {
            **inputs("net = pulumi.StackReference('org/net/prod')", "net.require_output('vpc')"),
            "firedrill-lookups.yaml": "org/net/prod: {vpc: vpc-1}\n",
        },
        "vpc-1",
    ),
    "what is deployed elsewhere": (
        inputs("", "pulumi.CustomResource('test:index:T', 'other', {}, pulumi.ResourceOptions(id='abc')).id"),
        "abc",
    ),
    "a program that is a file elsewhere": (
        {
            "Pulumi.yaml": f"{PROJECT}main: infra/program.py\n",
            "infra/program.py": inputs("import sizes", "[sizes.BIG, open('a.txt').read()]")["__main__.py"],
            "infra/sizes.py": "BIG = 9\n",
            "infra/a.txt": "x",
        },
        [9, "x"],
    ),
    "a program in another folder": (
        {"Pulumi.yaml": f"{PROJECT}main: infra/\n", "infra/__main__.py": inputs("", "1")["__main__.py"]},
        1,
    ),
    "options of the runtime": (
        {
            **inputs("", "1"),
            "Pulumi.yaml": "name: shop\nruntime: {name: python, options: {virtualenv: venv, toolchain: pip}}\n",
        },
        1,
    ),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_program_that_uses(project: Project, name: str) -> None:
    files, value = VALUES[name]
    assert rendered(project(files))["it"].inputs == {"v": value}


def test_packages_of_the_projects_own_virtual_environment_are_found(project: Project) -> None:
    packages = sysconfig.get_path("purelib", vars={"base": "venv", "platbase": "venv"})
    options = "name: shop\nruntime: {name: python, options: {virtualenv: venv}}\n"
    files = {**inputs("import far", "far.AWAY"), "Pulumi.yaml": options, f"{packages}/far.py": "AWAY = 3\n"}
    assert rendered(project(files))["it"].inputs == {"v": 3}


def test_resources_of_other_providers_and_components_and_exports_are_left_alone(project: Project) -> None:
    program = """
import pulumi, pulumi.dynamic

class Site(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("acme:index:Site", name)
        below = pulumi.ResourceOptions(parent=self)
        pulumi.CustomResource("aws:s3/bucket:Bucket", "bucket", {"tags": {"a": "b"}}, below)
        self.register_outputs({"done": True})

class Own(pulumi.dynamic.ResourceProvider):
    def create(self, props):
        return pulumi.dynamic.CreateResult("1", props)

class Dynamic(pulumi.dynamic.Resource):
    def __init__(self, name):
        super().__init__(Own(), name, {"a": 1})

account = pulumi.ProviderResource("cloudflare", "account", {"apiToken": "PLANTED-KEY-4711"})
Site("site")
Dynamic("dynamic")
pulumi.CustomResource("command:local:Command", "command", {"create": "true"}, pulumi.ResourceOptions(provider=None))
pulumi.CustomResource("cloudflare:index/r2Bucket:R2Bucket", "held", {}, pulumi.ResourceOptions(provider=account))
pulumi.export("secret", pulumi.Output.secret("x"))
"""
    found = rendered(project({"__main__.py": program}))
    assert set(found) == {"account", "site", "bucket", "dynamic", "command", "held"}
    assert found["bucket"].parent == found["site"].urn
    assert PLANTED not in str(found)
    assert "apiToken" not in found["account"].secret_inputs


def test_a_consumer_of_a_queue_of_the_program_has_the_id_of_that_queue(project: Project) -> None:
    program = """
import pulumi_cloudflare as cloudflare

jobs = cloudflare.Queue("jobs", account_id="a", queue_name="jobs")
cloudflare.QueueConsumer("consumer", account_id="a", queue_id=jobs.queue_id, script_name="shop", type="worker")
"""
    found = rendered(project({"__main__.py": program}))
    assert found["consumer"].inputs["queueId"] == found["jobs"].id


def test_what_a_program_and_what_it_starts_print_does_not_get_between_the_resources(project: Project) -> None:
    body = (
        f"import subprocess, sys\nprint('noise')\nsubprocess.run([{sys.executable!r}, '-c', 'print(1)'], check=True)\n"
    )
    assert set(rendered(project({"__main__.py": f"import pulumi\n{body}{THING}"}))) == {"thing"}


def test_an_empty_program_declares_nothing(project: Project) -> None:
    assert rendered(project({"__main__.py": ""})) == {}


def test_plain_credentials_are_never_rendered_and_not_called_secret(project: Project) -> None:
    program = f"""
import pulumi
conf = "datadog://http-intake.logs.datadoghq.com/api/v2/logs?header_DD-API-KEY={PLANTED}&ddsource=shop"
job = "cloudflare:index/logpushJob:LogpushJob"
pulumi.CustomResource(job, "job", {{"destinationConf": conf}})
bindings = [{{"name": "TOKEN", "type": "secret_text", "text": "{PLANTED}"}}]
pulumi.CustomResource("cloudflare:index/workersScript:WorkersScript", "script", {{"bindings": bindings}})
pulumi.CustomResource("test:index:T", "address", {{"url": "https://me:{PLANTED}@host/x"}})
"""
    found = rendered(project({"__main__.py": program}))
    start = "datadog://http-intake.logs.datadoghq.com/api/v2/logs?header_DD-API-KEY="
    assert found["job"].inputs == {"destinationConf": f"{start}{SECRET}&ddsource=shop"}
    assert found["script"].inputs == {"bindings": [{"name": "TOKEN", "type": "secret_text", "text": SECRET}]}
    assert found["address"].inputs == {"url": f"https://{SECRET}:{SECRET}@host/x"}
    assert {each.secret_inputs for each in found.values()} == {()}


FAILED = "The Pulumi program failed: "
REFUSALS: dict[str, tuple[Files, str]] = {
    "no program": ({}, "there is no __main__.py, the program that Pulumi runs; write it, or set main to it."),
    "a main that is nowhere": (
        {"Pulumi.yaml": f"{PROJECT}main: infra\n"},
        "Pulumi.yaml: main is 'infra'; there is no infra/__main__.py, the program that Pulumi runs; write it, or set "
        "main to it.",
    ),
    "a syntax error": (
        {"__main__.py": "import pulumi\nx = (1,\n"},
        f"{FAILED}__main__.py, line 2: SyntaxError: '(' was never closed",
    ),
    "a syntax error in a module": (
        {"__main__.py": "import other\n", "other.py": "def\n"},
        f"{FAILED}other.py, line 1: SyntaxError: invalid syntax",
    ),
    "tabs and blanks": (
        {"__main__.py": "if True:\n\tx = 1\n        y = 2\n"},
        f"{FAILED}__main__.py, line 3: TabError: inconsistent use of tabs and spaces in indentation",
    ),
    "a package that is not installed": (
        {"__main__.py": "import pulumi\nimport pulumi_nothing\n"},
        f"{FAILED}__main__.py, line 2: ModuleNotFoundError: No module named 'pulumi_nothing'; install it where "
        "Firedrill is installed (pip install ...), or correct the import of pulumi_nothing",
    ),
    "a name that a module does not have": (
        {"__main__.py": "from pulumi import Nothing\n"},
        f"{FAILED}__main__.py, line 1: ImportError: cannot import name 'Nothing' from 'pulumi'",
    ),
    "an interruption that it raises itself": (
        {"__main__.py": "raise KeyboardInterrupt\n"},
        f"{FAILED}__main__.py, line 1: KeyboardInterrupt",
    ),
    "a task that it cancels itself": (
        {"__main__.py": "import asyncio\nraise asyncio.CancelledError\n"},
        f"{FAILED}__main__.py, line 2: CancelledError",
    ),
    "an interruption in an output": (
        {
            "__main__.py": "import pulumi\ndef stop(_):\n    raise KeyboardInterrupt\n"
            "pulumi.Output.from_input(1).apply(stop)\n"
        },
        "The Pulumi program failed in an output: __main__.py, line 3: KeyboardInterrupt",
    ),
    "exit with a code": (
        {"__main__.py": "import sys\nsys.exit(1)\n"},
        "The Pulumi program ended itself: __main__.py, line 2: exit(1), before Pulumi had what it declares; to refuse "
        "something, raise pulumi.RunError with what is wrong.",
    ),
    "exit with a text": (
        {"__main__.py": "exit('no')\n"},
        "The Pulumi program ended itself: __main__.py, line 1: exit('no'), before Pulumi had what it declares; to "
        "refuse something, raise pulumi.RunError with what is wrong.",
    ),
    "infinite recursion": (
        {"__main__.py": "def again():\n    again()\nagain()\n"},
        f"{FAILED}__main__.py, line 2: RecursionError: maximum recursion depth exceeded",
    ),
    "a variable of the environment": (
        {"__main__.py": "import os\nos.environ['API_KEY']\n"},
        f"{FAILED}__main__.py, line 2: KeyError: 'API_KEY'; a program sees no variables of its own here: read it from "
        "the stack's config (pulumi config set)",
    ),
    "a question": (
        {"__main__.py": "input('sure? ')\n"},
        f"{FAILED}__main__.py, line 1: EOFError: EOF when reading a line",
    ),
    "config that is missing": (
        {"__main__.py": "import pulumi\npulumi.Config().require('size')\n"},
        "Missing required configuration variable 'shop:size'\n\tplease set a value using the command `pulumi config "
        "set shop:size <value>`",
    ),
    "config of another type": (
        {
            "__main__.py": "import pulumi\npulumi.Config().require_int('size')\n",
            "Pulumi.dev.yaml": "config:\n  shop:size: big\n",
        },
        "Configuration 'shop:size' value 'big' is not a valid 'int'",
    ),
    "a name that is used twice": (
        {"__main__.py": f"import pulumi\n{THING}{THING}"},
        "Two resources are declared with the same URN urn:pulumi:dev::shop::test:index:Thing::thing; rename one of "
        "them.",
    ),
    "a resource without a name": (
        {"__main__.py": "import pulumi\npulumi.CustomResource('test:index:T', '', {})\n"},
        f"{FAILED}__main__.py, line 2: TypeError: Missing resource name argument (for URN creation)",
    ),
    "a relative import in the program": (
        {"__main__.py": "from . import other\n", "other.py": ""},
        f"{FAILED}__main__.py, line 1: ImportError: attempted relative import with no known parent package",
    ),
    "an event loop of its own": (
        {"__main__.py": "import asyncio\nasync def main():\n    pass\nasyncio.run(main())\n"},
        f"{FAILED}__main__.py, line 4: RuntimeError: asyncio.run() cannot be called from a running event loop",
    ),
    "a file that is missing": (
        {"__main__.py": "open('dist/worker.mjs')\n"},
        f"{FAILED}__main__.py, line 1: FileNotFoundError: [Errno 2] No such file or directory: 'dist/worker.mjs'",
    ),
    "a look-up that nobody answers": (
        {"__main__.py": "import pulumi\npulumi.runtime.invoke('aws:index/getX:getX', {})\n"},
        "The program looks up aws:index/getX:getX, for which rendering has no answer without an account. Write what it "
        "finds to firedrill-lookups.yaml in the project's folder, such as aws:index/getX:getX: {id: x}; or read it "
        "from the stack's config.",
    ),
    "an output of another stack that nobody answers": (
        {"__main__.py": "import pulumi\npulumi.StackReference('org/net/prod')\n"},
        "The program reads the outputs of the stack 'org/net/prod', which rendering does not know. Write those that it "
        "uses to firedrill-lookups.yaml in the project's folder, such as org/net/prod: {name-of-an-output: value}",
    ),
    "an answer that is no mapping": (
        {"__main__.py": "", "firedrill-lookups.yaml": "aws:index/getX:getX: 5\n"},
        "firedrill-lookups.yaml: 'aws:index/getX:getX' is 5; write a mapping of what the look-up finds, such as "
        "aws:index/getX:getX: {id: x}",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_program_is_refused_for(project: Project, name: str) -> None:
    files, text = REFUSALS[name]
    with pytest.raises(FiredrillError) as error:
        render("dev", project(files))
    told = str(error.value)
    assert told.startswith(text)
    assert "Traceback" not in told


def test_a_program_that_prints_a_lot_is_refused_with_the_reason_alone(project: Project) -> None:
    program = "import sys\nprint('noise')\nprint('noise', file=sys.stderr)\n1 / 0\n"
    with pytest.raises(FiredrillError) as error:
        render("dev", project({"__main__.py": program}))
    assert str(error.value) == f"{FAILED}__main__.py, line 4: ZeroDivisionError: division by zero"


def test_a_project_without_any_stack_is_told_how_to_get_one(project: Project) -> None:
    root = project({"__main__.py": ""})
    (root / "Pulumi.dev.yaml").unlink()
    with pytest.raises(FiredrillError) as error:
        render("dev", root)
    assert str(error.value) == (
        "There is no stack 'dev': Pulumi.dev.yaml does not exist. There are no stacks here: make the file, which may "
        "be empty, or run: pulumi stack init dev"
    )
