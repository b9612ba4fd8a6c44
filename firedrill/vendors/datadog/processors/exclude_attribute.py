"""Exclude attribute processor: removes an attribute. Reserved attributes and tags cannot be excluded.

Source: docs.datadoghq.com/logs/log_configuration/processors/exclude_attribute_processor
"""

from __future__ import annotations

from firedrill.vendors.datadog.paths import RESERVED, remover
from firedrill.vendors.datadog.processors.base import DONE, PAGES, Context, Kind, Options, Run, flow
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.features import Feature


class ExcludeAttribute(Options):
    """The path of the attribute to remove."""

    attribute_to_exclude: str


def _compile(options: ExcludeAttribute, context: Context) -> Run:
    path = options.attribute_to_exclude
    if path in (*RESERVED, "timestamp"):
        raise FiredrillError(
            f"{context.place}: 'attribute_to_exclude' is {path!r}, a reserved attribute; Datadog cannot exclude these."
        )
    remove, absent = remover(path), f"{path} is absent"
    return lambda log, applied: DONE if remove(log.attributes) else absent


KINDS = (
    Kind(
        ExcludeAttribute,
        _compile,
        lambda _: flow(()),
        Feature("exclude-attribute", "done", PAGES + "exclude_attribute_processor"),
    ),
)
