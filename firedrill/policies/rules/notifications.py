"""Rules about whom a monitor tells what: its name, its runbook, its tags, whom it notifies and how often."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from firedrill.config_keys import config_keys
from firedrill.declared.monitor_tags import tag_values
from firedrill.installed import PACKAGES
from firedrill.policies.jobs import delivers_here, destination
from firedrill.policies.queries import handles, said_in_alert
from firedrill.policies.rule import Declared, Item, Rule, entries, name_within_limits, number
from firedrill.resources import LOGPUSH_JOB, MONITOR, MONITOR_NOTIFICATION_RULE, OBSERVED_SERVICE
from firedrill.vendors.cloudflare.rules.destinations.address import address
from firedrill.vendors.datadog.rules.monitors import priority_breaches
from firedrill.vendors.datadog.rules.tags import normalised, values

_RUNBOOK = re.compile(r"https://\S*/(runbooks/[\w.-]+\.md)")


def _runbook(item: Item, declared: Declared) -> Iterator[str]:
    link = _RUNBOOK.search(said_in_alert(item))
    if link is None:
        yield "its message links to no runbook (https://.../runbooks/<monitor>.md)"
    elif _leads_here(link[0], declared.root) and not (declared.root / "docs" / link[1]).is_file():
        yield f"its message links to docs/{link[1]}, which does not exist"


def _leads_here(link: str, root: Path) -> bool:
    """Whether a runbook is the project's own to write: it keeps some, and this is none of those of the package."""
    if root.resolve() != PACKAGES and link.startswith(f"{config_keys()['docsUrl']['default']}/"):
        return False
    return (root / "docs" / "runbooks").is_dir()


def _whose(item: Item, declared: Declared) -> Iterator[str]:
    of_logs = _tags_of_logs(item, declared)
    for key in ("team", "service"):
        given, wanted = tag_values(item.inputs, key), values(of_logs, key)
        if not given and (wanted or key == "team"):
            yield f"it has no tag {key}:"
        for value in given if of_logs else ():
            if value not in wanted:
                have = f"have {key}:{', '.join(wanted)}" if wanted else f"have no tag {key}:"
                yield f"it has the tag {key}:{value}, its logs {have}"


def _tags_of_logs(item: Item, declared: Declared) -> list[str]:
    """The tags that the logs of a monitor's Worker are delivered with."""
    jobs = declared.siblings(item, LOGPUSH_JOB) if declared.service(item) else ()
    asked = [text for job in jobs if delivers_here(job) for text in address(destination(job)).every("ddtags")]
    return [tag for text in asked if text for tag in text.split(",")]


def _environment(item: Item, declared: Declared) -> Iterator[str]:
    service = declared.service(item)
    stack = str(service.inputs.get("environment") or "") if service else ""
    given = tag_values(item.inputs, "env")
    if not given:
        yield "it has no tag env:"
    for value in given:
        if stack and value != normalised(f"env:{stack}").removeprefix("env:"):
            yield f"it has the tag env:{value}, its stack is {stack}"


def _handles(item: Item, declared: Declared) -> Iterator[str]:
    if not declared.of(OBSERVED_SERVICE):
        return  # nothing says which handles there are
    service = declared.service(item)
    known = (service.inputs.get("handles") or ()) if service else ()
    for handle in handles(item):
        if handle not in known:
            allowed = f"one of {', '.join(known)}" if known else "there are none"
            yield f"it notifies {handle}, which is not a handle of the stack's config ({allowed})"


def _recipients(item: Item, declared: Declared) -> Iterator[str]:
    services = declared.of(OBSERVED_SERVICE)
    known = {handle for each in services for handle in each.inputs.get("handles") or ()}
    conditional = item.inputs.get("conditionalRecipients") or {}
    given = [
        *(item.inputs.get("recipients") or ()),
        *(who for each in entries(conditional.get("conditions")) for who in each.get("recipients") or ()),
        *(conditional.get("fallbackRecipients") or ()),
    ]
    for who in dict.fromkeys(given) if services else ():
        if f"@{who}" not in known:
            yield f"it notifies {who}, which is not a handle of the stack's config (one of {', '.join(sorted(known))})"


def _renotify(item: Item, _: Declared) -> Iterator[str]:
    if not handles(item):
        return
    missing = [key for key in ("renotifyInterval", "renotifyOccurrences") if not number(item.inputs.get(key))]
    if missing:
        yield f"it notifies, but {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set"


def _priority(item: Item, _: Declared) -> Iterator[str]:
    given = number(item.inputs.get("priority"))
    if given is None:
        yield "it has no priority"
    else:
        yield from map(str, priority_breaches(int(given)))


def _unique_name(item: Item, declared: Declared) -> Iterator[str]:
    same = [each for each in declared.of(MONITOR) if each.inputs.get("name") == item.inputs.get("name")]
    if len(same) > 1 and same[0] is not item:
        yield f"{same[0].name} has the same name {item.inputs.get('name')!r}"


RULES = (
    Rule(
        "monitor-runbook",
        "Whoever is paged needs to know what to do.",
        "write docs/runbooks/<monitor>.md and link to it at the end of the message",
        (MONITOR,),
        _runbook,
    ),
    Rule(
        "monitor-tag-team",
        "Whoever is paged must see whose monitor it is.",
        "add the tag team:..., and service: and team: as the Worker's logs have them",
        (MONITOR,),
        _whose,
        whole=True,
    ),
    Rule(
        "monitor-tag-env",
        "Nobody should be paged at night for dev.",
        "add the tag env: with the stack's environment",
        (MONITOR,),
        _environment,
        whole=True,
    ),
    Rule(
        "monitor-handles-in-config",
        "A handle with a typing mistake notifies nobody, and Datadog does not say so.",
        "notify firedrill:notifyPage or firedrill:notifyChat",
        (MONITOR,),
        _handles,
        whole=True,
    ),
    Rule(
        "route-recipients-in-config",
        "A recipient with a typing mistake hears of nothing, and Datadog does not say so.",
        "use handles of the stack's config, or add it to its routes",
        (MONITOR_NOTIFICATION_RULE,),
        _recipients,
        whole=True,
    ),
    Rule(
        "monitor-renotify-limited",
        "A page without reminders is forgotten; one without a limit is muted.",
        "set renotifyInterval and renotifyOccurrences",
        (MONITOR,),
        _renotify,
    ),
    Rule(
        "monitor-priority",
        "Who is on call sorts by it.",
        "set priority, 1 (highest) to 5",
        (MONITOR,),
        _priority,
        level="advisory",
    ),
    Rule(
        "monitor-name-within-limits",
        "A name that is cut cannot be told from others.",
        "choose a shorter name",
        (MONITOR,),
        name_within_limits,
    ),
    Rule(
        "monitor-names-unique",
        "Two monitors of one name cannot be told apart in a notification.",
        "give each a name of its own",
        (MONITOR,),
        _unique_name,
        whole=True,
    ),
)
