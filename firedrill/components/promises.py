"""What a stack promises of its alerts, whatever its monitors declare: the drill holds these against it."""

from __future__ import annotations

from typing import Any

from firedrill.components.model import DeclaredWorker, ObservedClass
from firedrill.components.monitors.declared import declared
from firedrill.components.names import runbooks
from firedrill.components.settings import Settings
from firedrill.components.slos.promises import slo_dangers


def promises(stack: Settings, service: DeclaredWorker) -> dict[str, Any]:
    """Who hears of which danger of a Worker, by when and how, as plain data.

    `dangers` are those that a monitor of the config is there to tell, once for each class that has one: who sets a
    monitor to `false` has decided not to hear of its danger. Those of objectives follow from their targets.
    """
    reporter = stack.reporter != "none"
    told = [(each.spec.danger, each.observed) for each in declared(service, reporter=reporter) if each.spec.danger]
    dangers = [_danger(stack, service, name, observed) for name, observed in told if name in service.dangers]
    dangers += slo_dangers(stack, service)
    return {
        "warnings": stack.notify_chat,
        "runbooks": runbooks(stack.docs_url),
        "renotifyInterval": stack.renotify_interval,
        "renotifyOccurrences": stack.renotify_occurrences,
        "recoversWithin": stack.recovers_within,
        "dangers": sorted(dangers, key=lambda each: (each["danger"], each["class"])),
    }


def _danger(stack: Settings, service: DeclaredWorker, name: str, observed: ObservedClass | None) -> dict[str, Any]:
    own = service.dangers[name]
    handle, within = {
        "page": (stack.notify_page, stack.page_within),
        "chat": (stack.notify_chat, stack.chat_within),
    }[own.tell]
    return {
        "danger": name,
        "class": observed.name if observed else "",
        "tell": own.tell,
        "handle": handle,
        "priority": own.priority,
        "within": within if own.within is None else own.within,
        "size": own.size,
        "quiet": own.quiet,
        "among": own.among,
    }
