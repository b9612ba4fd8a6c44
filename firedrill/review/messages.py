"""Two messages of a monitor compared: who is told of what, where they link to, and whether their words changed."""

from __future__ import annotations

import re

from firedrill.vendors.datadog.monitors.templates import Context, TemplateSyntaxError, compile_template, handles

_OCCASIONS = {
    "is_alert": "alerts",
    "is_warning": "warnings",
    "is_no_data": "missing data",
    "is_recovery": "recoveries",
}
"""What a monitor notifies of, by the conditional variable that holds then."""
_TAG = re.compile(r"(\{\{.*?\}\})", re.DOTALL)
_HANDLE = re.compile(r"(?<!\S)@\S+")
_LINK = re.compile(r"https?://\S+")

Told = dict[str, frozenset[str]]
"""The occasions of which a handle is told, by handle."""


def message_changes(before: str, after: str) -> list[str]:
    """How a message changed, one phrase each; nothing when it tells the same people the same."""
    old, new = _told(before), _told(after)
    phrases = []
    for handle in sorted(old.keys() | new.keys()):
        had, has = old.get(handle, frozenset()), new.get(handle, frozenset())
        if had - has:
            phrases.append(f"no longer notifies {handle}{_of(had - has) if has else ''}")
        if has - had:
            phrases.append(f"now notifies {handle}{_of(has - had) if had else ''}")
    phrases.sort(key=lambda phrase: not phrase.startswith("no longer"))
    links = [frozenset(_LINK.findall(_apart(each))) for each in (before, after)]
    phrases += [f"no longer links to {link}" for link in sorted(links[0] - links[1])]
    phrases += [f"now links to {link}" for link in sorted(links[1] - links[0])]
    if _words(before) != _words(after):
        phrases.append("message reworded")
    return phrases


def _told(message: str) -> Told:
    """Who is told of what; of everything in a message that Datadog would refuse."""
    try:
        template = compile_template(message)
        texts = {word: template.render(Context(states={name})).text for name, word in _OCCASIONS.items()}
    except TemplateSyntaxError:
        texts = dict.fromkeys(_OCCASIONS.values(), _apart(message))
    found = {word: handles(text) for word, text in texts.items()}
    return {
        handle: frozenset(word for word, told in found.items() if handle in told)
        for handle in sorted({handle for told in found.values() for handle in told})
    }


def _of(occasions: frozenset[str]) -> str:
    words = [word for word in _OCCASIONS.values() if word in occasions]
    return f" of {', '.join(words[:-1])}{' and ' if len(words) > 1 else ''}{words[-1]}"


def _words(message: str) -> list[str]:
    """What a message says, without whom it tells and where it links to."""
    return _LINK.sub("", _HANDLE.sub("", _apart(message))).split()


def _apart(message: str) -> str:
    """A message with a space around each tag of its template, as a block has at its edges."""
    return _TAG.sub(r" \1 ", message)
