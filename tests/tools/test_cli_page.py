"""The page of commands: complete, and in Markdown that shows what it says."""

from __future__ import annotations

import pytest

from tools.pages import cli_page

PAGE = cli_page.markdown()


@pytest.mark.parametrize("name", cli_page.commands())
def test_a_command_has_a_section_with_all_that_it_takes(name: str) -> None:
    section = PAGE.split(f"\n## {name}\n")[1].split("\n## ")[0]
    command = cli_page.commands()[name]
    assert command.help in section
    for each in cli_page.shown(command):
        for option in (*each.opts, *each.secondary_opts):
            assert f"`{option.upper() if option == each.name else option}`" in section


def test_what_comes_before_a_command_has_a_table_of_its_own() -> None:
    before = PAGE.split("\n## ")[0]
    for option in ("`--version`", "`-C` `DIR`", "`--no-color`", "`--install-completion`"):
        assert option in before


def test_what_has_to_be_given_is_in_the_usage() -> None:
    assert "`firedrill diff BASE [HEAD] [options]`" in PAGE
    assert "`firedrill check --resources FILE [options]`" in PAGE


def test_a_default_is_shown_where_there_is_one() -> None:
    assert "| `--stack`, `-s` `STACK` | `dev` |" in PAGE
    assert "| `--serve`, `--no-serve` | `--serve` |" in PAGE
    assert "| `--port` `PORT` |  |" in PAGE


def test_what_looks_like_html_is_escaped() -> None:
    assert "Pulumi.\\<stack>.yaml" in PAGE


def test_hidden_options_are_left_out() -> None:
    assert "--root" not in PAGE
    assert "--help" not in PAGE
