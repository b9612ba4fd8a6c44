"""Run a deployed stack until it is ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from firedrill.declared.collectors import collectors_in
from firedrill.declared.declaration import declared_in
from firedrill.engine.lock import RUNS, exclusive
from firedrill.live.api.serve import apis
from firedrill.live.clock import FastClock
from firedrill.live.control import control_file, new_token, served
from firedrill.live.delivering import Courier, couriers
from firedrill.live.deployable import Program
from firedrill.live.events import LogSeen, Noted, Standing
from firedrill.live.hub import Hub, Watcher
from firedrill.live.stack import LiveStack
from firedrill.live.view import line
from firedrill.live.worker import running
from firedrill.organisation import Organisation, compile_organisation, metrics_of, unfed
from firedrill.resources import Resource
from firedrill.vendors.datadog.monitors import Monitor
from firedrill.vendors.errors import FiredrillError

SPEED = 60.0
"""A minute of a window takes a second."""
FASTEST = 3_600.0
"""An hour takes a second: beyond it evaluations of every minute cannot keep up."""


def run_live(
    resources: Sequence[Resource],
    programs: Sequence[Program],
    folder: Path,
    stack: str,
    *,
    port: int = 0,
    speed: float = SPEED,
    sinks: Mapping[str, str] = MappingProxyType({}),
    announce: Callable[[str], None] = print,
    serving: Callable[[], None] = lambda: None,
) -> None:
    """Run what is deployed until Ctrl-C or `firedrill down`; announce where it answers, and whatever its monitors do.

    `serving` is called when all that it announces at first is said.

    `folder` is where the local cloud keeps its files. Workers answer at `port` and the ports after it, or at free ones
    (0). `sinks` are programs of somebody else by the host of a destination. Simulated time runs `speed` times as fast
    as real time.
    Raises CannotRun when workerd cannot run or ends, FiredrillError for what cannot be run as it is declared.
    """
    check_speed(speed)
    declared = compile_organisation(declared_in(resources))
    collected = uncollected(declared, resources)
    organisation = replace(declared, monitors=[each for each in declared.monitors if each not in collected])
    hub = Hub()
    watcher = hub.watch()
    clock = FastClock(speed)
    root = programs[0].root if programs else Path()
    files = folder / "sinks" / stack

    def note(text: str) -> None:
        hub.publish(Noted(clock.now_ms(), text))

    with exclusive(folder / "live" / f"{stack}.lock", f"firedrill up --stack {stack}", datetime.now(), RUNS):
        with couriers(organisation.uploading, root, files, speed, note, sinks) as ways:
            live = LiveStack(stack, organisation, clock, hub, speed, ways)
            with up(live, programs, hub, folder, port, resources):
                try:
                    for monitor in collected:
                        announce(f"the monitor {monitor.name!r} is left out: nothing here runs the collector")
                    for text in _welcome(organisation, programs, live, speed, ways.values()):
                        announce(text)
                    serving()
                    while not live.ending.is_set():
                        live.step()
                        _announce_changes(watcher, announce)
                except KeyboardInterrupt:
                    pass
                live.end()
        for courier in ways.values():
            announce(courier.summary)
        announce("stopped; the objects keep their data")


def uncollected(organisation: Organisation, resources: Sequence[Resource]) -> list[Monitor]:
    """The monitors of what a collector would bring: nothing here runs one, so they would tell of its absence."""
    collectors = collectors_in(resources).values()
    return [
        monitor
        for monitor in organisation.monitors
        if any(each.makes(metric) for each in collectors for metric in metrics_of(monitor))
    ]


def check_speed(speed: float) -> None:
    """Raise FiredrillError for a speed that simulated time cannot run at."""
    if not 0 < speed <= FASTEST:
        raise FiredrillError(f"the speed is {speed:g}; give a number above 0 and up to {FASTEST:g}, 1 being real time")


@contextmanager
def up(
    live: LiveStack,
    programs: Sequence[Program],
    hub: Hub,
    folder: Path,
    port: int = 0,
    resources: Sequence[Resource] = (),
) -> Iterator[None]:
    """Run the Workers, and let other commands reach the stack, until the block ends, which takes the stack's steps.

    `resources` are what the vendors' APIs tell of.
    """
    with ExitStack() as ends:
        workers = [
            ends.enter_context(running(program, port and port + number, live.sink(program.script)))
            for number, program in enumerate(programs)
        ]
        live.begin(workers)
        token = new_token()
        api = ends.enter_context(apis(resources, live, token))
        archives = {name: dict(each) for name, each in live.archives.items()}
        file = control_file(folder, live.name)
        reached = served(file, hub, live.switch, live.ending.set, token=token, api=api, archives=archives)
        ends.enter_context(reached)
        yield


def _welcome(
    organisation: Organisation,
    programs: Sequence[Program],
    live: LiveStack,
    speed: float,
    ways: Iterable[Courier],
) -> Iterator[str]:
    for name, address in live.addresses.items():
        yield f"{name} answers at {address}"
    for program in programs:
        if left_out := [name for name, given in program.replaced.items() if given is None]:
            yield f"{program.name} runs without {', '.join(left_out)}, which its drill file leaves out"
    if not organisation.jobs:
        yield "there is no Logpush job to Datadog, so nothing gets there"
    yield from (courier.said for courier in ways if courier.job.kind != "datadog")
    for monitor in organisation.monitors:
        if missing := unfed(monitor):
            yield f"the monitor {monitor.name!r} stays silent: nothing here feeds {missing}"
    if objectives := len(organisation.slo_alerts):
        yield f"{objectives} alerts on SLOs are evaluated on what happens from now on, as if the objectives were new"
    yield from dict.fromkeys(
        text for program in programs for job in organisation.jobs for text in job.obstacles(program.script)
    )
    if speed != 1:
        yield (
            f"simulated time runs {speed:g} times as fast as real time: a window of 5 minutes takes {300 / speed:g} s;"
            " timers of the Worker itself and its latencies are real"
        )
    yield f"watch it with: firedrill watch --stack {live.name}"
    yield f"verify it with: firedrill verify --local --stack {live.name}"
    yield f"make it fail with: firedrill fault storage-failing on --stack {live.name}"


def _announce_changes(watcher: Watcher, announce: Callable[[str], None]) -> None:
    while not watcher.empty():
        event = watcher.get_nowait()
        if event and not isinstance(event, LogSeen | Standing):
            announce(line(event))
