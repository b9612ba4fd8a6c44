"""What monitors ask of log-based metrics of the same file, and these do not keep: Datadog takes it and has no value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from firedrill.declared.declaration import Declared
from firedrill.documents import WRONG_SHAPE
from firedrill.organisation import empty_store
from firedrill.vendors.datadog.log_metrics import compile_metrics
from firedrill.vendors.datadog.monitors import Composite, Monitor, Problem
from firedrill.vendors.datadog.queries import MonitorQuery
from firedrill.vendors.datadog.queries.sampling import check_kept
from firedrill.vendors.datadog.queries.store import PointStore
from firedrill.vendors.errors import FiredrillError


def not_kept(declared: Declared, monitors: Sequence[Monitor]) -> Iterator[Problem]:
    """A warning for each query of a metric that is declared without what it reads."""
    store = PointStore()
    with suppress(FiredrillError, *WRONG_SHAPE):
        store = empty_store(compile_metrics(declared.of("log metric")))
    for monitor in monitors:
        asked = None if isinstance(monitor.condition, Composite) else monitor.condition.query
        for query in dict.fromkeys(asked.leaves) if isinstance(asked, MonitorQuery) else ():
            kind = store.kind(query.metric)
            try:
                if kind is not None:
                    check_kept(store, query, kind)
            except FiredrillError as error:
                yield Problem(monitor.name, "warning", str(error).removesuffix("."), monitor.id)
