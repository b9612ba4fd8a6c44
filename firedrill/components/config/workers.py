"""The entries of `workers`: the stack's over those of the project, and what is wrong within each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from pydantic import ValidationError

from firedrill.components.config.advice import Advice
from firedrill.components.destination_fields import CREDENTIAL
from firedrill.components.problems import Problem
from firedrill.components.script_settings import ScriptSettings
from firedrill.components.worker import further
from firedrill.components.worker.migrations import MAX_TAG, tag_of
from firedrill.components.worker_settings import CLASS, MODULE, WRANGLER, WorkerSettings
from firedrill.vendors.cloudflare.rules.crons import cron_breaches
from firedrill.vendors.rules.models import faults

_UNREAD = "it is read only with managed: false"
_MANAGED_ONLY = (
    *("entry", "compatibilityDate", "variables", "deletedClasses", "migrations"),
    *("exportLogs", "exportTraces", "storeLogs"),
    *(str(field.alias) for field in ScriptSettings.model_fields.values()),
)


@dataclass(frozen=True)
class Entry:
    """One entry of `workers` after merging: `fields` as given, and what they amount to unless they are wrong."""

    key: str
    fields: Mapping[str, Any]
    settings: WorkerSettings | None

    @property
    def path(self) -> str:
        """Where the config has it."""
        return f"workers.{self.key}"

    @property
    def monitors(self) -> Any:
        """What it says of the Worker's monitors."""
        return self.fields.get("monitors", {})

    @property
    def classes(self) -> Mapping[str, Mapping[str, Any]]:
        """The fields of each class by name."""
        classes = self.fields.get("classes")
        return classes if isinstance(classes, dict) else {}


def read(layers: Sequence[Any], advice: Advice) -> tuple[list[Entry], list[Problem]]:
    """The Workers of the last of `layers` laid over those before, field by field."""
    if any(not isinstance(layer, dict) for layer in layers):
        wrong = next(layer for layer in layers if not isinstance(layer, dict))
        return [], [advice.wrong("workers", wrong, "an object: names of Workers with fields each")]
    nothing: Mapping[str, Any] = {}
    defaults = reduce(_merged, layers[:-1], nothing)
    workers, found = _entries("workers", reduce(_merged, layers, nothing), defaults, advice)
    entries = []
    for key, fields in workers.items():
        entry, problems = _entry(key, fields, defaults.get(key) or {}, advice)
        entries.append(entry)
        found += problems
    found += _rename_problems({entry.key: entry.settings for entry in entries if entry.settings is not None}, advice)
    if not entries and not found:
        found.append(advice.missing("workers", "at least one Worker, by name"))
    return entries, found


def _merged(defaults: Any, given: Any) -> Any:
    """`given` over `defaults`: field by field where both are objects, otherwise `given`."""
    if not (isinstance(defaults, dict) and isinstance(given, dict)):
        return given
    return defaults | {key: _merged(defaults.get(key), value) for key, value in given.items()}


def _entry(key: str, fields: dict[str, Any], defaults: Any, advice: Advice) -> tuple[Entry, list[Problem]]:
    path = f"workers.{key}"
    found = advice.named(path, key)
    classes = fields.get("classes")
    if isinstance(classes, dict):
        fields["classes"], problems = _entries(f"{path}.classes", classes, defaults.get("classes") or {}, advice)
        found += problems
    found += _binding_problems(path, fields.get("bindings"), advice)
    found += _cron_problems(path, fields.get("crons"), advice)
    try:
        settings = WorkerSettings.model_validate(fields)
    except ValidationError as error:
        found += [advice.invalid(fault, path) for fault in faults(WorkerSettings, error)]
        return Entry(key, fields, None), found
    return Entry(key, fields, settings), [*found, *_problems_within(path, fields, settings, advice)]


def _entries(
    path: str, given: Mapping[str, Any], declared: Mapping[str, Any], advice: Advice
) -> tuple[dict[str, dict[str, Any]], list[Problem]]:
    """The objects among `given`, without fields that are null; `false` drops one that the project has `declared`."""
    kept, found = {}, []
    for name, fields in given.items():
        if isinstance(fields, dict):
            kept[name] = {key: value for key, value in fields.items() if value is not None}
        elif fields is not False or name not in declared:
            allowed = "an object with fields, or false to leave out what the project declares"
            found.append(advice.wrong(f"{path}.{name}", fields, allowed))
    return kept, found


def _problems_within(path: str, fields: Mapping[str, Any], worker: WorkerSettings, advice: Advice) -> list[Problem]:
    found = []
    if worker.managed:
        if not worker.entry:
            found.append(advice.missing(f"{path}.entry", MODULE))
        if worker.wrangler:
            found.append(advice.unwanted(f"{path}.wrangler", worker.wrangler, _UNREAD))
        if worker.wrangler_environment:
            found.append(advice.unwanted(f"{path}.wranglerEnvironment", worker.wrangler_environment, _UNREAD))
        found += _repeated(path, worker, advice)
    else:
        if not worker.wrangler:
            found.append(advice.missing(f"{path}.wrangler", WRANGLER))
        unread = {f"{path}.{name}": fields[name] for name in _MANAGED_ONLY if name in fields}
        for name, of in worker.classes.items():
            if of.renamed_from:
                unread[f"{path}.classes.{name}.renamedFrom"] = of.renamed_from
        reason = "Wrangler deploys this Worker (managed: false) as its own file says"
        found += [advice.unwanted(place, value, reason) for place, value in unread.items()]
    return [*found, *_class_problems(path, worker, advice)]


def _binding_problems(path: str, given: Any, advice: Advice) -> list[Problem]:
    """What is wrong with a Worker's further bindings, as far as they are objects by name."""
    found = []
    for name, fields in given.items() if isinstance(given, dict) else ():
        for breach in further.breaches(fields, CREDENTIAL) if isinstance(fields, dict) else ():
            place = f"{path}.bindings.{name}.{breach.field}"
            if not breach.value:
                found.append(advice.missing(place, breach.allowed))
            elif breach.change == further.REMOVE:
                found.append(advice.removed(place, breach.value, breach.allowed))
            else:
                found.append(advice.told(place, breach.value, breach.allowed))
    return found


def _cron_problems(path: str, given: Any, advice: Advice) -> list[Problem]:
    """What is wrong with a Worker's schedules, as far as they are texts in a list."""
    crons = given if isinstance(given, list) and all(isinstance(each, str) for each in given) else []
    told = [(breach.field.removeprefix("schedules").removesuffix(".cron"), breach) for breach in cron_breaches(crons)]
    return [advice.told(f"{path}.crons{index}", breach.value, breach.allowed) for index, breach in told]


def named(entries: Sequence[Entry]) -> list[str]:
    """The config keys that bindings name as those of their secrets, be the entry right or wrong."""
    found = []
    for entry in entries:
        bindings = entry.fields.get("bindings")
        for each in bindings.values() if isinstance(bindings, dict) else ():
            if isinstance(each, dict) and CREDENTIAL.fits(each.get("secret")):
                found.append(each["secret"])
    return found


def _rename_problems(workers: Mapping[str, WorkerSettings], advice: Advice) -> list[Problem]:
    """What is wrong with the former keys of Workers."""
    former = {key: worker.renamed_from for key, worker in workers.items() if worker.renamed_from}
    found = []
    for key, first in _twins(former):
        found.append(advice.wrong(f"workers.{key}.renamedFrom", former[key], f"another Worker than {first}'s"))
    for key, source in former.items():
        if source in workers:
            allowed = "the former key of this Worker, under which none is declared any more"
            found.append(advice.wrong(f"workers.{key}.renamedFrom", source, allowed))
        if workers[key].managed and not workers[key].name:
            allowed = (
                f"its name at Cloudflare, by default that of {source} and the environment: objects' data stays with it"
            )
            found.append(advice.missing(f"workers.{key}.name", allowed))
    return found


def _class_problems(path: str, worker: WorkerSettings, advice: Advice) -> list[Problem]:
    classes, of = f"{path}.classes", worker.classes
    sources = {name: each.renamed_from for name, each in of.items() if each.renamed_from}
    found = []
    for name, first in _twins({name: name.lower() for name in of}):
        found.append(advice.renamed(f"{classes}.{name}", f"{CLASS}; in lower case, as tags are, it is {first} again"))
    for name, each in of.items():
        if each.binding is None and worker.managed:
            found.append(advice.missing(f"{classes}.{name}.binding", "the name by which the code reaches the class"))
    for name, first in _twins({name: each.binding for name, each in of.items() if each.binding}):
        found.append(advice.wrong(f"{classes}.{name}.binding", of[name].binding, f"another binding than {first}'s"))
    for name, first in _twins(sources):
        found.append(advice.wrong(f"{classes}.{name}.renamedFrom", sources[name], f"another class than {first}'s"))
    for name, source in sources.items():
        if source in of:
            allowed = f"a class that is not declared itself; deploy without {source} first if it is to be created again"
            found.append(advice.wrong(f"{classes}.{name}.renamedFrom", source, allowed))
    for index, name in enumerate(worker.deleted_classes):
        if name in of or name in sources.values():
            allowed = "classes that are neither declared nor renamed: those keep their data"
            found.append(advice.wrong(f"{path}.deletedClasses[{index}]", name, allowed))
    if worker.managed and len(tag_of(of)) > MAX_TAG:
        value = f"{len(of)} classes, whose names are too long for a migration tag together"
        allowed = f"names that have at most {MAX_TAG} characters as {tag_of(sorted(of)[:2])}..., or several Workers"
        found.append(advice.told(classes, value, allowed))
    return found


def _repeated(path: str, worker: WorkerSettings, advice: Advice) -> list[Problem]:
    """What is in a list twice, where a Worker can have it once."""
    flags = {f"compatibilityFlags[{index}]": flag for index, flag in enumerate(worker.compatibility_flags)}
    patterns = {f"routes[{index}].pattern": route.pattern for index, route in enumerate(worker.routes)}
    hostnames = {f"domains[{index}].hostname": domain.hostname for index, domain in enumerate(worker.domains)}
    queues = {f"queueConsumers.{name}.queueId": each.queue_id for name, each in worker.queue_consumers.items()}
    return [
        advice.wrong(f"{path}.{place}", values[place], f"another one than {first} has; or take it out")
        for values in (flags, patterns, hostnames, queues)
        for place, first in _twins(values)
    ]


def _twins(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each name whose value an earlier one has as well, and that one."""
    first: dict[str, str] = {}
    return [(name, first[value]) for name, value in values.items() if first.setdefault(value, name) != name]
