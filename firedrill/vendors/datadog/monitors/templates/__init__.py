"""Messages of monitors: conditional blocks, variables and @handles, compiled once and rendered per notification.

Source: docs.datadoghq.com/monitors/notify/variables
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from firedrill.vendors.datadog.monitors.templates.compile import Block, Insert, Node, Text, compile_nodes
from firedrill.vendors.datadog.monitors.templates.conditions import Context
from firedrill.vendors.datadog.monitors.templates.errors import TemplateSyntaxError
from firedrill.vendors.datadog.monitors.templates.outputs import OverridePriority
from firedrill.vendors.datadog.monitors.templates.values import Path, Value, Variables, show, spell
from firedrill.vendors.datadog.rules.handles import broken_handles, handles, without_handles

__all__ = [
    "Context",
    "Path",
    "Rendered",
    "Template",
    "TemplateSyntaxError",
    "Value",
    "Variables",
    "broken_handles",
    "compile_template",
    "handles",
    "show",
    "spell",
    "without_handles",
]


class Rendered(NamedTuple):
    """A rendered text, and the priority that `{{override_priority}}` gave or None."""

    text: str
    priority: str | None


@dataclass(frozen=True)
class Template:
    """A compiled message."""

    source: str
    nodes: tuple[Node, ...]

    def render(self, context: Context) -> Rendered:
        """The message for one notification, without leading and trailing white space."""
        parts: list[str] = []
        priority = None
        for node in _walk(self.nodes, context):
            if isinstance(node, Text):
                parts.append(node.text)
            elif isinstance(node.output, OverridePriority):
                priority = node.output.priority
            else:
                text = show(node.output.value(context.variables))
                parts.append(escape(text) if node.encoded else text)
        return Rendered("".join(parts).strip(), priority)

    def outline(self) -> str:
        """The text with a word for every output and a space at the edges of blocks: what can be judged unrendered."""
        return _outline(self.nodes)

    def paths(self) -> Iterator[tuple[Path, bool]]:
        """Every variable read, and whether a condition (rather than an output) reads it."""
        return _paths(self.nodes)


def compile_template(source: str) -> Template:
    """Compile a message, raising TemplateSyntaxError with line, column and what was expected."""
    return Template(source, compile_nodes(source))


def _walk(nodes: tuple[Node, ...], context: Context) -> Iterator[Text | Insert]:
    for node in nodes:
        if isinstance(node, Block):
            yield from _walk(node.body if node.condition.holds(context) else node.otherwise, context)
        else:
            yield node


def _outline(nodes: tuple[Node, ...]) -> str:
    parts = []
    for node in nodes:
        if isinstance(node, Block):
            parts.append(f" {_outline(node.body)} {_outline(node.otherwise)} ")
        else:
            parts.append(node.text if isinstance(node, Text) else "value")
    return "".join(parts)


def _paths(nodes: tuple[Node, ...]) -> Iterator[tuple[Path, bool]]:
    for node in nodes:
        if isinstance(node, Insert):
            yield from ((path, False) for path in node.output.paths)
        elif isinstance(node, Block):
            yield from ((path, True) for path in node.condition.paths)
            yield from _paths((*node.body, *node.otherwise))
