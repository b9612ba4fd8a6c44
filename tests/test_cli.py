"""The command line as a user meets it: every mistake ends as one clear message, and nothing is left behind."""

from __future__ import annotations

import copy
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from firedrill import cli
from firedrill.drill.compiled import compile_workers
from firedrill.drill.plan import plan_of
from firedrill.resources import LOGPUSH_JOB, MONITOR, WORKERS_SCRIPT, Resource, dumps
from firedrill.runtime import Take, recording, workerd
from firedrill.runtime.workerd import Workerd
from firedrill.vendors.cloudflare.rules.fields import FIELD
from firedrill.vendors.datadog.rules import windows
from tests.json_schemas import as_its_schema_says
from tests.shipped_monitors import of_stack

ROOT = Path(__file__).resolve().parents[1]
KEYS = ROOT / "firedrill" / "components" / "config" / "keys.yaml"
MONITORS = ", ".join(sorted(spec.id for spec in of_stack("dev")))
API_KEY, SALT = "PLANTED-api-key-11", "PLANTED-salt-13"
INTERRUPTIBLE = """
import os, signal
from firedrill.runtime.recording import Worker
original = Worker.take
def announced(worker, *arguments, **options):
    os.write(1, f"{worker.workerd.process.pid} {worker.workerd.folder}\\n".encode())
    return original(worker, *arguments, **options)
Worker.take = announced
from firedrill.cli import run
run()
"""
"""The command line, telling of each workerd that it runs."""


@dataclass(frozen=True)
class Ended:
    """How a run ended: exit code, what it wrote, and the names of what it left in the temporary folder."""

    code: object
    out: str
    err: str
    left: list[str]


Firedrill = Callable[..., Ended]
Write = Callable[..., Path]


def refused(message: str) -> Ended:
    """A run that could not begin."""
    return Ended(2, "", f"firedrill: {message}\n", [])


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The only place for temporary files, empty at first; in memory where the drill's own place is."""
    memory = workerd._MEMORY_FOLDER
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else tmp_path) as name:
        monkeypatch.setattr(workerd, "_MEMORY_FOLDER", Path(name))
        monkeypatch.setattr(tempfile, "tempdir", name)
        monkeypatch.setenv("TMPDIR", name)
        yield Path(name)


@pytest.fixture
def firedrill(temporary: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Firedrill:
    """Runs the command line in this process, at the project's folder."""
    monkeypatch.chdir(ROOT)

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["firedrill", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.run()
        return Ended(ended.value.code, *capfd.readouterr(), sorted(path.name for path in temporary.iterdir()))

    return run


@pytest.fixture
def written(rendered: list[Resource], tmp_path: Path) -> Write:
    """Writes the dev stack's resources to a file, with `change` applied to the inputs of the one of a type and name."""

    def write(token: str = "", change: Callable[[dict[str, Any]], object] = len, name: str = "") -> Path:
        resources = copy.deepcopy(rendered)
        if token:
            (found,) = [each for each in resources if each.type == token and each.name.endswith(name)]
            change(found.inputs)
            assert resources != rendered, "the mutation changed nothing"
        path = tmp_path / "resources.json"
        path.write_text(dumps(resources), encoding="utf-8")
        return path

    return write


@pytest.fixture
def project(tmp_path: Path) -> Write:
    """A copy of the project whose dev stack has the given config besides its own, and planted secrets."""

    def write(config: Mapping[str, object] = {}) -> Path:
        root = tmp_path / "project"
        root.mkdir()
        for name in ("firedrill", "node_modules"):
            (root / name).symlink_to(ROOT / name)
        for name in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(ROOT / name, root)
        shutil.copytree(ROOT / "worker", root / "worker")
        stack = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8"))
        stack["config"] |= {
            "firedrill:datadogApiKey": {"secure": API_KEY},
            "firedrill:telemetrySalt": {"secure": SALT},
            **config,
        }
        (root / "Pulumi.dev.yaml").write_text(yaml.safe_dump(stack), encoding="utf-8")
        return root

    return write


@contextmanager
def hooked(monkeypatch: pytest.MonkeyPatch, hook: Callable[[Workerd], object]) -> Iterator[None]:
    """Call `hook` with the running workerd before its first take."""
    original = recording.Worker.take

    def with_hook(worker: recording.Worker, *arguments: Any, **options: Any) -> Take:
        hook(worker.workerd)
        return original(worker, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(recording.Worker, "take", with_hook)
        yield


def test_help_names_the_commands() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "firedrill", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert re.findall(r"│ (render|drill) ", done.stdout) == ["render", "drill"]
    assert done.stderr == ""


def test_an_unknown_stack_is_answered_with_those_there_are(firedrill: Firedrill) -> None:
    assert firedrill("drill", "--stack", "qa") == refused(
        "There is no stack 'qa': Pulumi.qa.yaml does not exist. Stacks: dev, example, prod, staging."
    )


@pytest.mark.parametrize(
    "arguments",
    [("up", "--port", "65536"), ("up", "--port", "-1"), ("cloud", "--cloudflare-port", "99999")],
    ids=" ".join,
)
def test_a_port_that_there_is_not_is_refused_at_once(firedrill: Firedrill, arguments: Sequence[str]) -> None:
    assert firedrill(*arguments) == refused(
        f"the port is {arguments[-1]}; give one from 1 to 65535, or 0 for any that is free"
    )


def test_a_speed_that_is_none_is_refused_before_anything_is_deployed(firedrill: Firedrill) -> None:
    assert firedrill("up", "--speed", "0") == refused(
        "the speed is 0; give a number above 0 and up to 3600, 1 being real time"
    )


def test_an_unknown_scenario_is_answered_with_those_there_are(
    firedrill: Firedrill, written: Write, rendered: list[Resource]
) -> None:
    (service,) = compile_workers(rendered)
    plan = plan_of(service, ROOT)
    known = ", ".join(sorted([*(scenario.name for scenario in plan.scenarios), *plan.possible]))
    assert firedrill("drill", "--resources", written(), "--scenario", "flood") == refused(
        f"scenario 'flood' does not exist; there are {known}."
    )


@pytest.mark.parametrize("option", ["--monitor", "--explain"])
def test_an_unknown_monitor_is_answered_with_those_there_are(firedrill: Firedrill, written: Write, option: str) -> None:
    assert firedrill("drill", "--resources", written(), option, "do-eror") == refused(
        f"monitor 'do-eror' does not exist (did you mean 'do-errors'?); there are {MONITORS}."
    )


@pytest.mark.parametrize("name", ["missing.json", ""])
def test_resources_that_are_no_file_are_refused(firedrill: Firedrill, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert firedrill("drill", "--resources", path) == refused(
        f"{str(path)!r} is not a file; create it with: firedrill render > FILE"
    )


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"{}", "it is not a list"),
        (b"[{}]", "entry 1 has no 'type'"),
    ],
)
def test_a_file_of_something_else_than_resources_is_refused(
    firedrill: Firedrill, tmp_path: Path, content: bytes, what: str
) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(content)
    assert firedrill("drill", "--resources", path) == refused(
        f"{path} is not a list of rendered resources ({what}); create it with: firedrill render"
    )


@pytest.mark.parametrize("option", ["--prices", "--traffic"])
def test_a_file_of_costs_that_is_not_there_is_refused(
    firedrill: Firedrill, written: Write, tmp_path: Path, option: str
) -> None:
    path = tmp_path / "missing.yaml"
    assert firedrill("cost", "--resources", written(), option, path) == refused(
        f"{path} does not exist; correct its path."
    )


def test_a_field_that_logpush_does_not_have_is_refused(firedrill: Firedrill, written: Write) -> None:
    path = written(LOGPUSH_JOB, lambda inputs: inputs["outputOptions"]["fieldNames"].append("WallTime"))
    assert firedrill("drill", "--resources", path) == refused(
        f"Logpush job 'conversation-state-dev': output_options.field_names is 'WallTime'; allowed: {FIELD}; perhaps"
        " WallTimeMs is meant."
    )


@pytest.mark.workerd
def test_a_class_that_the_bundle_does_not_export_is_refused(firedrill: Firedrill, written: Write) -> None:
    def rename(inputs: dict[str, Any]) -> None:
        inputs["bindings"][0]["className"] = "ConversationDO"
        inputs["migrations"]["newSqliteClasses"] = ["ConversationDO"]

    assert firedrill("drill", "--resources", written(WORKERS_SCRIPT, rename)) == refused(
        "WorkersScript 'conversation-state-dev': bindings.CONVERSATION_STATE.class_name is 'ConversationDO'; allowed: a"
        " class that the code exports (Cloudflare: Cannot apply new-class migration to class 'ConversationDO' that is"
        " not exported by script. [code: 10070]; exported: ConversationStateDO, default); export the class, or correct"
        " its name."
    )


@pytest.mark.parametrize("option", ["--html", "--json", "--junit"])
def test_a_report_in_a_folder_that_does_not_exist_is_refused_before_the_drill(
    firedrill: Firedrill, tmp_path: Path, option: str
) -> None:
    assert firedrill("drill", option, tmp_path / "none" / "report") == refused(
        f"there is no folder {str(tmp_path / 'none')!r} for the report; make it, or name another place."
    )


def test_a_page_of_a_diff_that_cannot_be_placed_is_refused_before_the_diff(
    firedrill: Firedrill, tmp_path: Path
) -> None:
    assert firedrill("diff", "main", "--html", tmp_path) == refused(
        f"{str(tmp_path)!r} is a folder; name a file for the report."
    )


@pytest.mark.parametrize("option", ["--html", "--json", "--junit"])
def test_a_report_that_would_be_a_folder_is_refused_before_the_drill(
    firedrill: Firedrill, tmp_path: Path, option: str
) -> None:
    assert firedrill("drill", option, tmp_path) == refused(
        f"{str(tmp_path)!r} is a folder; name a file for the report."
    )


@pytest.mark.parametrize("option", ["--html", "--json", "--junit"])
def test_a_report_that_may_not_be_written_is_refused_before_the_drill(
    firedrill: Firedrill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: (path, mode) != (tmp_path, os.W_OK))
    path = tmp_path / "report"
    assert firedrill("drill", option, path) == refused(
        f"{str(path)!r} cannot be written to; name another place for the report."
    )


@pytest.mark.workerd
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_report_that_finds_the_disk_full_is_told(firedrill: Firedrill, written: Write) -> None:
    ended = firedrill("drill", "--resources", written(), "--scenario", "lone-failure", "--json", "/dev/full")
    assert (ended.code, ended.left) == (2, [])
    assert ended.err.splitlines()[-1] == (
        "firedrill: cannot write '/dev/full': No space left on device; name another place for the report."
    )


def test_a_workerd_that_is_not_installed_is_told(
    firedrill: Firedrill, written: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(workerd, "from_npm", lambda root, pattern: None)
    ended = firedrill("drill", "--resources", written())
    assert re.fullmatch(
        r"firedrill: workerd is not installed \(there is no @cloudflare/workerd-[a-z]+-[a-z0-9]+ in node_modules\); "
        r"install it with: make setup\n",
        ended.err,
    )
    assert replace(ended, err="") == Ended(2, "", "", [])


@pytest.mark.workerd
def test_a_workerd_that_is_killed_is_told(
    firedrill: Firedrill, written: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hooked(monkeypatch, lambda running: running.process.kill()):
        assert firedrill("drill", "--resources", written()) == refused("workerd was killed by SIGKILL")


def test_a_disk_without_room_is_told(
    firedrill: Firedrill, written: Write, monkeypatch: pytest.MonkeyPatch, temporary: Path
) -> None:
    monkeypatch.setattr(workerd, "NEEDED_BYTES", 2**70)
    ended = firedrill("drill", "--resources", written())
    told = rf"firedrill: {re.escape(str(temporary))} has \S+ MiB left and {2**50} MiB are needed: free some space\n"
    assert re.fullmatch(told, ended.err)
    assert replace(ended, err="") == Ended(2, "", "", [])


def test_a_folder_that_does_not_exist_is_told(firedrill: Firedrill, tmp_path: Path) -> None:
    missing = tmp_path / "none"
    assert firedrill("render", "--root", missing) == refused(
        f"the system refused {missing}: No such file or directory."
    )


@pytest.mark.workerd
def test_a_proven_drill_ends_with_0_and_writes_its_reports(
    firedrill: Firedrill, written: Write, tmp_path: Path
) -> None:
    reports = ("--json", tmp_path / "drill.json", "--junit", tmp_path / "drill.xml")
    page = tmp_path / "drill.html"
    ended = firedrill("drill", "--resources", written(), "--scenario", "lone-failure", *reports, "--html", page)
    assert (ended.code, ended.left) == (0, []), ended.out + ended.err
    assert "conversation-state: 5 of 18 alerts proven, 13 quiet, " in ended.out
    assert re.search(r"^workerd, conversation-state: (\d) of \1 takes, [\d.]+ s$", ended.err, re.MULTILINE)
    assert re.search(r"^simulate, conversation-state: (\d) of \1 scenarios, [\d.]+ s$", ended.err, re.MULTILINE)
    assert as_its_schema_says("drill", (tmp_path / "drill.json").read_text(encoding="utf-8"))["proven"]
    assert 'tests="19" failures="0"' in (tmp_path / "drill.xml").read_text(encoding="utf-8")
    assert ended.err.endswith(f"look at it: {page}\n")
    assert "What was chosen is proven" in page.read_text(encoding="utf-8")


@pytest.mark.workerd
def test_a_drill_that_is_not_proven_ends_with_1(firedrill: Firedrill, written: Write) -> None:
    def silence(inputs: dict[str, Any]) -> None:
        inputs["monitorThresholds"]["critical"] = "-1"
        inputs["query"] = inputs["query"].replace("< 25", "< -1")

    path = written(MONITOR, silence, "monitors-low-traffic")
    ended = firedrill("drill", "--resources", path, "--scenario", "lone-failure", "--monitor", "low-traffic")
    assert (ended.code, ended.left) == (1, [])
    assert "not proven: low-traffic never went to Alert in scenario lone-failure\n" in ended.out
    assert ended.out.startswith("stack dev: NOT PROVEN, in ")
    page = Path(".firedrill", "report.html")
    assert ended.err.endswith(f"look at it: {page}\n")
    assert "low-traffic never went to Alert in scenario lone-failure" in page.read_text(encoding="utf-8")
    assert "conversation-state: 0 of 1 alerts proven, " in ended.out


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.workerd
def test_ctrl_c_while_workerd_runs_leaves_nothing_behind(written: Write) -> None:
    drill = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, "drill", "--resources", str(written())],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert drill.stdout is not None
    first = drill.stdout.readline()
    drill.send_signal(signal.SIGINT)
    others, errors = drill.communicate(timeout=30)
    assert (drill.returncode, errors) == (130, "firedrill: interrupted.\n")
    for pid, folder in map(str.split, {first, *others.splitlines()}):
        assert is_gone(int(pid))
        assert not Path(folder).exists()


def test_ctrl_c_while_the_program_is_rendered_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: tiny\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    os.mkfifo(tmp_path / "rendering")
    (tmp_path / "__main__.py").write_text(
        "import time\npipe = open('rendering', 'w')\nprint('begun', file=pipe, flush=True)\ntime.sleep(60)\n"
    )
    drill = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, "drill", "--root", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # a terminal sends Ctrl-C to every process of its foreground
    )
    with open(os.open(tmp_path / "rendering", os.O_RDONLY | os.O_NONBLOCK)) as rendering:
        assert select.select([rendering], [], [], 60)[0], "the program never ran"
        assert rendering.readline() == "begun\n"
        os.killpg(drill.pid, signal.SIGINT)
        out, errors = drill.communicate(timeout=30)
        assert (drill.returncode, out, errors) == (130, "", "firedrill: interrupted.\n")
        ended, _, _ = select.select([rendering], [], [], 10)
        assert ended, "the rendering process still has its end of the pipe"
        assert rendering.read() == ""


def test_every_mistake_in_the_config_is_told_at_once_and_no_secret(project: Write) -> None:
    thresholds = {"critical": 200, "warning": 300, "recovery": 150, "warningRecovery": 120}
    root = project(
        {
            "firedrill:datadogApikey": API_KEY,
            "firedrill:evaluationDelay": "soon",
            "firedrill:monitors": {"do-errors": {"window": "last_7min"}, "do-latency": thresholds},
        }
    )
    done = subprocess.run(
        [sys.executable, "-m", "firedrill", "drill", "--root", str(root)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    keys = ", ".join(yaml.safe_load(KEYS.read_text(encoding="utf-8")))
    change = "set it in Pulumi.dev.yaml, or run: pulumi config set --path firedrill:{0} VALUE --stack dev\n"
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "firedrill: The config of stack 'dev' has 4 problems.\n"
        "firedrill:datadogApikey is not a config key\n"
        f"  allowed: one of {keys}\n"
        "  change:  did you mean datadogApiKey? Otherwise remove it from Pulumi.dev.yaml,"
        " or run: pulumi config rm --path firedrill:datadogApikey --stack dev\n"
        "firedrill:evaluationDelay is 'soon'\n"
        "  allowed: whole seconds, 60 to 86400\n"
        f"  change:  {change.format('evaluationDelay')}"
        "firedrill:monitors.do-errors.window is 'last_7min'\n"
        f"  allowed: {windows.ALLOWED}\n"
        f"  change:  {change.format('monitors.do-errors.window')}"
        "firedrill:monitors.do-latency.warning is 300\n"
        "  allowed: below critical (200)\n"
        f"  change:  {change.format('monitors.do-latency.warning')}"
    )
    assert API_KEY not in done.stderr


@pytest.mark.parametrize("command", ["render", "policy", "drill"])
def test_a_plain_credential_that_a_destination_names_is_refused_and_not_told(project: Write, command: str) -> None:
    archive = {"type": "r2", "bucket": "logs", "accessKeyId": "archiveKeyId", "secretAccessKey": "archiveKey"}
    root = project(
        {
            "firedrill:destinations": {"archive": archive},
            "firedrill:archiveKeyId": {"secure": "v1:any"},
            "firedrill:archiveKey": API_KEY,
        }
    )
    line = [sys.executable, "-m", "firedrill", command, "--root", str(root)]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "firedrill: The config of stack 'dev' has 1 problem.\n"
        "firedrill:archiveKey is not encrypted\n"
        "  allowed: a secret, encrypted by Pulumi\n"
        "  change:  run: pulumi config set --secret firedrill:archiveKey --stack dev\n"
    )


def test_a_class_that_the_sources_do_not_export_is_told(project: Write) -> None:
    unknown = {
        "ConversationStateDO": False,
        "ConversationDO": {"binding": "CONVERSATION_STATE", "operations": ["store"]},
    }
    root = project({"firedrill:workers": {"conversation-state": {"classes": unknown}}})
    done = subprocess.run(
        [sys.executable, "-m", "firedrill", "drill", "--root", str(root)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "firedrill: The Worker 'conversation-state' has 1 problem.\n"
        "worker/src/index.mjs is without an export ConversationDO (did you mean 'ConversationStateDO'?)\n"
        "  allowed: a default handler and the classes of firedrill:workers.conversation-state;"
        " exported: ConversationStateDO, default\n"
        "  change:  export it there, or change the stack's config\n"
    )


@pytest.mark.workerd
def test_no_secret_of_the_stack_reaches_anything_that_the_drill_writes_or_runs(
    firedrill: Firedrill, project: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    texts: list[str] = []

    def read(running: Workerd) -> None:
        texts.extend(path.read_text(errors="replace") for path in running.folder.iterdir() if path.is_file())

    reports = (tmp_path / "drill.json", tmp_path / "drill.xml")
    with hooked(monkeypatch, read):
        ended = firedrill(
            *("drill", "--root", project(), "--scenario", "storage-failing", "--explain", "do-errors"),
            *("--json", reports[0], "--junit", reports[1]),
        )
    assert (ended.code, ended.left) == (0, []), ended.out + ended.err
    texts += [ended.out, ended.err, *(report.read_text(encoding="utf-8") for report in reports)]
    assert "[secret]" in "".join(texts), "the Worker has a secret binding"
    assert [text for text in texts if API_KEY in text or SALT in text] == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ("up", "--port", "http"),
            "--port is 'http'; allowed: a whole number from 1 to 65535, or 0 for any that is free.",
        ),
        (("up", "--speed", "fast"), "--speed is 'fast'; allowed: a number above 0, 1 being real time."),
        (
            ("cloud", "--datadog-port", "1.5"),
            "--datadog-port is '1.5'; allowed: a whole number from 1 to 65535, or 0 for any that is free.",
        ),
        (("fault", "storage-slow", "on", "--rate", "half"), "--rate is 'half'; allowed: a fraction from 0 to 1."),
        (("fault", "storage-slow", "on", "--ms", "2s"), "--ms is '2s'; allowed: a whole number of milliseconds."),
        (("monitor", "--resources", "-", "--minutes", "0"), "--minutes is '0'; allowed: a whole number of at least 1."),
        (
            ("monitor", "--resources", "-", "--minutes", "ten"),
            "--minutes is 'ten'; allowed: a whole number of at least 1.",
        ),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_an_option_that_takes_a_number_names_the_value_that_is_none(
    firedrill: Firedrill, arguments: Sequence[str], told: str
) -> None:
    assert firedrill(*arguments) == refused(told)


@pytest.mark.parametrize("other", [("--json",), ("--resources", "a.json")], ids=" ".join)
def test_the_path_of_the_policy_pack_is_asked_for_alone(firedrill: Firedrill, other: Sequence[str]) -> None:
    assert firedrill("policy", "--path", *other) == refused(
        f"--path only prints where the pack is, and {other[0]} is about a report; give one of them."
    )


def test_a_list_of_scenarios_needs_no_esbuild(project: Write) -> None:
    root = project()
    (root / "node_modules").unlink()
    listed = subprocess.run(
        [sys.executable, "-m", "firedrill", "list"], cwd=root, capture_output=True, text=True, check=False
    )
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "  scenario storage-slow: " in listed.stdout
    assert "  monitor do-latency: proven by storage-slow" in listed.stdout
