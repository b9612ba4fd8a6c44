"""The same rules as a policy pack of Pulumi's engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from firedrill.policies.rule import ANY, Declared, Item, Rule
from firedrill.policies.rules import RULES

_DEFAULTED = "__defaults"  # what the provider filled in: a rule asks what was declared


def policies(root: Path, rules: Sequence[Rule] = RULES) -> list[Policy]:
    """Each rule as a policy: over one resource's inputs, or over the whole stack of the project in `root`."""
    return [_of_stack(rule, root) if rule.whole else _of_resource(rule, root) for rule in rules]


def plain(value: Any) -> Any:
    """`value` as plain data; what is unknown during a preview is kept, and raises UnknownValueError when read."""
    if isinstance(value, Mapping):
        left_out = set(_known(value, _DEFAULTED) or ())
        return _Known({key: _Later.of(value, key) for key in value if key != _DEFAULTED and key not in left_out})
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(value[index]) for index in range(len(value))]
    return value


def _of_resource(rule: Rule, root: Path) -> ResourceValidationPolicy:
    def validate(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
        if args.resource_type in rule.of or ANY in rule.of:
            item = Item(args.resource_type, args.name, args.urn, plain(args.props), "", args.opts.protect, None)
            for finding in rule.check(item, Declared([item], root)):
                report_violation(f"{finding}. To fix it, {rule.remedy}.", args.urn)

    return ResourceValidationPolicy(rule.id, rule.reason, validate, EnforcementLevel(rule.level))


def _of_stack(rule: Rule, root: Path) -> StackValidationPolicy:
    def validate(args: StackValidationArgs, report_violation: ReportViolation) -> None:
        declared = Declared([_item(resource) for resource in args.resources], root)
        unknown: UnknownValueError | None = None
        for item in declared.of(*rule.of):
            try:
                for finding in rule.check(item, declared):
                    report_violation(f"{finding}. To fix it, {rule.remedy}.", item.urn)
            except UnknownValueError as error:  # the others can still be judged
                unknown = unknown or error
        if unknown is not None:
            raise unknown  # shown as: cannot be checked during a preview

    return StackValidationPolicy(rule.id, rule.reason, validate, EnforcementLevel(rule.level))


def _item(resource: PolicyResource) -> Item:
    parent = resource.parent.urn if resource.parent else resource.opts.parent or ""
    return Item(
        resource.resource_type,
        resource.name,
        resource.urn,
        plain(resource.props),
        parent,
        resource.opts.protect,
        None,
        tuple(each.urn for each in resource.dependencies),
    )


class _Later:
    """A value that is known after the update only."""

    def __init__(self, error: UnknownValueError) -> None:
        self.error = error

    @staticmethod
    def of(values: Mapping[str, Any], key: str) -> Any:
        """The value as plain data, or what stands for it until it is known."""
        try:
            return plain(values[key])
        except UnknownValueError as error:
            return _Later(error)


class _Known(dict[str, Any]):
    """A dict that raises when somebody reads what is not known yet."""

    def __getitem__(self, key: str) -> Any:
        return _read(super().__getitem__(key))

    def get(self, key: str, default: Any = None) -> Any:
        return _read(super().get(key, default))

    def items(self) -> Any:
        return ((key, self[key]) for key in self)

    def values(self) -> Any:
        return (self[key] for key in self)


def _read(value: Any) -> Any:
    if isinstance(value, _Later):
        raise value.error
    return value


def _known(values: Mapping[str, Any], key: str) -> Any:
    try:
        return values.get(key)
    except UnknownValueError:
        return None
