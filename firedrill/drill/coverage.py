"""What traffic came to of a Worker: classes, exported handlers, and the bindings that are to be had here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from firedrill.runtime.deployment import Deployment, given_bindings
from firedrill.runtime.simulated import NAMED, SIMULATED
from firedrill.runtime.take import Take

LOCAL = (SIMULATED - NAMED.keys()) | {"analytics_engine", "service"}
"""Types of bindings whose calls can be seen here; objects are told of as classes."""
UNSENT = {"email": "the drill sends no mail"}
"""Handlers that nothing here can call, each with the reason."""


@dataclass(frozen=True)
class Coverage:
    """By what it is ("classes", "handlers", "bindings"): the names of all there are and those that were reached.

    `left_out` says of others why they need not be.
    """

    all: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reached: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)

    def missed(self, kind: str) -> list[str]:
        """What was not reached and is not left out."""
        return [each for each in self.all.get(kind, ()) if each not in {*self.reached[kind], *self.left_out}]


def came_to(takes: Mapping[str, Take], kind: str) -> frozenset[str]:
    """What the traffic of all takes came to: the names of a kind, as `reach` in wrapper/take.mjs has it."""
    return frozenset(name for take in takes.values() for name in take.reached.get(kind, {}))


def covered(deployment: Deployment, classes: Sequence[str], takes: Mapping[str, Take]) -> Coverage | None:
    """The coverage of all takes together; None where no take tells it."""
    exported = next((take.handlers for take in takes.values() if take.handlers), ())
    if not exported:
        return None
    bindings = [each["name"] for each in given_bindings(deployment) if each["type"] in LOCAL]
    found = came_to(takes, "handler")
    called = {each for name in found for each in (name, name.partition(".")[0])}
    all_ = {"classes": tuple(classes), "handlers": exported, "bindings": tuple(sorted(bindings))}
    seen = {"classes": came_to(takes, "class"), "handlers": called, "bindings": came_to(takes, "binding")}
    reached = {kind: tuple(each for each in names if each in seen[kind]) for kind, names in all_.items()}
    unsent = {name: why for name, why in UNSENT.items() if name in exported}
    return Coverage(all_, reached, {**unsent, **deployment.unreached})


def unreached(coverage: Coverage, deployment: Deployment, drill: str) -> Iterator[str]:
    """One problem per handler and binding that nothing came to, with the line to add to the drill file."""
    file = drill or "a drill file"
    kinds = {each["name"]: each["type"] for each in given_bindings(deployment)}
    for name in coverage.missed("handlers"):
        what = "the handler" if name in ("fetch", "scheduled", "queue") else "the entrypoint"
        yield (
            f"no traffic of {file} reaches {what} {name}; add a session of it: {_session(name, deployment)}, or say"
            f" why not: unreached: {{ {name}: why }}"
        )
    for name in coverage.missed("bindings"):
        yield (
            f"no traffic of {file} leads to a call of the binding {name} ({kinds[name]}); add a request that does, or"
            f" say why not: unreached: {{ {name}: why }}"
        )


def _session(handler: str, deployment: Deployment) -> str:
    if handler == "scheduled":
        return '- session: [{ scheduled: "0 * * * *" }]'
    if handler == "queue":
        queues = deployment.script.get("queue_consumers") or ["QUEUE"]
        return f"- session: [{{ queue: {queues[0]}, batch: [{{ the: body }}] }}]"
    if handler == "fetch":
        return "- session: [GET /]"
    return f"- session: [{{ rpc: {handler}.METHOD, arguments: [] }}], or a request that leads to it"
