"""What a scenario is: traffic, faults and what must follow, as data (contract 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from firedrill.runtime.take import Faults, Request
from firedrill.scenarios.marks import Mark, any_record

MINUTE_MS = 60_000


@dataclass(frozen=True)
class TakeSpec:
    """What to record in workerd: one simulated minute of `requests`, `concurrency` at a time, under `faults`.

    `cleanups` says that conversations go idle within the take, so that the inactivity alarm runs.
    """

    name: str
    requests: tuple[Request, ...]
    faults: Faults = field(default_factory=Faults)
    concurrency: int = 4
    cleanups: bool = False


@dataclass(frozen=True)
class Platform:
    """Fields that only the platform produces, set on every `every`-th record of an object: modelled, not measured."""

    fields: Mapping[str, Any]
    every: int = 1


@dataclass(frozen=True)
class Slowed:
    """How long every `every`-th call of each operation of a class took, as its lines and its records tell."""

    class_name: str
    ms: int
    every: int = 5


@dataclass(frozen=True)
class Said:
    """What the telemetry lines of records say in place of what was recorded: `fields`, and numbers so many `times`.

    For what no take of a minute can bring about, such as a database that is nearly full: modelled, not measured.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    times: Mapping[str, float] = field(default_factory=dict)


Only = Literal["", "operation", "rarest operation", "instance", "entrypoint"]
"""Of what alone records are taken; "" for of all."""
Unit = Literal["a minute", "% of them", "% more"]
Collecting = Literal["", "stopped", "refused"]
"""How the collector of Cloudflare's own metrics does: well, not at all, or with a token that Cloudflare refuses."""


@dataclass(frozen=True)
class Struck:
    """Records of a take that show a fault (`mark` says which), put among those of a phase, evenly over its minutes.

    `size` is how many of them: "a minute", "% of them" (of the phase's records that are `among`, these included) or
    "% more" (than the phase has of these). `only` takes those of the most frequent operation or
    of the rarest one, or of the instance or the entrypoint that has most of them. Lines say what is `said`, if anything
    is.
    """

    take: TakeSpec
    mark: Mark
    class_name: str
    size: float
    unit: Unit
    among: Mark = any_record
    platform: Platform | None = None
    only: Only = ""
    said: Said | None = None


@dataclass(frozen=True)
class Phase:
    """A stretch of simulated time in which every minute repeats one take.

    Of each kind of the take's records, the share `kept` stays, of heartbeats all; those that are `struck` come on top.
    `copies` of the traffic fall into each minute, or one into every `every`-th minute. `delivery` False: the
    destination of the Logpush job refuses every batch. Batches arrive `late` by so many minutes. Records that are
    marked `without` are left out. `collecting` is how the collector does.
    """

    minutes: int
    take: TakeSpec
    copies: int = 1
    every: int = 1
    platform: Platform | None = None
    delivery: bool = True
    late: int = 0
    without: Mark | None = None
    kept: float = 1.0
    struck: Struck | None = None
    slowed: Slowed | None = None
    collecting: Collecting = ""

    @property
    def takes(self) -> tuple[TakeSpec, ...]:
        """The takes that it is made of."""
        return (self.take, self.struck.take) if self.struck else (self.take,)


@dataclass(frozen=True)
class Lasting:
    """A fault of hours or days, `before` minutes of healthy traffic and `after` minutes of it: all by repetition.

    Each stretch repeats what a few minutes of its takes came to. With a `rate`, that share of what objectives count is
    bad, a mixture of faulty and healthy minutes; else all of the fault is as its takes are. Monitors are evaluated each
    `step` minutes.
    """

    minutes: int
    before: int
    after: int
    rate: float | None = None
    step: int = 1


@dataclass(frozen=True)
class Scenario:
    """`before` minutes of healthy traffic, the fault, `after` minutes of healthy traffic.

    `fires` names each monitor that must leave OK during the fault and come back after it, and the state it must reach
    ("Alert" or "No Data"). Those in `may_fire` have a reason to fire that the timeline does not decide; all others must
    stay quiet. Where it is `about` some monitors only, others are not judged in it; if it `may_warn`, a warning is
    quiet. Where traffic `ends` with the fault, nothing comes after it. `produces` lists metric scopes of which the
    fault must leave points. Monitors are watched from `watched` minutes before the fault on. A fault and what follows
    it together last at most an hour, unless traffic is as ever:
    what is compared with an hour ago would else see the fault a second time. One that is `lasting` is for monitors of
    objectives alone.
    """

    name: str
    summary: str
    fault: tuple[Phase, ...]
    fires: Mapping[str, str] = field(default_factory=dict)
    may_fire: frozenset[str] = frozenset()
    produces: tuple[str, ...] = ()
    about: frozenset[str] = frozenset()
    may_warn: bool = False
    before: int = 5
    after: int = 30
    watched: int = 15
    lasting: Lasting | None = None
    ends: bool = False

    @property
    def fault_minutes(self) -> int:
        """Length of the fault in simulated minutes."""
        return self.lasting.minutes if self.lasting else sum(phase.minutes for phase in self.fault)

    def wants_quiet(self, monitor: str) -> bool:
        """Whether a monitor must stay quiet in it."""
        return (not self.about or monitor in self.about) and monitor not in {*self.fires, *self.may_fire}

    def is_noise(self, state: str) -> bool:
        """Whether a monitor that must stay quiet may not go to a state."""
        return state not in (("OK", "Warn") if self.may_warn else ("OK",))

    def phases(self, healthy: TakeSpec) -> tuple[Phase, ...]:
        """The timeline in order, `healthy` traffic around the fault."""
        return (Phase(self.before, healthy), *self.fault, Phase(self.after, healthy, kept=0.0 if self.ends else 1.0))
