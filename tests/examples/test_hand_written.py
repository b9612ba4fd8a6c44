"""A program that nobody wrote for Firedrill: examples/hand-written."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.command_line import firedrill

pytestmark = pytest.mark.workerd

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "hand-written"


@pytest.fixture(scope="module")
def resources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example's resources, rendered once."""
    done = firedrill("render", "--root", str(EXAMPLE))
    assert (done.code, done.err) == (0, "")
    file = tmp_path_factory.mktemp("rendered") / "resources.json"
    file.write_text(done.out)
    return file


def test_every_alert_of_every_worker_is_proven(resources: Path) -> None:
    done = firedrill("drill", "--root", str(EXAMPLE), "--resources", str(resources))
    assert done.code == 0, done.out
    assert "search: 1 of 1 alerts proven" in done.out
    assert "shop: 2 of 2 alerts proven" in done.out
    assert "the traffic of redirects (GET /, as no drill file says what it gets)" in " ".join(done.out.split())


def test_its_resources_are_checked_and_its_policies_know_what_is_drilled(resources: Path) -> None:
    assert firedrill("check", "--resources", str(resources)).code == 0
    judged = json.loads(firedrill("policy", "--root", str(EXAMPLE), "--resources", str(resources), "--json").out)
    found = {each["policy"] for each in judged["violations"]}
    assert not found & {"monitor-drilled", "logpush-right-dataset", "monitor-handles-in-config", "no-plain-credential"}


def test_its_page_names_the_kinds_of_mandatory_findings_that_the_policies_have(resources: Path) -> None:
    judged = json.loads(firedrill("policy", "--root", str(EXAMPLE), "--resources", str(resources), "--json").out)
    found = [each["policy"] for each in judged["violations"] if each["level"] == "mandatory"]
    page = (EXAMPLE.parents[1] / "docs" / "how-to" / "drill-your-own-program.md").read_text()
    named = set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE))
    assert (named, f"{len(found)} mandatory findings" in page) == (set(found), True)


def changed(resources: Path, before: str, after: str) -> str:
    """The rendered resources with one text changed."""
    text = resources.read_text()
    assert before in text
    return text.replace(before, after)


def test_all_bindings_that_workerd_cannot_provide_are_named_with_the_file_to_change(
    resources: Path, tmp_path: Path
) -> None:
    (tmp_path / "workers").mkdir()
    (tmp_path / "workers" / "shop.mjs").write_bytes((EXAMPLE / "workers" / "shop.mjs").read_bytes())
    file = tmp_path / "resources.json"
    file.write_text(changed(resources, '"type": "plain_text"', '"type": "ai"').replace("kv_namespace", "vectorize"))
    done = firedrill("drill", "--root", str(tmp_path), "--resources", str(file), "--worker", "shop")
    assert done.code == 2
    place = "WorkersScript 'shop', binding"
    end = "is not supported by the emulator; see docs/support.md for what is."
    assert done.err.splitlines()[-2:] == [
        f"firedrill: {place} 'PRICES': binding type vectorize {end}",
        f"{place} 'DEFAULT_PRICE': binding type ai {end} To drill the Worker without them, write in drill/shop.yaml "
        "bindings: {PRICES: null, DEFAULT_PRICE: null}; or say what methods answer, such as "
        "{DEFAULT_PRICE: {run: {response: fine}}}",
    ]


def test_a_monitor_without_a_scenario_is_found_by_the_policies_and_by_the_drill_alike(
    resources: Path, tmp_path: Path
) -> None:
    (tmp_path / "workers").mkdir()
    (tmp_path / "workers" / "shop.mjs").write_bytes((EXAMPLE / "workers" / "shop.mjs").read_bytes())
    (tmp_path / "drill").mkdir()
    (tmp_path / "drill" / "shop.yaml").write_text(
        "traffic:\n  - session: ['PUT /{id}/apple']\nbindings: {PRICES: null}\n"
    )
    judged = json.loads(firedrill("policy", "--root", str(tmp_path), "--resources", str(resources), "--json").out)
    drilled = [each["finding"] for each in judged["violations"] if each["policy"] == "monitor-drilled"]
    assert drilled == ["neither the drill nor drill/shop.yaml has a scenario that makes it fire"] * 3
    done = firedrill("drill", "--root", str(tmp_path), "--resources", str(resources))
    assert done.code == 1
    assert done.out.count("has no scenario in which it must fire") == 3, done.out
