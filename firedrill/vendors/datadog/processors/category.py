"""Category processor: writes the name of the first category whose query matches the log.

Source: docs.datadoghq.com/logs/log_configuration/processors/category_processor
"""

from __future__ import annotations

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.paths import setter
from firedrill.vendors.datadog.processors.base import DONE, PAGES, Applied, Context, Kind, Options, Run, blocked
from firedrill.vendors.datadog.search import compile_query
from firedrill.vendors.datadog.spec import Filter, Model, at
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.features import Feature


class Category(Model):
    """A query and the value to write when it matches."""

    filter: Filter = Filter()
    name: str


class CategoryProcessor(Options):
    """`categories` in order; their names are unique."""

    categories: list[Category]
    target: str


def _compile(options: CategoryProcessor, context: Context) -> Run:
    names = [category.name for category in options.categories]
    repeated = [name for index, name in enumerate(names) if name in names[:index]]
    if repeated:
        raise FiredrillError(f"{context.place}: two categories are named {repeated[0]!r}; give each its own name.")
    with at(context.place):
        categories = [(compile_query(category.filter.query), category.name) for category in options.categories]
    put, target = setter(options.target), options.target

    def run(log: Log, applied: Applied) -> str:
        for matches, name in categories:
            if matches(log):
                return DONE if put(log.attributes, name) else blocked(target)
        return "no category matches"

    return run


KINDS = (Kind(CategoryProcessor, _compile, Feature("category-processor", "done", PAGES + "category_processor")),)
