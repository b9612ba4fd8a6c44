"""Rules about what telemetry says of people and objects: nothing that nobody asked for, and ids as hashes alone."""

from __future__ import annotations

from collections.abc import Iterator

from firedrill.policies.jobs import delivers_here, selected
from firedrill.policies.rule import Declared, Item, Rule, entries
from firedrill.resources import LOGPUSH_JOB, OBSERVED_SERVICE, WORKERS_SCRIPT
from firedrill.salt import SALT

PERSONAL = {"Event": "URLs and headers", "Exceptions": "texts and stacks"}
"""Fields of Logpush that may hold anything, and what they have.

Source: developers.cloudflare.com/logs/logpush/logpush-job/datasets/account/workers_trace_events
"""


def _fields(item: Item, declared: Declared) -> Iterator[str]:
    service = declared.service(item)
    if service is None or not delivers_here(item):
        return
    asked = service.inputs.get("moreFields") or ()
    for field in (each for each in PERSONAL if each in selected(item) and each not in asked):
        why = "nothing here reads it, and firedrill:moreFields does not ask for it"
        yield f"it sends {field}, which has {PERSONAL[field]}; {why}"


def _hashed(item: Item, _: Declared) -> Iterator[str]:
    bound = {each.get("name") for each in entries(item.inputs.get("bindings"))}
    # its URN has its parents' types: bindings are known of one resource, and not during a preview of the whole stack
    if OBSERVED_SERVICE in item.urn and SALT not in bound:
        yield f"it has no binding {SALT}: its telemetry cannot tell one object from another"


RULES = (
    Rule(
        "logpush-personal-fields-asked-for",
        "What may hold personal data leaves Cloudflare only where somebody decided that it may.",
        "remove the field from outputOptions.fieldNames, or name it in firedrill:moreFields",
        (LOGPUSH_JOB,),
        _fields,
        whole=True,
    ),
    Rule(
        "worker-ids-hashed",
        "Telemetry names objects by a hash with a secret salt; without the salt it names none.",
        f"bind {SALT} as a secret",
        (WORKERS_SCRIPT,),
        _hashed,
    ),
)
