"""What the pages name exists: commands, options, scripts, config keys, monitors, scenarios, policies, pages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from firedrill.components.destination_settings import KINDS
from firedrill.components.monitor_settings import MonitorSettings
from firedrill.components.monitors.table import MONITORS
from firedrill.components.routing_settings import DeployWindow, Route
from firedrill.components.worker_settings import ClassSettings, WorkerSettings
from firedrill.cost.prices import prices
from firedrill.cost.traffic import Traffic, WorkerTraffic
from firedrill.live.faults import NAMES
from firedrill.policies.rules import RULES
from firedrill.render import render
from firedrill.resources import MONITOR
from firedrill.scenarios.drill_file import DrillFile
from firedrill.vendors.rules.prices import Price, Prices
from tools.pages import cli_page

ROOT = Path(__file__).resolve().parents[2]
KEYS = ROOT / "firedrill" / "components" / "config" / "keys.yaml"
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "worker" / "README.md", *DOCS.rglob("*.md")])
HOW_TO = sorted((DOCS / "how-to").glob("*.md"))
COMMANDS = cli_page.commands()
MADE_UP = {
    "dialogue",
    "cold-starts",
    "many-conversations",
    "archive",
    "archiveKeyId",
    "archiveKey",
    "security",
    "splunkToken",
    "shopToken",
}
"""What a reader adds in the course of a page."""

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def code(page: Path) -> Iterator[str]:
    """Every line of a code block, without its prompt, and every inline code."""
    text = page.read_text()
    for block in re.findall(r"^ *```\w*\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE):
        yield from (line.strip().removeprefix("$ ") for line in block.splitlines())
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE))


def blocks(page: Path, language: str) -> list[str]:
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```", page.read_text(), re.DOTALL | re.MULTILINE)
    return ["\n".join(line.removeprefix(indent) for line in block.splitlines()) for indent, block in found]


@each_page
def test_every_command_and_option_exists(page: Path) -> None:
    for line in code(page):
        for name, rest in re.findall(r"(?:^|-m |&& )firedrill ([a-z]+)\b([^|&>#]*)", line):
            assert name in COMMANDS, line
            options = {option for each in COMMANDS[name].params for option in (*each.opts, *each.secondary_opts)}
            assert set(re.findall(r"(?<!\S)--?[a-z][\w-]*", rest)) <= options, line


@each_page
def test_every_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {target for line in code(page) for target in re.findall(r"(?:^|&& )make ([a-z]+)(?= [A-Z]+=| &&|$)", line)}
    assert named <= targets


@each_page
def test_every_file_that_code_names_exists(page: Path) -> None:
    roots = "|".join((r"docs/\w", r"firedrill/\w", r"tests", r"tools", r"worker/\w", r"\.github"))
    for line in code(page):
        for name in re.findall(rf"(?<![\w/.-])(?:{roots})[\w./-]*\.(?:py|mjs|md|yaml|yml|sh)\b", line):
            assert (ROOT / name).exists() or Path(name).stem in MADE_UP, f"{name} in {line}"


@each_page
def test_every_link_into_a_page_meets_a_heading(page: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#\s]*)#([^)\s]+)\)", page.read_text()):
        if "://" not in target:
            text = (page.parent / target if target else page).read_text()
            slugs = {
                re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
                for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
            }
            assert anchor in slugs, f"{target}#{anchor}"


def test_every_page_is_found_from_the_index() -> None:
    reached, waiting = set(), [DOCS / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            links = re.findall(r"\]\(([^)#\s]+)", page.read_text())
            waiting += [(page.parent / link).resolve() for link in links if "://" not in link]
    assert set(DOCS.rglob("*.md")) - reached == set()


def test_every_generated_page_is_in_the_index() -> None:
    index = (DOCS / "README.md").read_text()
    for name in ("cli", "config", "metrics", "monitors", "errors", "policies", "prices", "support", "drill-file"):
        assert f"({name}.md)" in index


def fields(model: Any) -> set[str]:
    return {str(field.alias or name) for name, field in model.model_fields.items()}


@each_page
def test_every_config_key_exists(page: Path) -> None:
    keys = set(yaml.safe_load(KEYS.read_text()))
    named = set(re.findall(r"firedrill:([a-z]\w+)\b(?!:)", page.read_text()))
    assert named <= keys | MADE_UP, page.name
    for path in re.findall(r"\bworkers\.[\w<>-]+\.(?:classes\.[\w<>-]+\.)?(\w+)", page.read_text()):
        assert path in fields(WorkerSettings) | fields(ClassSettings), path


@pytest.mark.parametrize("page", HOW_TO, ids=lambda page: page.stem)
def test_every_yaml_of_a_how_to_is_config_or_a_drill_file(page: Path) -> None:
    ids = {spec.id for spec in MONITORS}
    known = {
        *yaml.safe_load(KEYS.read_text()),
        *fields(WorkerSettings),
        *fields(ClassSettings),
        *fields(MonitorSettings),
        *(key for kind in KINDS.values() for key in fields(kind)),
        *(key for table in (DOCS / "drill-file.md",) for key in re.findall(r"^\| `(\w+)`", table.read_text(), re.M)),
        *fields(DrillFile),
        *(key for model in (Traffic, WorkerTraffic, Prices, Price, Route, DeployWindow) for key in fields(model)),
        *prices().items,
        *ids,
        *MADE_UP,
        *("page", "chat", "config", "type", "secret", "description", "value", "emails", "webhooks"),
    }
    for block in blocks(page, "yaml"):
        for key in keys_of(yaml.safe_load(block)):
            name = key.removeprefix("firedrill:")
            assert name in known or name[0].isupper() or name in ("conversation-state", "tickets"), key


def keys_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from () if key == "json" else keys_of(inner)  # a body is anybody's
    if isinstance(value, list):
        for inner in value:
            yield from keys_of(inner)


@pytest.mark.parametrize("page", HOW_TO, ids=lambda page: page.stem)
def test_every_python_of_a_how_to_imports_what_there_is(page: Path) -> None:
    for block in blocks(page, "python"):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom):
                module = import_module(str(node.module))
                for each in node.names:
                    assert hasattr(module, each.name), each.name


@each_page
def test_every_fault_and_scenario_exists(page: Path) -> None:
    scenarios = set(re.findall(r"^\| `([a-z][a-z-]+)`", (DOCS / "drill-file.md").read_text(), re.MULTILINE))
    scenarios |= set(yaml.safe_load((ROOT / "worker" / "drill.yaml").read_text())["scenarios"])
    monitors = {spec.id for spec in MONITORS}
    for line in code(page):
        assert set(re.findall(r"firedrill fault ([a-z-]+)", line)) <= set(NAMES), line
        for name in re.findall(r"--scenario ([\w/-]+)", line):
            assert name.split("/")[-1] in scenarios, line
        for name in re.findall(r"--(?:monitor|explain) ([a-z][\w/-]+)", line):
            assert name.split("/")[-1] in monitors, line


@pytest.mark.parametrize("page", [*HOW_TO, DOCS / "design.md"], ids=lambda page: page.stem)
def test_every_policy_and_monitor_that_a_page_calls_by_name_exists(page: Path) -> None:
    text = " ".join(page.read_text().split())
    assert set(re.findall(r"policy `([\w-]+)`", text)) <= {rule.id for rule in RULES}
    assert set(re.findall(r"monitor `([\w-]+)`", text)) <= {spec.id for spec in MONITORS}


def test_every_secret_and_variable_of_the_workflows_is_explained() -> None:
    page = (DOCS / "how-to" / "run-in-ci.md").read_text()
    workflows = "".join(file.read_text() for file in (ROOT / ".github" / "workflows").glob("*.yml"))
    for name in re.findall(r"\b(?:secrets|vars)\.(\w+)", workflows):
        assert f"`{name}`" in page, name


def test_every_workflow_and_script_of_ci_is_explained() -> None:
    page = (DOCS / "how-to" / "run-in-ci.md").read_text()
    for file in (ROOT / ".github" / "workflows").glob("*.yml"):
        assert f"| {file.stem} |" in page
    for file in (ROOT / "tools" / "ci").glob("*.sh"):
        assert f"`tools/ci/{file.name}" in page


def test_every_decision_is_in_the_design() -> None:
    page = " ".join((DOCS / "design.md").read_text().split())
    for file in (DOCS / "adr").glob("*.md"):
        title = file.read_text().splitlines()[0].removeprefix("# ")
        number, _, text = title.partition(". ")
        assert f"- [ADR {number}](adr/{file.name}): {text}" in page


def test_the_tutorial_counts_what_there_is() -> None:
    page = (DOCS / "tutorial.md").read_text()
    declared = [each for each in render("dev", ROOT) if each.type == MONITOR]
    assert f": {len(declared)} of {len(declared)} alerts proven, " in page
    assert set(re.findall(r"stack \w+: (\d+) policies", page)) == {str(len(RULES))}
