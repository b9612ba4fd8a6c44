"""Verify a stack where it is deployed: in real accounts, or in the local cloud."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from firedrill.cloudflare_api import Cloudflare
from firedrill.documents import text_of
from firedrill.engine.workspace import Workspace
from firedrill.live.attach import place_of
from firedrill.scenarios.read_drill_file import read_drill_file
from firedrill.verify.check import Check, Patience
from firedrill.verify.datadog_api import Datadog
from firedrill.verify.deployment import read
from firedrill.verify.run import Accounts, Canaries, verify
from firedrill.verify.sources import access_of, export_of, local_access, local_export

DEFAULT_SITE = "datadoghq.com"


def verify_stack(
    stack: str,
    root: Path,
    patience: Patience,
    run: int,
    *,
    local: bool,
    export: Path | None,
    workers: Mapping[str, str],
    page: bool,
) -> Iterator[Check]:
    """Every check as soon as it is done; with `page` somebody is paged, too.

    `export` is a file with the stack's export, asked for by default; `workers` are addresses by script.

    Raises CannotRun for what keeps it from looking, FiredrillError for what the files say wrongly.
    """
    if export is not None:
        deployment = read(text_of(export, str(export)), str(export))
    else:
        text = local_export(stack, root) if local else export_of(stack, root)
        deployment = read(text, f"the export of stack {stack!r}")
    canaries = {each.key: read_drill_file(root / each.drill, each.drill).canary for each in deployment.services}
    if local:
        place = place_of(Workspace.of(root).folder, stack)
        access, workers = local_access(place), {**place.workers, **workers}
    else:
        access = access_of(stack, root)
    site = deployment.site or DEFAULT_SITE
    with (
        closing(Cloudflare(access.token, access.cloudflare)) as cloudflare,
        closing(Datadog(access.api_key, access.app_key, access.datadog or f"https://api.{site}")) as datadog,
    ):
        accounts = Accounts(cloudflare, datadog, site, access.archives)
        yield from verify(deployment, accounts, Canaries(canaries, workers, run), patience, stack if page else "")
