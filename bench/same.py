"""`python -m bench.same FOLDER`: whether a project's observed Workers answer as their bare ones do.

Wrangler bundles both from the same sources; in the bare one, what `firedrill` exports gives back what it is given. They
are sent the drill file's everyday traffic, HTTP and WebSockets. Ids and times that are made anew are no difference.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from firedrill.components.wrangler.file import read
from firedrill.components.wrangler.upload import upload_of
from firedrill.drill.choice import Choice
from firedrill.drill.compiled import compile_workers
from firedrill.drill.drill import resources_of
from firedrill.drill.plan import Plan, plan_of, plans_of
from firedrill.runtime.deployment import Deployment
from firedrill.runtime.recording import deployed
from firedrill.runtime.take import Response

BARE = """
const given = (value) => value;
export const observeObject = given, observeWorker = given;
export const observedObject = () => given, observedWorker = () => given;
export const current = () => ({}), rows = (_, cursor) => cursor;
export const report = () => {};
"""
_NEW = re.compile(
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{16,}"
    r"|\d{4}-\d\d-\d\dT[\d:.]+Z|\d{1,2}:\d\d:\d\d [AP]M|\d{10,}"
)
_WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class Difference:
    """What a request was answered by the bare and by the observed Worker."""

    request: str
    bare: Response
    observed: Response


def differences(plan: Plan, bare: Deployment) -> Iterator[Difference]:
    """Send the everyday traffic to both, one client after the other."""
    requests = plan.healthy.requests
    answers = []
    for each in (bare, plan.deployment):
        with deployed(each) as worker:
            answers.append(worker.take(requests, concurrency=1).responses)
    for request, one, other in zip(requests, *answers, strict=True):
        if (one.status, _known(one.body, other.body)) != (other.status, _known(other.body, one.body)):
            yield Difference(str(request), one, other)


def bare_of(deployment: Deployment, root: Path, wrangler: str, environment: str) -> Deployment:
    """The same Worker with a `firedrill` that observes nothing."""
    with tempfile.TemporaryDirectory() as folder:
        module = Path(folder, "bare.mjs")
        module.write_text(BARE, encoding="utf-8")
        made = upload_of(root, read(root, wrangler, environment), {"firedrill": str(module)}).made
    assert b"firedrill_background_error" not in made.code, "the bare Worker is observed"
    return replace(deployment, bundle=made.code, modules=tuple(made.modules))


def _known(text: str, other: str) -> str:
    """The text without what is new in each run: ids, times, and words with a digit or of mixed case that differ."""
    words, others = (_WORD.findall(_NEW.sub("new", each)) for each in (text, other))
    if len(words) != len(others):
        return text
    random = {word for word, by in zip(words, others, strict=True) if word != by and len(word) == len(by) >= 6}
    return _WORD.sub(lambda found: "new" if found[0] in random else found[0], _NEW.sub("new", text))


def main(folder: str, stack: str = "dev") -> int:
    """Compare every Worker of a stack that Wrangler deploys; returns how many differ."""
    root, differ = Path(folder).resolve(), 0
    resources = resources_of(Choice(stack, root))
    workers = compile_workers(resources)
    files = _wrangler_files(root, stack)
    for name, plan in plans_of(workers, plan_of, root).items():
        if name not in files:
            continue
        found = list(differences(plan, bare_of(plan.deployment, root, files[name], stack)))
        differ += bool(found)
        print(f"{name}: {len(plan.healthy.requests)} steps, {len(found) or 'none'} answered otherwise")
        for each in found[:5]:
            print(f"  {each.request}\n    bare:     {each.bare}\n    observed: {each.observed}"[:900])
    return differ


def _wrangler_files(root: Path, stack: str) -> dict[str, str]:
    config = yaml.safe_load((root / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))["config"]
    workers = config["firedrill:workers"] or {}
    return {key: each["wrangler"] for key, each in workers.items() if each and each.get("wrangler")}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
