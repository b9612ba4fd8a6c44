"""The cells of docs/destinations.md: what is proven of each destination, a test for each cell."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_plus

import pulumi
import pytest

from firedrill.challenge.meeting import asked_and_read
from firedrill.challenge.reading import read_token
from firedrill.cloud.cloud import Cloud
from firedrill.cloud.contents import deployed
from firedrill.cloud.store import Store
from firedrill.cloud.tokens import OWNERSHIP_CHALLENGE
from firedrill.components.destination_settings import KINDS
from firedrill.components.log_delivery.destinations import ConfiguredDestination, DatadogDestination, Destination
from firedrill.drill.drill import Drill
from firedrill.drill.result import Delivered, DrillResult
from firedrill.render import mock_engine
from firedrill.render.stack_config import PLACEHOLDER, StackConfig
from firedrill.resources import LOGPUSH_JOB, SECRET, Resource, dumps
from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec
from firedrill.sinks.local import LocalDestinations
from firedrill.sinks.opened import opened
from firedrill.sinks.programs import Programs
from firedrill.sinks.push import Pushed, push
from firedrill.vendors.cloudflare.delivery import Batch
from firedrill.vendors.cloudflare.job import Elsewhere, compile_uploading
from firedrill.vendors.cloudflare.rules.destinations.check import destination_breaches
from firedrill.vendors.cloudflare.uploads import records_in
from firedrill.vendors.errors import FiredrillError
from tests.destinations.cases import ACCOUNT, CASES, conf, output
from tests.providers import components
from tools.pages.destinations_page import ASPECTS, TYPES, is_challenged

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FIELDS = ["EventTimestampMs", "Event", "Outcome"]
RECORDS = [
    {"EventTimestampMs": 1_795_000_000_000 + n, "Event": {"Request": {"URL": f'https://a/é"\\?n={n}'}}, "Outcome": "ok"}
    for n in range(50)
]
each = pytest.mark.parametrize("kind", TYPES)


def test_every_cell_of_the_page_has_a_case_and_a_test() -> None:
    assert tuple(CASES) == TYPES
    for aspect in ASPECTS:
        (mark,) = globals()[f"test_{aspect}"].pytestmark
        assert mark.args == each.args


@each
def test_built(kind: str) -> None:
    case, text = CASES[kind], conf(kind)
    before, _, query = text.partition("?")
    assert text.isprintable()
    assert not set(text) & set(' #"\\')
    assert not [*destination_breaches(text)]
    pairs = [part.partition("=")[::2] for part in query.split("&") if part]
    for decode in (unquote, unquote_plus):  # whichever of them Cloudflare uses
        assert case.means.items() <= {decode(name): decode(value) for name, value in pairs}.items()
    assert case.path in unquote(before)


@pytest.fixture
def cloud(tmp_path: Path, destinations: LocalDestinations) -> Cloud:
    """A cloud with real services for destinations, and a clock that stands still."""
    store = Store(tmp_path / "cloud" / "state.json")
    return Cloud(store, root=tmp_path, destinations=destinations, clock=lambda: NOW)


def token_of(kind: str, cloud: Cloud, destinations: LocalDestinations) -> str:
    """The token that the cloud has written into a destination, as its owner reads it there."""

    class Asked:
        def ask(self, account_id: str, text: str) -> str:
            return cloud.challenge(f"accounts/{account_id}", text)

        def accepts(self, account_id: str, text: str, token: str) -> bool:
            return cloud.is_met(f"accounts/{account_id}", text, token)

    def read(text: str, file: str) -> str:
        if kind == "sumo":
            return destinations.shown(text)
        return read_token(text, file, destinations.variables(text))

    return asked_and_read(Asked(), read)(ACCOUNT, conf(kind))


def job(kind: str, **changes: Any) -> dict[str, Any]:
    shape = {_camel(name): value for name, value in output(kind).items()}
    inputs = {
        "accountId": ACCOUNT,
        "name": kind,
        "enabled": True,
        "dataset": "workers_trace_events",
        "outputOptions": {"fieldNames": ["EventTimestampMs", "Outcome", "WallTimeMs"], **shape},
        "destinationConf": conf(kind),
        **changes,
    }
    return {name: value for name, value in inputs.items() if value}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.title, others))


def created(cloud: Cloud, inputs: dict[str, Any]) -> None:
    checked = cloud.check(LOGPUSH_JOB, inputs)
    if checked.problems:
        raise FiredrillError("; ".join(checked.problems))
    cloud.create(LOGPUSH_JOB, checked.inputs)


@each
def test_challenged(kind: str, cloud: Cloud, destinations: LocalDestinations) -> None:
    challenge = {"accountId": ACCOUNT, "destinationConf": conf(kind)}
    if not is_challenged(kind):
        assert [*cloud.check(OWNERSHIP_CHALLENGE, challenge).problems] == [
            "LogpushOwnershipChallenge: this destination needs no challenge; remove it."
        ]
        created(cloud, job(kind))
        return
    for wrong in ("", "guessed"):
        with pytest.raises(FiredrillError, match=r"ownership_challenge is (missing|not that of the destination)"):
            created(cloud, job(kind, ownershipChallenge=wrong))
    created(cloud, job(kind, ownershipChallenge=token_of(kind, cloud, destinations)))


def declared(kind: str, key: str) -> Destination:
    """A destination of the program, every secret of it being the same text."""
    if kind == "datadog":
        return DatadogDestination("datadoghq.com", pulumi.Output.secret(key), "source", "service", ["env:x"])
    settings = KINDS[kind].model_validate(CASES[kind].fields)
    names = (*settings.secrets, *settings.own_secrets)
    return ConfiguredDestination(settings, ACCOUNT, dict.fromkeys(names, pulumi.Output.secret(key)))


@each
def test_masked(kind: str, cloud: Cloud) -> None:
    def rendered(key: str) -> Resource:
        def program() -> None:
            args = components()["LogDeliveryArgs"]("title", ACCOUNT, ["worker"], declared(kind, key))
            components()["LogDelivery"]("d", args)

        (found,) = [
            one for one in mock_engine.record(program, "dev", StackConfig("p", {}, ())) if one.type == LOGPUSH_JOB
        ]
        return found

    whole, inside = rendered("PLANTED"), rendered(PLACEHOLDER)
    assert "destinationConf" in whole.secret_inputs
    assert "PLANTED" not in dumps([whole])
    assert PLACEHOLDER not in dumps([inside])
    assert SECRET in inside.inputs["destinationConf"]

    standing_in = Cloud(cloud.store, stand_in=True)
    created(standing_in, job(kind, ownershipChallenge="PLANTED" if is_challenged(kind) else None))
    shown = dumps(deployed(cloud.store.file)) + json.dumps({**json.loads(cloud.store.file.read_text()), "vault": None})
    assert "PLANTED" not in shown + unquote(shown)


@each
def test_accepted(kind: str, cloud: Cloud, destinations: LocalDestinations) -> None:
    token = token_of(kind, cloud, destinations) if is_challenged(kind) else ""
    created(cloud, job(kind, ownershipChallenge=token))
    destinations.test(conf(kind))


@each
def test_refused(kind: str, cloud: Cloud) -> None:
    case, text = CASES[kind], conf(kind)
    assert case.right in text
    with pytest.raises(FiredrillError) as refused:
        created(cloud, job(kind, destinationConf=text.replace(case.right, case.wrong)))
    assert case.told in str(refused.value)
    assert "PLANTED" not in unquote(str(refused.value))


def uploading(kind: str) -> Elsewhere:
    options = {"field_names": FIELDS, **output(kind)}
    api = {"name": kind, "dataset": "workers_trace_events", "enabled": True, "output_options": options}
    (found,) = compile_uploading([{**api, "destination_conf": conf(kind)}])
    return found


_SENT: dict[str, tuple[list[Pushed], list[Any]]] = {}


@pytest.fixture
def sent(programs: Programs) -> Callable[[str], tuple[list[Pushed], list[Any]]]:
    """How the uploads of two batches to a destination ended, and the records that are there afterwards; sent once."""

    def send(kind: str) -> tuple[list[Pushed], list[Any]]:
        if kind not in _SENT:
            known = uploading(kind)
            sink = opened(known, programs)
            batches = (Batch(1_795_000_030_000, RECORDS[:20]), Batch(1_795_000_060_000, RECORDS[20:]))
            ended = [push(sink, known.upload(number, batch), lambda _: None) for number, batch in enumerate(batches)]
            _SENT[kind] = ended, [record for lines in sink.arrived() for record in records_in(lines)]
        return _SENT[kind]

    return send


@each
def test_delivered(kind: str, sent: Callable[[str], tuple[list[Pushed], list[Any]]]) -> None:
    ended, _ = sent(kind)
    assert ended == [Pushed(True, ()), Pushed(True, ())]


@each
def test_read_back(kind: str, sent: Callable[[str], tuple[list[Pushed], list[Any]]]) -> None:
    _, there = sent(kind)
    assert Counter(map(json.dumps, there)) == Counter(map(json.dumps, RECORDS))


FAILING = Scenario("failing", "half of it fails", (Phase(5, TakeSpec("failing", ())),), fires={"failures": "Alert"})
_DRILLED: list[DrillResult] = []


@pytest.fixture
def drilled(tiny: Callable[..., list[Resource]], small_drill: Callable[..., Drill]) -> DrillResult:
    """A drill of a stack with a job to each destination, as it is rendered; the same one for all tests."""
    if not _DRILLED:
        script, _, *rest = tiny()
        jobs = [
            Resource(
                LOGPUSH_JOB,
                kind,
                f"urn:{kind}",
                str(number),
                job(kind, destinationConf=_rendered(kind), ownershipChallenge=SECRET),
            )
            for number, kind in enumerate(TYPES)
        ]
        _DRILLED.append(small_drill([script, *jobs, *rest], FAILING).result)
    return _DRILLED[0]


def _rendered(kind: str) -> str:
    settings = None if kind == "datadog" else KINDS[kind].model_validate(CASES[kind].fields)
    names = (*settings.secrets, *settings.own_secrets) if settings else ("apiKey",)
    return conf(kind, dict.fromkeys(names, PLACEHOLDER)).replace(PLACEHOLDER, SECRET)


@each
def test_drilled(kind: str, drilled: DrillResult) -> None:
    (found,) = [one for one in drilled.deliveries if one.job == kind]
    if found.obstacle:
        pytest.skip(found.obstacle)
    assert found == Delivered(kind, found.kind, 8)
