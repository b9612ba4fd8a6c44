"""rubyhash: parses a properly formatted Ruby hash, such as `{name => "John", :job => {"title" => "CTO"}}`.

Keys are names, symbols, texts or numbers; values are texts, numbers, symbols, true, false, nil, arrays and hashes. A
hash's end closes an array that was cut, as in the results that Datadog publishes with its Logstash pipeline.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput, v_args

from firedrill.vendors.datadog.grok.definitions import plain
from firedrill.vendors.datadog.grok.numbers import to_double, to_integer

_GRAMMAR = r"""
start: hash
hash: "{" [pair ("," pair)* ","?] "}"
pair: (NAME | SYMBOL | STRING | NUMBER) "=>" _value
    | (NAME | STRING) ":" _value
_value: hash | array | STRING | NUMBER | SYMBOL | NAME
array: "[" [_value ("," _value)* ","?] "]"?
STRING: /"(\\[\s\S]|[^"\\])*"|'(\\[\s\S]|[^'\\])*'/
NUMBER: /[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?/
SYMBOL.2: /:[A-Za-z_][A-Za-z0-9_]*[?!]?/
NAME: /[A-Za-z_][A-Za-z0-9_]*/
%ignore /\s+/
"""
_CONSTANTS = {"true": True, "false": False, "nil": None}
_ESCAPED = re.compile(r"\\([\s\S])")


@v_args(inline=True)
class _Builder(Transformer[Token, Any]):
    def start(self, value: Any) -> Any:
        return value

    def hash(self, *pairs: tuple[str, Any]) -> dict[str, Any]:
        return dict(pairs)

    def pair(self, key: Any, value: Any) -> tuple[str, Any]:
        return str(key), value

    def array(self, *values: Any) -> list[Any]:
        return list(values)

    def STRING(self, token: Token) -> str:  # noqa: N802 - a terminal's name
        return _ESCAPED.sub(r"\1", token[1:-1])

    def NUMBER(self, token: Token) -> int | float | None:  # noqa: N802
        return to_double(token) if to_integer(token) is None else to_integer(token)

    def SYMBOL(self, token: Token) -> str:  # noqa: N802
        return token[1:]

    def NAME(self, token: Token) -> str | bool | None:  # noqa: N802
        return _CONSTANTS.get(token, str(token))


@lru_cache(maxsize=1)
def _lark() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", transformer=_Builder(), maybe_placeholders=False)


def _rubyhash(value: Any) -> Any:
    if not isinstance(value, str):
        return None
    try:
        return _lark().parse(value)
    except UnexpectedInput:
        return None


FILTER = plain("rubyhash", _rubyhash)
