"""The policies on rendered resources: without an account, an engine or a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

from firedrill.documents import mistakes_told
from firedrill.policies.rule import Declared, Item, Level, Violation, violations
from firedrill.policies.rules import RULES
from firedrill.resources import Resource
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.documents import json_value, read_text
from firedrill.vendors.rules.suggestions import hint

CONFIG = "policies/config.json"
"""Levels of single rules, in the form of `pulumi preview --policy-pack-config`."""

ALL = "all"
"""Stands for every policy there, but for those that have a level of their own.

Source: pulumi.com/docs/using-pulumi/crossguard/configuration
"""


@dataclass(frozen=True)
class Verdict:
    """What the rules found in one stack; `checks` counts how many times a rule looked at a resource."""

    stack: str
    violations: tuple[Violation, ...]
    checks: int

    @property
    def passed(self) -> bool:
        """Whether nothing mandatory is violated."""
        return not any(each.level == "mandatory" for each in self.violations)


def declared(resources: Sequence[Resource], root: Path) -> Declared:
    """Rendered resources of the project in `root` as the rules see them."""
    return Declared(
        [
            Item(
                type=each.type,
                name=each.name,
                urn=each.urn,
                inputs=each.inputs,
                parent=each.parent,
                protect=each.protect,
                secrets=each.secret_inputs,
                depends_on=each.depends_on,
            )
            for each in resources
        ],
        root,
    )


def judge(stack: str, resources: Sequence[Resource], levels: Mapping[str, Level], root: Path = Path()) -> Verdict:
    """Every rule over every resource of the stack, which the project in `root` declares."""
    seen = declared(resources, root)
    active = [rule for rule in RULES if levels.get(rule.id, rule.level) != "disabled"]
    checks = sum(len(seen.of(*rule.of)) for rule in active)
    return Verdict(stack, tuple(violations(RULES, seen, levels)), checks)


def read_levels(path: Path) -> dict[str, Level]:
    """The levels that the pack's config sets; none where there is no such file. Raises FiredrillError for mistakes."""
    if not path.exists():
        return {}
    with mistakes_told():
        given = json_value(read_text(path, str(path)), str(path))
    if not isinstance(given, dict):
        raise FiredrillError(f"{path} holds {given!r}; it must be an object of policy names.")
    levels = {name: _level(path, name, value) for name, value in given.items()}
    every = levels.pop(ALL, None)
    return ({rule.id: every for rule in RULES} if every else {}) | levels


def _level(path: Path, name: str, value: Any) -> Level:
    known = [ALL, *(rule.id for rule in RULES)]
    if name not in known:
        raise FiredrillError(f"{path}: there is no policy {name!r}{hint(name, known)}; there are {', '.join(known)}.")
    level = value.get("enforcementLevel") if isinstance(value, dict) else value
    if level not in get_args(Level):
        raise FiredrillError(f"{path}: the level of {name} is {level!r}; it can be {', '.join(get_args(Level))}.")
    return cast(Level, level)
