"""The list of scenarios and monitors, for people and for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from firedrill.drill.listing import ListedWorker
from firedrill.scenarios.scenario import Scenario
from firedrill.schemas import VERSION

_ALERT = "Alert"


def to_json(stack: str, workers: Sequence[ListedWorker]) -> str:
    """One JSON object: `version`, `stack`, and `workers` with `scenarios`, `skipped` and `monitors`."""
    document = {
        "version": VERSION,
        "stack": stack,
        "workers": [
            {
                "worker": each.worker,
                "scenarios": [
                    {
                        "scenario": scenario.name,
                        "summary": scenario.summary,
                        "fires": dict(sorted(scenario.fires.items())),
                        "mayFire": sorted(scenario.may_fire),
                    }
                    for scenario in each.scenarios
                ],
                "skipped": dict(each.skipped),
                "monitors": [
                    {"monitor": name, "provenBy": list(proving), "exempt": each.exempt.get(name, "")}
                    for name, proving in each.monitors.items()
                ],
            }
            for each in workers
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def lines(workers: Sequence[ListedWorker]) -> Iterator[str]:
    """Each Worker's scenarios with what they do and fire, then its monitors with what proves them."""
    for each in workers:
        yield f"{each.worker}: {len(each.scenarios)} scenarios, {len(each.monitors)} monitors"
        for scenario in each.scenarios:
            yield f"  scenario {scenario.name}: {scenario.summary}"
            yield f"    {_fires(scenario)}"
        yield from (f"  left out: {name}, {reason}" for name, reason in each.skipped.items())
        for name, proving in each.monitors.items():
            if name in each.exempt:
                yield f"  monitor {name}: exempt, {each.exempt[name]}"
            else:
                yield f"  monitor {name}: {_proven(proving)}"


def _fires(scenario: Scenario) -> str:
    named = [name if state == _ALERT else f"{name} ({state})" for name, state in sorted(scenario.fires.items())]
    may = f"; may fire {', '.join(sorted(scenario.may_fire))}" if scenario.may_fire else ""
    return f"fires {', '.join(named) or 'nothing'}{may}"


def _proven(proving: Sequence[str]) -> str:
    return f"proven by {', '.join(proving)}" if proving else "nothing proves it: add a scenario in which it must fire"
