"""What of a monitor is emulated by a model, as no page says exactly what Datadog does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from firedrill.vendors.datadog.monitors.composite import Composite
from firedrill.vendors.datadog.monitors.grouping import TOGETHER
from firedrill.vendors.datadog.monitors.matching import is_matching, used
from firedrill.vendors.datadog.monitors.monitor import Monitor
from firedrill.vendors.datadog.monitors.variables import ENTITIES
from firedrill.vendors.datadog.rules.options import HIDES_HANDLES

_LINK = ("log", "link")


def modelled(monitors: Sequence[Monitor]) -> dict[str, tuple[str, ...]]:
    """What of each monitor's values, states and messages is modelled, in texts to show, by its id.

    A composite has what its monitors have, as far as these are among those given.
    """
    own = {each.id: tuple(_of(each)) for each in monitors}
    found = {}
    for each in monitors:
        parts = each.condition.ids if isinstance(each.condition, Composite) else ()
        texts = [*own[each.id], *(text for part in parts for text in own.get(part, ()))]
        found[each.id] = tuple(dict.fromkeys(texts))
    return found


def _of(monitor: Monitor) -> Iterator[str]:
    if not isinstance(monitor.condition, Composite):
        yield from monitor.condition.modelled
    if monitor.options.notify_by:
        yield TOGETHER
    yield from of_messages(monitor)


def of_messages(monitor: Monitor) -> Iterator[str]:
    """What of a monitor's messages is modelled."""
    paths = [*used(monitor)]
    about = [path for path in paths if path[0] in ("log", "event") and is_matching(monitor, path)]
    if monitor.options.notification_preset_name in HIDES_HANDLES:
        yield "notification_preset_name: handles are cut out of the message"
    if any("humanize_b" in template.source for template in (monitor.title, monitor.message)):
        yield "message: humanize_bytes and humanize_bits: steps of 1,024, two decimals"
    if any(path != _LINK for path in about):
        yield "message: variables of logs and events: those of the latest one that matched"
    if _LINK in about:
        yield "message: log.link: a link to the logs of the query"
    if any(path[0] in ENTITIES.values() and path[1:] not in ((), ("name",)) for path in paths):
        yield "message: metadata of hosts, services and other entities: always empty"
