r"""Java's regular expressions, piece by piece, as Python's read them.

Classes of Java and POSIX are ASCII, as \w, \d, \s and \b are. A class inside a class and an intersection
(`[a-z&&[^b]]`) and Unicode's properties are left to the `regex` package, which has Java's notation.
Source: docs.oracle.com/javase/8/docs/api/java/util/regex/Pattern.html
"""

from __future__ import annotations

import re

_CLASSES = {
    "Lower": "a-z",
    "Upper": "A-Z",
    "ASCII": r"\x00-\x7f",
    "Alpha": "a-zA-Z",
    "Digit": "0-9",
    "Alnum": "a-zA-Z0-9",
    "Punct": r"!-/:-@\[-`{-~",
    "Graph": "!-~",
    "Print": " -~",
    "Blank": r" \t",
    "Cntrl": r"\x00-\x1f\x7f",
    "XDigit": "0-9a-fA-F",
    "Space": r"\t-\r ",
    "Word": r"\w",
}
_POSIX = {name.lower(): members for name, members in _CLASSES.items()}
_OF_UNICODE = {
    "L1": r"\x00-\xff",
    "LD": r"\p{L}\p{Nd}",
    "all": r"\x00-\U0010ffff",
    "IsControl": r"\p{Cc}",
    "IsDigit": r"\p{Nd}",
    "IsLetter": r"\p{L}",
    "IsPunctuation": r"\p{P}",
    "javaAlphabetic": r"\p{Alphabetic}",
    "javaDigit": r"\p{Nd}",
    "javaISOControl": r"\p{Cc}",
    "javaIdeographic": r"\p{Ideographic}",
    "javaLetter": r"\p{L}",
    "javaLetterOrDigit": r"\p{L}\p{Nd}",
    "javaLowerCase": r"\p{Lowercase}",
    "javaSpaceChar": r"\p{Z}",
    "javaTitleCase": r"\p{Lt}",
    "javaUpperCase": r"\p{Uppercase}",
    "javaWhitespace": r"\t-\r\x1c-\x20\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000",
}
"""Names of Java's that `regex` does not know, as members of a class."""
_CATEGORY = re.compile(r"Is((?:L[ulmtoC]?|M[nce]?|N[dlo]?|Z[slp]?|C[cfson]?|P[cdseifo]?|S[mcko]?))")
_HORIZONTAL, _VERTICAL = r" \t\xa0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000", r"\n-\r\x85\u2028\u2029"
_ASCII = {"w": "a-zA-Z0-9_", "d": "0-9", "s": r"\t-\r "}
_ENDS = {"z": r"\Z", "Z": r"(?=\n?\Z)", "G": r"\A", "R": r"(?:\r\n|[\n-\r\x85\u2028\u2029])", "e": r"\x1b"}
_PIECE = re.compile(
    r"\\[pP](?:\{[^{}]*\}|[A-Z])|\\x\{(?:10|[0-9A-Fa-f])?[0-9A-Fa-f]{1,4}\}|\\0(?:[0-3][0-7]{2}|[0-7]{1,2})|\\c[\s\S]"
    r"|\[:\^?[a-z]+:\]|\\[\s\S]|&&|--|~~|\|\||[\s\S]"
)
_NO_REPETITION = re.compile(r"\{(?!\d+(?:,\d*)?\}|,\d+\})")
_POSIX_CLASS = re.compile(r"\[:(\^?)([a-z]+):\]")
_UNICODE = re.compile(r"\\[pP]")
_FLAGS = {"i": "i", "m": "m", "s": "s", "x": "x", "U": "u"}
"""Java's flags as Python names them; the others change nothing here."""


def text(token: str) -> str:
    """Plain text with repetitions; a brace that is not one is escaped, since `regex` would read it differently."""
    return _NO_REPETITION.sub(r"\\{", token)


def escape(token: str) -> str:
    r"""A backslash with what belongs to it, outside of a class."""
    letter = token[1]
    if letter in "pP":
        members, negation = _property(token), "^" if letter == "P" else ""
        if members is not None:
            return f"[{negation}{members}]"
        members = _of_unicode(token)
        return f"(?u:{token})" if members[2:] == token[2:] else f"(?u:[{negation}{members}])"
    if letter in "hHvV":
        return f"[{'^' if letter in 'HV' else ''}{_HORIZONTAL if letter in 'hH' else _VERTICAL}]"
    return _ENDS.get(letter) or _character(token)


def quoted(token: str) -> str:
    r"""The text between \Q and \E."""
    return re.escape(token[2:].removesuffix(r"\E"))


def character_class(text: str) -> str:
    """A class in brackets, with all that is in it."""
    unicode = any(_property(match) is None for match in _properties(text))
    inside = "".join(_member(piece, unicode) for piece in _PIECE.findall(text[1:-1]))
    return f"(?u:[{inside}])" if unicode else f"[{inside}]"


def is_nested(text: str) -> bool:
    """Whether a class has another class or an intersection in it, which Python's own engine reads as characters."""
    return any(piece in ("[", "&&") for piece in _PIECE.findall(text[1:-1]))


def flags(text: str) -> str:
    """Those of the flags, as `i` or `i-s`, that Python has; Unicode's classes cannot be switched off in it."""
    on, _, off = text.partition("-")
    kept_on, kept_off = ({_FLAGS[flag] for flag in part if flag in _FLAGS} for part in (on, off))
    return "".join(sorted(kept_on)) + ("-" + "".join(sorted(kept_off)) if (kept_off := kept_off - {"u"}) else "")


def _character(token: str) -> str:
    """One character by its number or as a control character; any other escape as it is."""
    match token[1], token[2:]:
        case "x", code if code.startswith("{"):
            return re.escape(chr(int(code[1:-1], 16)))
        case "0", code if code:
            return re.escape(chr(int(code, 8)))
        case "c", char if char:
            return re.escape(chr(ord(char) ^ 64))
    return token


def _of_unicode(token: str) -> str:
    """The members of a property of Unicode, under a name that `regex` knows."""
    name = token[3:-1] if token[2:3] == "{" else token[2:]
    if (known := _OF_UNICODE.get(name)) is not None:
        return known
    category = _CATEGORY.fullmatch(name)
    return rf"\p{{{category[1] if category else name}}}"


def _properties(text: str) -> list[str]:
    return [piece for piece in _PIECE.findall(text) if piece[:2] in (r"\p", r"\P")]


def _property(token: str) -> str | None:
    """The members of a Java class in ASCII; None for a property of Unicode."""
    return _CLASSES.get(token[3:-1]) if token[2:3] == "{" else None


def _member(piece: str, unicode: bool) -> str:
    if match := _POSIX_CLASS.fullmatch(piece):
        members = _POSIX.get(match[2])
        # Java reads [:a:] as a class of colons and letters; it is always meant as POSIX.
        return piece if members is None else f"[^{members}]" if match[1] else members
    if len(piece) == 2 and piece[0] not in "\\&":
        return "".join(f"\\{char}" for char in piece)
    if piece[0] != "\\":
        return piece
    letter = piece[1]
    if letter in "pP":
        members = _property(piece) or _of_unicode(piece)
        return members if letter == "p" else f"[^{members}]"
    if letter in "hv":
        return _HORIZONTAL if letter == "h" else _VERTICAL
    if unicode and letter.lower() in _ASCII:
        return _ASCII[letter] if letter.islower() else f"[^{_ASCII[letter.lower()]}]"
    return _character(piece)
