"""Drill the stack prod, and keep how each of its alerts was proven: a picture and figures, for the runbooks.

With --no-search the smallest fault that each alert sees is left out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from firedrill.drill.bracket import Sensitivity  # noqa: E402 - found through the line above
from firedrill.drill.choice import Choice  # noqa: E402
from firedrill.drill.run import run_drill  # noqa: E402
from firedrill.drill.stages import Stages  # noqa: E402
from firedrill.report.evidence import AlertEvidence, Picture, evidence_of  # noqa: E402
from firedrill.report.html.alert import proof_shown  # noqa: E402
from firedrill.report.html.alone import picture_file  # noqa: E402
from firedrill.report.html.summary import Judged, alerted, judged, recovered  # noqa: E402
from firedrill.report.terminal import console_for  # noqa: E402
from firedrill.report.words import count, listed, minutes, number  # noqa: E402
from tools.pages import proofs  # noqa: E402


def main() -> int:
    """Write the pictures and figures of what is proven; 1 where something is not."""
    stages = Stages(console_for(sys.stderr))
    drill = run_drill(Choice(proofs.STACK, ROOT), stages, search="--no-search" not in sys.argv)
    declared, kept = proofs.declarations(), {}
    folder = proofs.KEPT.parent
    folder.mkdir(exist_ok=True)
    for each in folder.glob("*.svg"):
        each.unlink()
    searched = {each.monitor: each for worker in drill.result.workers for each in worker.sensitivity}
    for alert in judged(drill.result, evidence_of(drill)):
        id_, evidence = alert.verdict.monitor, alert.evidence
        if alert.verdict.proven and evidence and evidence.picture and id_ in declared:
            picture = evidence.picture
            title = f"{id_} in scenario {picture.scenario}"
            (folder / f"{id_}.svg").write_text(picture_file(picture, title))
            kept[id_] = {
                "declared": declared[id_],
                "monitor": id_,
                "scenario": picture.scenario,
                "summary": picture.summary,
                "said": list(_said(alert, evidence, picture, searched.get(id_))),
            }
    proofs.KEPT.write_text(f"{json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True)}\n")
    for name, text in proofs.sections().items():
        (ROOT / name).write_text(text)
    missing = sorted(declared.keys() - kept)
    print(f"{len(kept)} alerts in {folder.relative_to(ROOT)}{f'; not proven: {listed(missing)}' if missing else ''}")
    return 1 if missing else 0


def _said(alert: Judged, evidence: AlertEvidence, picture: Picture, searched: Sensitivity | None) -> Iterator[str]:
    expected, proof = evidence.expected, proof_shown(alert.verdict, evidence)
    if proof:
        yield f"alerts {minutes(alerted(proof))} after the fault begins, of {minutes(expected.alert_minutes)} allowed"
        after = recovered(proof)
        if after is not None:
            when = f"{minutes(abs(after))} {'before' if after < 0 else 'after'} the fault ends"
            yield f"recovers {when}, of {minutes(expected.recover_minutes)} allowed"
    heard = listed(f"`{each}`" for each in picture.heard)
    yield f"tells {heard or 'nobody, as a part of another alert'}"
    yield f"stays quiet in {count(alert.verdict.quiet_scenarios, 'scenario')} that do not concern it"
    if searched and searched.smallest is not None:
        quiet = f", quiet at {number(searched.quiet)}" if searched.quiet is not None else ""
        danger = f"the danger that it is there for begins at {number(searched.size)}"
        yield f"fires from {number(searched.smallest)} {searched.unit} on{quiet}; {danger}"


if __name__ == "__main__":
    sys.exit(main())
