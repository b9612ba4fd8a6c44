"""How many single changes to a stack are found: `python -m tests.drill.mutants --stack prod --sample 200`."""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml  # type: ignore[import-untyped]

from firedrill.in_turn import cores, in_turn
from firedrill.render import render
from firedrill.resources import Resource
from tests.drill.mutants.bench import Bench, Fate
from tests.drill.mutants.mutant import Mutant
from tests.drill.mutants.of_logs import mutants_of_logs
from tests.drill.mutants.of_messages import mutants_of_messages
from tests.drill.mutants.of_monitors import mutants_of_monitors
from tests.drill.mutants.of_routing import CONFIG, mutants_of_routing
from tests.drill.mutants.of_settings import mutants_of_settings
from tests.drill.mutants.of_worker import mutants_of_the_worker

ROOT = Path(__file__).resolve().parents[3]


def all_mutants(resources: Sequence[Resource], root: Path) -> Iterator[Mutant]:
    """Every single change that there is."""
    yield from mutants_of_monitors(resources)
    yield from mutants_of_messages(resources)
    yield from mutants_of_logs(resources)
    yield from mutants_of_settings(resources)
    yield from mutants_of_routing(resources)
    yield from mutants_of_the_worker(resources, root)


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge mutants and print the score; 1 when it is below what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.drill.mutants")
    parser.add_argument("--stack", default="prod")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=0, help="how many mutants; 0 for all")
    parser.add_argument("--each", type=int, default=0, help="how many mutants of each kind; 0 for all")
    parser.add_argument("--kind", action="append", default=[], help="only these kinds")
    parser.add_argument("--least", type=float, default=0.0, help="the least score, in percent")
    parser.add_argument(
        "--routed", action="store_true", help="the stack with notification rules and a deployment window"
    )
    parser.add_argument("--verbose", action="store_true", help="what found each")
    given = parser.parse_args(arguments)
    with routed(given.stack) if given.routed else nullcontext(ROOT) as root:
        return score(given, render(given.stack, root), root)


@contextmanager
def routed(stack: str) -> Iterator[Path]:
    """The project, with a stack that has all that `mutants_of_routing` changes."""
    file = f"Pulumi.{stack}.yaml"
    with TemporaryDirectory() as name:
        for each in ROOT.iterdir():
            if each.name not in (".firedrill", ".git", file):
                (Path(name) / each.name).symlink_to(each)
        config = yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))["config"]
        (Path(name) / file).write_text(yaml.safe_dump({"config": config | CONFIG}), encoding="utf-8")
        yield Path(name)


def score(given: argparse.Namespace, resources: Sequence[Resource], root: Path) -> int:
    """Judge mutants of a stack of the project in `root`."""
    mutants = [each for each in all_mutants(resources, root) if not given.kind or each.kind in given.kind]
    chance = random.Random(given.seed)  # noqa: S311 - not secret
    if given.each:
        kinds = [
            [each for each in mutants if each.kind == kind] for kind in dict.fromkeys(each.kind for each in mutants)
        ]
        mutants = [each for some in kinds for each in chance.sample(some, min(given.each, len(some)))]
    if given.sample:
        mutants = chance.sample(mutants, min(given.sample, len(mutants)))
    bench = Bench(resources, root)
    if bench.problems:
        print("the stack as it is fails:", *bench.problems, sep="\n  ")
        return 1
    fates: list[tuple[Mutant, Fate]] = []
    for mutant, (fate, why) in zip(mutants, in_turn(bench.fate, mutants, cores()), strict=True):
        fates.append((mutant, fate))
        if given.verbose:
            print(f"{fate}: {mutant.kind}: {mutant.what}: {why.partition(chr(10))[0]}", flush=True)
        if fate == "survived" and not mutant.equivalent:
            print(f"survived: {mutant.kind}: {mutant.what}", flush=True)
    return 0 if report(fates) >= given.least else 1


def report(fates: Sequence[tuple[Mutant, Fate]]) -> float:
    """Print a table by kind; returns the score in percent."""
    harmful = [(mutant, fate) for mutant, fate in fates if not (mutant.equivalent and fate == "survived")]
    print(f"{'kind':<22} {'all':>5} {'killed':>7} {'refused':>8} {'policy':>7} {'survived':>9}")
    for kind in dict.fromkeys(mutant.kind for mutant, _ in harmful):
        counted = Counter(fate for mutant, fate in harmful if mutant.kind == kind)
        numbers = [counted[fate] for fate in ("killed", "refused", "policy", "survived")]
        print(f"{kind:<22} {sum(numbers):>5} {numbers[0]:>7} {numbers[1]:>8} {numbers[2]:>7} {numbers[3]:>9}")
    found = sum(fate != "survived" for _, fate in harmful)
    score = 100 * found / max(len(harmful), 1)
    print(f"{found} of {len(harmful)} found: {score:.1f} %; {len(fates) - len(harmful)} equivalent")
    return score


if __name__ == "__main__":
    sys.exit(main())
