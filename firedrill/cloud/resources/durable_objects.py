"""The Durable Object namespaces of a Worker: one per class, kept through renames, gone with the class.

Source: developers.cloudflare.com/durable-objects/reference/durable-objects-migrations
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from firedrill.cloud.state import Entry, State
from firedrill.resources import WORKER, WORKER_VERSION, WORKERS_SCRIPT
from firedrill.vendors.cloudflare.rules.migrations import Live, bound_classes, live_before, steps
from firedrill.vendors.errors import FiredrillError, Unsupported

Classes = dict[str, str]
"""Namespace ids by the name of the class."""


def presumed(script: Mapping[str, Any]) -> Live:
    """What Cloudflare holds if an upload (API JSON) fits: without migrations every class that it binds."""
    return live_before(script) if script.get("migrations") else Live(classes=frozenset(bound_classes(script)))


def migrate(
    migrations: Mapping[str, Any], classes: Classes, new_namespace: Callable[[str], str], place: str
) -> Classes:
    """The classes after the migrations of an upload (API JSON), applied in their order.

    They break no rule of migrations. `new_namespace` gives the id for a new class's namespace. Raises Unsupported for a
    class to transfer.
    """
    after = dict(classes)
    for _, step in steps(migrations):
        if step.get("transferred_classes"):
            raise Unsupported("transferred_classes", place)
        for key in ("new_classes", "new_sqlite_classes"):
            after.update((name, new_namespace(name)) for name in step.get(key) or ())
        for renamed in step.get("renamed_classes") or ():
            after[renamed["to"]] = after.pop(renamed["from"])
        for name in step.get("deleted_classes") or ():
            del after[name]
    return after


def classes_of(state: State, account: str, name: str) -> Classes:
    """The classes of the account's Worker of that name; none without one."""
    return next((held for other, held, _ in _workers(state, account) if other == name), {})


def refuse_bound(state: State, account: str, name: str, place: str) -> None:
    """Raise FiredrillError while another Worker of the account binds to a class of this one."""
    for other, _, uploaded in _workers(state, account):
        for binding in uploaded.inputs.get("bindings") or ():
            if binding.get("scriptName") == name and other != name:
                raise FiredrillError(
                    f"{place}: the Worker {other!r} binds to its class {binding['className']!r};"
                    " delete that binding first."
                )


def _workers(state: State, account: str) -> Iterator[tuple[str, Classes, Entry]]:
    """The name and the classes of each Worker of an account, with what was uploaded."""
    for entry in state.of(WORKERS_SCRIPT).values():
        if entry.inputs["accountId"] == account:
            yield entry.inputs["scriptName"], entry.held["classes"], entry
    for entry in state.of(WORKER).values():
        if entry.inputs["accountId"] == account and entry.held["version"]:
            yield entry.inputs["name"], entry.held["classes"], state.of(WORKER_VERSION)[entry.held["version"]]
