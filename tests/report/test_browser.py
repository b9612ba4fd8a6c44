"""The report in headless Chromium, where one is installed (make browser)."""

from __future__ import annotations

from pathlib import Path

import pytest

from firedrill.drill.result import DrillResult
from firedrill.report.evidence import AlertEvidence
from firedrill.report.html.page import to_html
from tools.browser.opened import missing, opened

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


def test_a_browser_finds_nothing_wrong_on_the_report_and_asks_for_nothing(
    good: DrillResult, result: DrillResult, evidence: dict[str, dict[str, AlertEvidence]], tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    for html in (to_html(good, evidence), to_html(result, {})):
        page.write_text(html, encoding="utf-8")
        found = opened(page)
        assert {name: found[name] for name in ("requests", "console", "violations")} == {
            "requests": [],
            "console": [],
            "violations": [],
        }
        assert set(found["overflow"].values()) == {0}
        assert len(found["overflow"]) == 8  # wide, narrow, dark and printed, each as it is and with all details open


def test_a_browser_tells_what_is_wrong_with_a_page(tmp_path: Path) -> None:
    page = tmp_path / "bad.html"
    page.write_text(
        "<!DOCTYPE html><html lang=en><title>bad</title><main><h1>bad</h1><img src='gone.png'>"
        "<p style='color:#999;background:#fff'>pale</p><div style='width:2000px'>wide</div>"
        "<script>console.log('said')</script></main>"
    )
    found = opened(page)
    assert {each["id"] for each in found["violations"]} >= {"image-alt", "color-contrast"}
    assert all(each.endswith("gone.png") for each in found["requests"])
    assert found["requests"]
    assert "said" in found["console"]
    assert found["overflow"]["narrow"] > 1000
