"""Changes to who is told by notification rules, and to what downtimes mute."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence

from firedrill.resources import DOWNTIME_SCHEDULE, MONITOR_NOTIFICATION_RULE, Resource, of_type
from tests.drill.mutants.mutant import Change, Inputs, Mutant, changed, put, removed

CONFIG = {
    "firedrill:notifyPage": "@pagerduty-conversation-state",
    "firedrill:notifyChat": "@slack-conversation-state",
    "firedrill:routes": {
        "page": {"to": ["@pagerduty-conversation-state"]},
        "chat": {"to": ["@slack-conversation-state"], "bundleMinutes": 30},
    },
    "firedrill:deployWindow": {"start": "2027-01-02T03:00:00Z", "end": "2027-01-02T03:30:00Z"},
}
"""What a stack needs in its config to have any of this."""


def mutants_of_routing(resources: Sequence[Resource]) -> Iterator[Mutant]:
    """Every change, rule by rule and downtime by downtime."""
    for rule in of_type(resources, MONITOR_NOTIFICATION_RULE):
        yield removed(resources, rule, "notification rule")
        for old, new in (
            ("team:platform", "team:platfrom"),
            ("env:dev", "env:prod"),
            ("tell:page", "tell:pages"),
            ("tell:chat", "tell:page"),
            (" AND tell:page", ""),
            ("pagerduty-conversation-state", "pagerduty-conversation"),
            ("slack-conversation-state", "slack-conversation"),
            ("pagerduty-conversation-state", "slack-conversation-state"),
            ("transition_type:is_warning", "transition_type:is_alert"),
            ("transition_type:is_warning", "transition_type:is_recovery"),
        ):
            text = json.dumps(rule.inputs).replace(old, new)
            yield from changed(resources, rule, "notification rule", f"{old} becomes {new}", _all(json.loads(text)))
        for what, inputs in (
            ("without conditions", {"conditionalRecipients": {"fallbackRecipients": ["pagerduty-conversation-state"]}}),
            ("without a fallback", {"conditionalRecipients": {"conditions": []}}),
        ):
            if "conditionalRecipients" in rule.inputs:
                yield from changed(resources, rule, "notification rule", what, _all({**rule.inputs, **inputs}))
        if "recipients" in rule.inputs:
            yield from changed(resources, rule, "notification rule", "nobody", put("recipients", []))
    for downtime in of_type(resources, DOWNTIME_SCHEDULE):
        tags = downtime.inputs["monitorIdentifier"]["monitorTags"]
        for number, tag in enumerate(tags):
            rest = [*tags[:number], *tags[number + 1 :]]
            unique = "the tags that are left name the same alert" if not tag.startswith("monitor:") else ""
            yield from changed(
                resources,
                downtime,
                "downtime",
                f"without {tag}",
                put("monitorIdentifier", {"monitorTags": rest}),
                unique,
            )
            misspelt = {"monitorTags": [*rest, f"{tag}x"]}
            yield from changed(resources, downtime, "downtime", f"{tag}x", put("monitorIdentifier", misspelt))
        every = {"monitorTags": ["*"]}
        yield from changed(resources, downtime, "downtime", "every monitor", put("monitorIdentifier", every))
        for what, schedule in (
            ("without an end", {"start": "2027-01-02T03:00:00Z"}),
            ("for a year", {"start": "2027-01-02T03:00:00Z", "end": "2028-01-02T03:00:00Z"}),
            ("since long ago", {"start": "2020-01-02T03:00:00Z", "end": "2027-01-02T03:30:00Z"}),
        ):
            yield from changed(resources, downtime, "downtime", what, put("oneTimeSchedule", schedule))


def _all(other: Inputs) -> Change:
    def change(inputs: Inputs) -> None:
        inputs.clear()
        inputs.update(copy.deepcopy(other))

    return change
