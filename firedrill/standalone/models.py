"""What of a file's declarations the other commands would emulate by a model, for `firedrill check`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress

from firedrill.declared.declaration import Declared
from firedrill.documents import WRONG_SHAPE
from firedrill.vendors.datadog.modelled import UNDOCUMENTED, Specs, modelled
from firedrill.vendors.datadog.monitors import Monitor, parse_downtime
from firedrill.vendors.datadog.monitors import modelled as modelled_monitors
from firedrill.vendors.datadog.monitors.downtimes import modelled_of
from firedrill.vendors.errors import FiredrillError

_NAMED = 3
"""Names that a remark has at most."""


def remarks(declared: Declared, monitors: Sequence[Monitor], wrong: Collection[tuple[str, str]]) -> Iterator[str]:
    """One per model, with what uses it; nothing of what is `wrong`, by kind and name."""
    users: dict[str, list[str]] = {}
    models = modelled_monitors(monitors)
    for monitor in monitors:
        for text in models[monitor.id] if ("monitor", monitor.name) not in wrong else ():
            users.setdefault(text, []).append(f"monitor {monitor.name!r}")
    for each in declared.declarations:
        if each.spec is None or (each.kind, each.name) in wrong:
            continue
        with suppress(FiredrillError, *WRONG_SHAPE):
            specs: list[Specs] = [
                [each.spec] if each.kind == kind else [] for kind in ("pipeline", "log metric", "log index")
            ]
            of_downtimes = modelled_of([parse_downtime(each.spec)]) if each.kind == "downtime" else ()
            for text in (*modelled(*specs), *of_downtimes):
                users.setdefault(text, []).append(f"{each.kind} {each.name!r}")
    for text, names in users.items():
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        yield f"{UNDOCUMENTED}: {text} ({', '.join(names[:_NAMED])}{more})"
