"""Which of the marked values reach which destination of Logpush, and in which field."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from firedrill.drill.record import as_records
from firedrill.drill.result import Exposure
from firedrill.runtime.take import Take
from firedrill.vendors.cloudflare.job import Elsewhere
from firedrill.vendors.cloudflare.trace_items import VARIANTS, Script


def exposures(
    worker: str, script: str, take: Take, marks: Mapping[str, str], jobs: Iterable[Elsewhere]
) -> list[Exposure]:
    """What each job that sends records of a take sends of the marks in them, however the vendor's documents are read.

    `worker` is the Worker's name in reports, `script` at Cloudflare; `marks` has each text by what it stands for.
    """
    records = [each for reading in VARIANTS for each in as_records(take, Script(script), reading).records]
    found = []
    for job in jobs:
        sent = [prepared for each in records if (prepared := job.prepare(each)) is not None]
        fields = {name: _texts([record[name] for record in sent]) for name in job.output.field_names}
        reached = {of: tuple(name for name, text in fields.items() if mark in text) for of, mark in marks.items()}
        if sent:
            found.append(Exposure(worker, job.name, job.kind, reached))
    return found


def _texts(values: Sequence[object]) -> str:
    return json.dumps(values, ensure_ascii=False).lower()
