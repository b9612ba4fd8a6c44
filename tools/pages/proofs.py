"""How each alert of the stack prod was proven: the last part of its runbook, from what `make proofs` has kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from firedrill.components.config import load, of_project
from firedrill.components.monitors.inputs import MonitorsArgs, monitor_inputs
from firedrill.components.slos.alerts import alerts_of
from firedrill.components.slos.objectives import declared_objectives
from firedrill.render import stack_config
from tools.pages.shipped import PROJECT

STACK = "prod"
RUNBOOKS = PROJECT / "docs" / "runbooks"
KEPT = RUNBOOKS / "proofs" / "proofs.json"
HEADING = "## How it was proven"


def sections() -> dict[str, str]:
    """The whole text of each runbook by its path in the project.

    A proof of an alert that is declared otherwise today is left out: it shows what no longer is.
    """
    kept: dict[str, Any] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    now = declarations()
    return {
        f"docs/runbooks/{page.name}": _with(page.read_text(), kept.get(page.stem), now.get(page.stem))
        for page in sorted(RUNBOOKS.glob("*.md"))
    }


def declarations() -> dict[str, str]:
    """What decides the value and the threshold of each alert of the first Worker, as a digest, by its id."""
    config = stack_config.read(STACK, PROJECT)
    stack, (service, *_) = load(config.values, config.secret_keys.__contains__, STACK, of_project(PROJECT))
    args = MonitorsArgs.of(stack, service)
    found: dict[str, Any] = {}
    for each in args.declared:
        inputs = monitor_inputs(each, args)
        own = [inputs.get("query"), inputs.get("monitor_thresholds"), inputs.get("evaluation_delay")]
        found[each.spec.id] = [own, *(found[part] for part in each.parts)]
    for objective in declared_objectives(service, stack.slos):
        for alert in alerts_of(objective):
            found[alert.id] = [alert.query(""), alert.critical, objective.settings.model_dump()]
    return {id_: hashlib.sha256(json.dumps(each).encode()).hexdigest()[:16] for id_, each in found.items()}


def _with(text: str, proof: Mapping[str, Any] | None, now: str | None) -> str:
    written = text.partition(f"\n{HEADING}\n")[0]
    if proof is None or now is None or proof["declared"] != now:
        return written
    return "\n".join((f"{written}\n{HEADING}", *_told(proof), ""))


def _told(proof: Mapping[str, Any]) -> Iterator[str]:
    yield f"![{proof['monitor']} in scenario {proof['scenario']}](proofs/{proof['monitor']}.svg)"
    yield ""
    yield f"In the drill of the stack `{STACK}`, in scenario `{proof['scenario']}`: {proof['summary']}"
    yield ""
    yield from (f"- {each}" for each in proof["said"])
    yield ""
    yield "Drawn and written by `make proofs`, not Datadog's own picture."
