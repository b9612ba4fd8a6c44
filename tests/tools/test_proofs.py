"""How each alert was proven, in its runbook: what is kept is of what is declared, and is drawn."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from firedrill.render import stack_config
from tools.pages import proofs
from tools.pages.shipped import PROJECT

PROOF = {
    "declared": "now",
    "monitor": "do-errors",
    "scenario": "storage-failing",
    "summary": "Every storage call fails.",
    "said": ["alerts 4 min after the fault begins, of 10 min allowed"],
}
WRITTEN = "# Errors\n\n## What to do\nLook.\n"


@pytest.fixture
def runbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "proofs").mkdir()
    monkeypatch.setattr(proofs, "RUNBOOKS", tmp_path)
    monkeypatch.setattr(proofs, "KEPT", tmp_path / "proofs" / "proofs.json")
    monkeypatch.setattr(proofs, "declarations", lambda: {"do-errors": "now"})
    page = tmp_path / "do-errors.md"
    page.write_text(WRITTEN)
    return page


def text(page: Path, **kept: object) -> str:
    proofs.KEPT.write_text(json.dumps(kept))
    return proofs.sections()[f"docs/runbooks/{page.name}"]


def test_a_runbook_ends_with_how_its_alert_was_proven(runbook: Path) -> None:
    found = text(runbook, **{"do-errors": PROOF})
    assert found.startswith(f"{WRITTEN}\n## How it was proven\n![do-errors in scenario storage-failing](proofs/do-err")
    assert "- alerts 4 min after the fault begins, of 10 min allowed\n" in found
    runbook.write_text(found)
    assert text(runbook, **{"do-errors": PROOF}) == found


def test_the_proof_of_what_is_declared_otherwise_today_is_left_out(runbook: Path) -> None:
    runbook.write_text(text(runbook, **{"do-errors": PROOF}))
    assert text(runbook, **{"do-errors": {**PROOF, "declared": "before"}}) == WRITTEN
    assert text(runbook) == WRITTEN


def test_every_proof_that_is_kept_has_its_picture_and_every_picture_a_proof() -> None:
    kept = json.loads(proofs.KEPT.read_text())
    pictures = {each.stem: each for each in proofs.KEPT.parent.glob("*.svg")}
    assert kept.keys() == pictures.keys()
    for name, picture in pictures.items():
        drawn = fromstring(picture.read_text())  # noqa: S314 - our own
        assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
        assert name in "".join(drawn.itertext())


def test_a_digest_is_of_each_alert_of_prod_and_changes_with_its_threshold(monkeypatch: pytest.MonkeyPatch) -> None:
    before = proofs.declarations()
    assert {"do-latency", "worker-5xx-rate", "do-availability-fast-burn"} <= before.keys()
    config = stack_config.read(proofs.STACK, PROJECT)
    monitors = {**json.loads(config.values["firedrill:monitors"]), "do-latency": {"critical": 444, "recovery": 300}}
    config.values["firedrill:monitors"] = json.dumps(monitors)
    monkeypatch.setattr(stack_config, "read", lambda stack, root: config)
    after = proofs.declarations()
    assert {name for name in before if before[name] != after[name]} == {"do-latency"}
