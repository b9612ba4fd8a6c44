r"""From grok rules, one per line as `name pattern`, to nodes.

A line that starts with `#` is a comment. Inside double quotes `\\` is a backslash and `\"` a quote, so that `"\\d"` is
the regular expression `\d`; \n, \r and \t are control characters; any other backslash stays.
Source: docs.datadoghq.com/logs/log_configuration/parsing and docs.datadoghq.com/logs/guide/log-parsing-best-practice
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NoReturn

from lark import Lark, Token, Transformer, UnexpectedInput, v_args

from firedrill.vendors.datadog.grok import java
from firedrill.vendors.datadog.grok.errors import GrokSyntaxError
from firedrill.vendors.datadog.grok.nodes import Back, Flags, Function, Group, Node, Or, Reference, Rule, Text
from firedrill.vendors.datadog.syntax import read_lark

MAX_NESTING = 50

_LINE = re.compile(r"(\S+)(?:[ \t]+(.*))?", re.DOTALL)
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.]*")
_FLAGS = re.compile(r"\(\?([A-Za-z-]+):")
_ESCAPED = re.compile(r"\\([\s\S])")
_UNESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_NAMES = {
    "_END": "}",
    "_COLON": ":",
    "_COMMA": ",",
    "_LPAR": "(",
    "_RPAR": ")",
    "_CLOSE": ")",
    "NAME": "a name",
    "EXTRACT": "an attribute's path",
    "STRING": 'a "quoted text"',
    "NUMBER": "a number",
    "TEXT": "a pattern",
}
_HINTS = {
    "(": "a group that is a plain, (?:non-capturing), (?>atomic) or named one, a lookaround or scoped flags",
    "[": "a character class that ends with ], or \\[ for a bracket",
    "\\": "a character after the backslash",
}


class Misplaced(Exception):
    """A token that the grammar takes and grok does not: what was found there and what was expected."""

    def __init__(self, at: int, found: str, expected: str) -> None:
        self.at, self.found, self.expected = at, found, expected

    @classmethod
    def token(cls, token: Token, expected: str) -> Misplaced:
        """The whole token is misplaced."""
        return cls(token.start_pos or 0, repr(str(token)), expected)


class _Nesting:
    always_accept = ()

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        opened: list[Token] = []
        for token in stream:
            if token.type in ("OPEN", "_LPAR"):
                opened.append(token)
            elif token.type in ("_CLOSE", "_RPAR") and opened:
                opened.pop()
            if len(opened) > MAX_NESTING:
                raise Misplaced.token(token, f"parentheses nested at most {MAX_NESTING} deep")
            yield token
        if opened and opened[-1].type == "OPEN":
            raise Misplaced.token(opened[-1], "a ) that closes it, or \\( for a parenthesis")


@v_args(inline=True)
class _Builder(Transformer[Token, Any]):
    def start(self, *nodes: Node) -> tuple[Node, ...]:
        return nodes

    def text(self, token: Token) -> Text:
        return Text(java.text(token))

    def or_(self) -> Or:
        return Or()

    def class_(self, token: Token) -> Text:
        return Text(java.character_class(token), java.is_nested(token))

    def escape(self, token: Token) -> Text:
        if token[1] in "123456789":
            raise Misplaced.token(token, "a reference back to a group by its name, as \\k<name>")
        return Text(java.escape(token))

    def quoted(self, token: Token) -> Text:
        return Text(java.quoted(token))

    def back(self, token: Token) -> Back:
        return Back(token[3:-1], token.start_pos or 0)

    def flags(self, token: Token) -> Flags:
        return Flags(java.flags(token[2:-1]))

    def group(self, opening: Token, *nodes: Node) -> Group:
        return Group(_FLAGS.sub(lambda match: f"(?{java.flags(match[1])}:", opening), nodes)

    def reference(self, matcher: Function, *rest: Token | Function | None) -> Reference:
        extract = next((str(part) for part in rest if isinstance(part, Token)), None)
        transform = next((part for part in rest if isinstance(part, Function)), None)
        return Reference(matcher, "" if extract is None and transform else extract, transform, matcher.at)

    def function(self, name: Token, *arguments: Any) -> Function:
        return Function(
            str(name), tuple(argument for argument in arguments if argument is not None), name.start_pos or 0
        )

    def string(self, token: Token) -> str:
        return _ESCAPED.sub(lambda match: _UNESCAPED.get(match[1], match[0]), token[1:-1])

    def number(self, token: Token) -> int | float:
        return int(token) if re.fullmatch(r"[+-]?[0-9]+", token) else float(token)

    def option(self, name: Token, value: Token) -> tuple[str, str]:
        return str(name), str(value)


@lru_cache(maxsize=1)
def _lark() -> Lark:
    return Lark.open(
        "grok.lark",
        rel_to=__file__,
        parser="lalr",
        lexer="contextual",
        transformer=_Builder(),
        postlex=_Nesting(),
        maybe_placeholders=False,
    )


def parse_pattern(pattern: str) -> tuple[Node, ...]:
    """The nodes of one pattern; raises Misplaced."""
    try:
        return _lark().parse(pattern)  # type: ignore[return-value]
    except UnexpectedInput as error:
        at, found, expected = read_lark(error, pattern, _NAMES)
        raise Misplaced(at, found, _HINTS.get(found[1:2], expected)) from None


def parse_rules(text: str) -> list[Rule]:
    """The rules in a list of match or support rules, whose patterns are not read yet; raises GrokSyntaxError."""
    rules: list[Rule] = []
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.removesuffix("\r").lstrip()
        if line and not line.startswith("#"):
            rules.append(_rule(line, number, {rule.name for rule in rules}))
    return rules


def _rule(line: str, number: int, taken: set[str]) -> Rule:
    name, pattern = _LINE.match(line).groups()  # type: ignore[union-attr]
    rule = Rule(name, pattern or "", number, line, len(line) - len(pattern or ""))
    if name in taken:
        mistake(rule, 0, repr(name), "a name that no rule above has")
    return rule


def parse_rule(rule: Rule) -> tuple[Node, ...]:
    """The nodes of a rule; raises GrokSyntaxError."""
    if not _NAME.fullmatch(rule.name):
        mistake(rule, 0, repr(rule.name), "a rule's name of letters, digits, _ and . that does not start with a dot")
    if not rule.pattern:
        mistake(rule, len(rule.text), "the end", "a space and a pattern after the rule's name")
    try:
        return parse_pattern(rule.pattern)
    except Misplaced as error:
        mistake(rule, rule.start + error.at, error.found, error.expected)


def mistake(rule: Rule, at: int, found: str, expected: str) -> NoReturn:
    """Raise the GrokSyntaxError at an offset of the rule's line."""
    raise GrokSyntaxError(rule.text, rule.line, at + 1, found, expected)
