"""The policy pack in Pulumi's real engine, against the same policies offline."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from firedrill.policies.offline import Verdict, judge
from firedrill.render import render
from tests.command_line import firedrill

pytestmark = [
    pytest.mark.engine,
    pytest.mark.filterwarnings("ignore:.* has been deprecated:DeprecationWarning"),  # when the providers are imported
]

ROOT = Path(__file__).resolve().parents[2]
PACK = ("--policy-pack", str(ROOT / "firedrill" / "policies"))
LINKED = (".venv", "__main__.py", "components", "examples", "node_modules", "worker", "Pulumi.yaml")
BAD = """
  firedrill:compatibilityDate: "2026-01-01"
  firedrill:workers:
    conversation-state: { variables: { STRIPE_API_KEY: planted } }
"""

Stacks = Callable[[Path, str, Path], Any]


def project(folder: Path, name: str, config: str) -> Path:
    """The project with one stack of its own."""
    for linked in LINKED:
        (folder / linked).symlink_to(ROOT / linked)
    (folder / f"Pulumi.{name}.yaml").write_text(config)
    return folder


def offline(verdict: Verdict) -> list[tuple[str, str, str]]:
    return sorted((each.level, each.rule.id, each.item.name) for each in verdict.violations)


def engines(output: str) -> list[tuple[str, ...]]:
    """The violations that Pulumi printed: level, policy, resource."""
    return sorted(set(re.findall(r"- \[(\w+)\]  (\S+)  \(\S+ (\S+)\)", output)))


def test_the_engine_passes_a_shipped_stack_with_the_pack(
    tmp_path: Path, of: Stacks, language_host: None, capfd: pytest.CaptureFixture[str]
) -> None:
    outcome = of(ROOT, "dev", tmp_path / "state").run("preview", options=PACK)
    output = capfd.readouterr().out
    assert outcome.ok, output
    assert "✅ firedrill@" in output
    assert engines(output) == offline(judge("dev", render("dev", ROOT), {})) == []


def test_the_engine_knows_in_a_first_preview_which_metrics_a_collector_brings(
    tmp_path: Path, of: Stacks, language_host: None, capfd: pytest.CaptureFixture[str]
) -> None:
    outcome = of(ROOT, "prod", tmp_path / "state").run("preview", options=PACK)
    output = capfd.readouterr().out
    assert outcome.ok, output
    assert "firedrill@" in output
    assert "monitor-metrics-declared" not in output


def test_the_engine_takes_the_folder_that_the_command_prints(
    tmp_path: Path, of: Stacks, language_host: None, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "project").mkdir()
    root = project(tmp_path / "project", "bad", (ROOT / "Pulumi.dev.yaml").read_text() + BAD)
    folder = firedrill("policy", "--path", folder=root).out.strip()
    outcome = of(root, "bad", tmp_path / "state").run("preview", options=("--policy-pack", folder))
    output = capfd.readouterr().out
    assert not outcome.ok
    assert engines(output) == offline(judge("bad", render("bad", root), {}, root))
    assert ("mandatory", "worker-credentials-in-secret-bindings", "conversation-state-worker-script") in engines(output)


def test_the_engine_refuses_what_the_offline_run_refuses_and_for_the_same_reasons(
    tmp_path: Path, of: Stacks, language_host: None, capfd: pytest.CaptureFixture[str]
) -> None:
    config = (ROOT / "Pulumi.dev.yaml").read_text().replace("environment: dev", "environment: prod") + BAD
    (tmp_path / "project").mkdir()
    root = project(tmp_path / "project", "bad", config)
    outcome = of(root, "bad", tmp_path / "state").run("preview", options=PACK)
    output = capfd.readouterr().out
    assert not outcome.ok
    assert engines(output) == offline(judge("bad", render("bad", root), {}))
    assert {policy for _, policy, _ in engines(output)} == {
        "production-protected",
        "worker-compatibility-date-recent",
        "worker-credentials-in-secret-bindings",
    }
