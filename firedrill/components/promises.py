"""What a stack promises of its alerts, whatever its monitors declare: the drill holds these against it."""

from __future__ import annotations

from typing import Any

from firedrill.components.model import DeclaredWorker
from firedrill.components.monitors.declared import DeclaredMonitor
from firedrill.components.monitors.inputs import MonitorsArgs
from firedrill.components.names import runbooks
from firedrill.components.settings import Settings
from firedrill.components.slos.promises import slo_dangers


def promises(stack: Settings, service: DeclaredWorker) -> dict[str, Any]:
    """Who hears of which danger of a Worker, by when and how, as plain data.

    `dangers` are those that a monitor of the config is there to tell, once for each class that has one: who sets a
    monitor to `false` has decided not to hear of its danger. Those of objectives follow from their targets.
    """
    monitors = MonitorsArgs.of(stack, service).declared
    dangers = [_danger(stack, service, each) for each in monitors if each.spec.danger in service.dangers]
    dangers += slo_dangers(stack, service)
    return {
        "warnings": stack.notify_chat,
        "runbooks": runbooks(stack.docs_url),
        "renotifyInterval": stack.renotify_interval,
        "renotifyOccurrences": stack.renotify_occurrences,
        "recoversWithin": stack.recovers_within,
        "dangers": sorted(dangers, key=lambda each: (each["danger"], each["class"])),
    }


def _danger(stack: Settings, service: DeclaredWorker, monitor: DeclaredMonitor) -> dict[str, Any]:
    name, observed = monitor.spec.danger, monitor.observed
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
        # the end of what is measured late is seen so much later as well
        **({"recovers": stack.recovers_within + monitor.spec.late // 60} if monitor.spec.late else {}),
    }
