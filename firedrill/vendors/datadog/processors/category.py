"""Category processor: writes the name of the first category whose query matches the log.

Source: docs.datadoghq.com/logs/log_configuration/processors/category_processor
"""

from __future__ import annotations

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.paths import setter
from firedrill.vendors.datadog.processors.base import DONE, PAGES, Applied, Context, Flow, Kind, Options, Run
from firedrill.vendors.datadog.search import compile_choice, facets_of
from firedrill.vendors.datadog.spec import Filter, Model, at
from firedrill.vendors.features import Feature


class Category(Model):
    """A query and the value to write when it matches."""

    filter: Filter = Filter()
    name: str


class CategoryProcessor(Options):
    """`categories` in order; several may have one name, as in pipelines that Datadog publishes."""

    categories: list[Category]
    target: str


def _compile(options: CategoryProcessor, context: Context) -> Run:
    with at(context.place):
        choose = compile_choice([category.filter.query for category in options.categories])
    names, put = [category.name for category in options.categories], setter(options.target)

    def run(log: Log, applied: Applied) -> str:
        number = choose(log)
        if number is None:
            return "no category matches"
        put(log.attributes, names[number])
        return DONE

    return run


def _flow(options: CategoryProcessor) -> Flow:
    reads = frozenset[str]().union(*(facets_of(category.filter.query) for category in options.categories))
    return Flow(reads, frozenset([f"@{options.target}"]))


KINDS = (Kind(CategoryProcessor, _compile, _flow, Feature("category-processor", "done", PAGES + "category_processor")),)
