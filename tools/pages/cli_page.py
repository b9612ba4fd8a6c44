"""docs/cli.md: every command with its arguments and options, from what the command line itself declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from firedrill.cli import app
from tools.pages.markdown import GENERATED, contents, page, table


def commands() -> dict[str, Any]:
    """Each command of the command line by its name."""
    return dict(get_command(app).commands)  # type: ignore[attr-defined]


def shown(command: Any) -> list[Any]:
    """The arguments and options of a command that are there for everybody."""
    return [each for each in command.params if not getattr(each, "hidden", False) and each.name != "help"]


def markdown() -> str:
    """The page of all commands."""
    blocks = [
        GENERATED,
        "# Commands",
        "`firedrill` is what `pip install firedrill` installs, and `make setup` makes in `.venv/bin`.\n"
        "A command works on the project that it is started in: the nearest `Pulumi.yaml`, in that folder or above it.\n"
        "Other exit codes: 2 for a mistake, which the message says how to fix, and 130 for Ctrl-C.",
        "These come before the command, as in `firedrill -C shop drill`:",
        _table(get_command(app)),
        contents(commands()),
    ]
    for name, command in commands().items():
        blocks += [f"## {name}", f"`{_usage(name, command)}`", command.help]
        if shown(command):
            blocks.append(_table(command))
    return page(*blocks)


def _table(command: Any) -> str:
    rows = [(_names(each), _default(each), _help(each)) for each in shown(command)]
    return table(("argument or option", "default", "what it is"), rows)


def _usage(name: str, command: Any) -> str:
    return " ".join(["firedrill", name, *_arguments(command), "[options]"])


def _arguments(command: Any) -> Iterator[str]:
    for each in shown(command):
        if _is_argument(each):
            yield _place(each) if each.required else f"[{_place(each)}]"
        elif each.required:
            yield f"{each.opts[0]} {_place(each)}"


def _names(each: Any) -> str:
    if _is_argument(each):
        return f"`{_place(each)}`"
    named = [f"`{name}`" for name in (*each.opts, *each.secondary_opts)]
    return ", ".join(named) + ("" if each.is_flag else f" `{_place(each)}`")


def _default(each: Any) -> str:
    if each.required:
        return "required"
    if not _is_argument(each) and each.is_flag:
        return f"`{each.opts[0]}`" if each.default else ""
    return f"`{each.default}`" if each.default else ""


def _help(each: Any) -> str:
    return str(each.help or "").replace("<", "\\<")


def _place(each: Any) -> str:
    return str(each.metavar or each.name.upper())


def _is_argument(each: Any) -> bool:
    return bool(each.param_type_name == "argument")
