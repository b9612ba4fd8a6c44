"""What a rule is, and what it looks at: resources as plain data, whoever has declared them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from firedrill.declared.ownership import owners

Level = Literal["mandatory", "advisory", "disabled"]
ANY = "*"
"""In place of type tokens: resources of every type."""


@dataclass(frozen=True)
class Item:
    """One resource: Pulumi `type` token, `inputs` with the provider's camelCase keys, `protect` as declared.

    `secrets` are the inputs that Pulumi keeps secret, such as `bindings[2].text`; None where nobody can tell them.
    `depends_on` has the URNs of the resources whose outputs went into the inputs.
    """

    type: str
    name: str
    urn: str
    inputs: Mapping[str, Any]
    parent: str = ""
    protect: bool = False
    secrets: tuple[str, ...] | None = ()
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Declared:
    """All resources of a stack; `root` is the folder of the project that declares them."""

    items: Sequence[Item]
    root: Path = Path()

    def of(self, *types: str) -> list[Item]:
        """The resources with one of these type tokens, in their order; ANY stands for all."""
        return [item for item in self.items if item.type in types or ANY in types]

    def service(self, item: Item) -> Item | None:
        """The ObservedService that a resource belongs to; None for one that stands outside."""
        return self._owners.get(item.urn)

    @cached_property
    def _owners(self) -> dict[str, Item]:
        return owners(self.items)

    def siblings(self, item: Item, *types: str) -> list[Item]:
        """The resources of these types that belong to the same service, `item` among them."""
        service = self.service(item)
        return [each for each in self.of(*types) if self.service(each) == service]


def entries(value: Any) -> list[Mapping[str, Any]]:
    """The objects in a list of an input; none where it has no list."""
    found = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    return [each for each in found if isinstance(each, Mapping)]


def number(value: Any) -> float | None:
    """A number, also one that is written as text; None for anything else."""
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def today() -> date:
    """The day in UTC, which tests set."""
    return datetime.now(UTC).date()


MAX_NAME = 255
"""Characters; Datadog documents none for monitors and pipelines: what the application's form takes."""


def name_within_limits(item: Item, _: Declared) -> Iterator[str]:
    """Whether the name of a monitor or a pipeline can be kept whole."""
    name = str(item.inputs.get("name") or "")
    if not 0 < len(name) <= MAX_NAME:
        yield f"its name has {len(name)} characters; use 1 to {MAX_NAME}"


Check = Callable[[Item, Declared], Iterable[str]]


@dataclass(frozen=True)
class Rule:
    """One policy. `check` says what is wrong with a resource of the types in `of`, one sentence each.

    `whole` marks a rule that looks at other resources too: Pulumi runs it at the end, over outputs, where provider
    defaults are filled in. The others see a resource's inputs before anything is created.
    """

    id: str
    reason: str
    remedy: str
    of: tuple[str, ...]
    check: Check
    level: Level = "mandatory"
    whole: bool = False


@dataclass(frozen=True)
class Violation:
    """What a rule found at a resource. `level` is the rule's, or what the pack's config makes of it."""

    rule: Rule
    level: Level
    item: Item
    finding: str


def violations(rules: Sequence[Rule], declared: Declared, levels: Mapping[str, Level]) -> Iterator[Violation]:
    """Everything that the rules find, by rule and then in the order of the resources; disabled rules find nothing."""
    for rule in rules:
        level = levels.get(rule.id, rule.level)
        if level == "disabled":
            continue
        for item in declared.of(*rule.of):
            for finding in rule.check(item, declared):
                yield Violation(rule, level, item, finding)
