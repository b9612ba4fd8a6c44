from __future__ import annotations

from tools import gen
from tools.pages.markdown import contents, page, table


def test_a_bar_or_a_line_break_in_a_cell_does_not_end_the_cell() -> None:
    assert table(("a", "b"), [("x|y", "1\n2")]) == "| a | b |\n| --- | --- |\n| x\\|y | 1 2 |"


def test_blocks_of_a_page_stand_apart_and_it_ends_in_a_line_break() -> None:
    assert page("# A", "text") == "# A\n\ntext\n"


def test_the_contents_lead_to_the_sections_by_the_anchors_of_github() -> None:
    assert contents(["A: b", "c-d"]) == "[A: b](#a-b) · [c-d](#c-d)"


def test_every_row_of_every_generated_table_has_the_cells_of_its_head() -> None:
    for name, text in gen.generated().items():
        for block in (block for block in text.split("\n\n") if block.startswith("| ")):
            assert len({line.replace("\\|", "").count("|") for line in block.splitlines()}) == 1, name
