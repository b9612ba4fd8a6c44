"""The policy pack as Pulumi's engine runs it: its own process, spoken to in the engine's protocol."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]
from pulumi.runtime.proto import analyzer_pb2 as proto
from pulumi.runtime.proto.analyzer_pb2_grpc import AnalyzerStub
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from firedrill.policies.offline import judge
from firedrill.policies.rules import RULES
from firedrill.render import render
from firedrill.resources import LOGPUSH_JOB, LOGS_PIPELINE, MONITOR, WORKERS_SCRIPT, Resource

ROOT = Path(__file__).parents[2]
SEEN_OFFLINE_ONLY = {"no-plain-credential"}  # the engine does not tell a policy which values are secret


@pytest.fixture(scope="module")
def pack() -> Iterator[AnalyzerStub]:
    command = [sys.executable, "-u", "__main__.py"]
    with subprocess.Popen(command, cwd=ROOT / "firedrill" / "policies", stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        with grpc.insecure_channel(f"127.0.0.1:{process.stdout.readline().strip()}") as channel:
            yield AnalyzerStub(channel)
        process.kill()


@pytest.mark.parametrize("lines", [0, 1])
def test_a_pack_that_pulumi_ends_shows_no_traceback(lines: int) -> None:
    command = [sys.executable, "-X", "importtime", "-u", "__main__.py"]
    folder, pipe = ROOT / "firedrill" / "policies", subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout
        assert process.stderr
        next(line for line in process.stderr if "| grpc" in line or "google.protobuf" in line)
        for _ in range(lines):
            process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert "Traceback" not in said
    assert process.returncode == 0


def diagnostics(pack: Any, resources: Sequence[Resource]) -> list[tuple[str, str, str]]:
    """(policy, URN, message) of everything that the pack reports for each resource and then for the stack."""
    found = []
    analyzed = []
    for each in resources:
        properties = Struct()
        properties.update(each.inputs)
        options = proto.AnalyzerResourceOptions(protect=each.protect)
        request = {"type": each.type, "properties": properties, "urn": each.urn, "name": each.name, "options": options}
        found += list(pack.Analyze(proto.AnalyzeRequest(**request)).diagnostics)
        analyzed.append(proto.AnalyzerResource(**request, parent=each.parent, dependencies=each.depends_on))
    found += list(pack.AnalyzeStack(proto.AnalyzeStackRequest(resources=analyzed)).diagnostics)
    return sorted((each.policyName, each.urn, each.message) for each in found)


def offline(stack: str, resources: Sequence[Resource]) -> list[tuple[str, str, str]]:
    return sorted(
        (each.rule.id, each.item.urn, f"{each.rule.reason}\n{each.finding}. To fix it, {each.rule.remedy}.")
        for each in judge(stack, resources, {}).violations
        if each.rule.id not in SEEN_OFFLINE_ONLY
    )


def spoilt(resources: Sequence[Resource]) -> list[Resource]:
    """Every resource without its inputs, so that as many policies as possible object."""
    return [
        Resource(each.type, each.name, each.urn, each.id, {} if each.type != MONITOR else {"tags": []}, each.parent)
        for each in resources
    ]


def test_the_pack_offers_every_policy_with_its_level(pack: Any) -> None:
    info = pack.GetAnalyzerInfo(Empty())
    levels = {proto.EnforcementLevel.Name(each.enforcementLevel).lower() for each in info.policies}
    assert [each.name for each in info.policies] == [rule.id for rule in RULES]
    assert levels == {"mandatory", "advisory"}


def test_the_engine_and_the_offline_run_agree_on_a_shipped_stack(pack: Any) -> None:
    resources = render("prod", ROOT)
    assert diagnostics(pack, resources) == offline("prod", resources)


def test_the_engine_and_the_offline_run_agree_on_a_stack_without_any_input(pack: Any) -> None:
    resources = spoilt(render("prod", ROOT))
    found = diagnostics(pack, resources)
    assert len(found) > len(resources)
    assert found == offline("prod", resources)


def test_what_the_provider_filled_in_does_not_count_as_declared(pack: Any) -> None:
    inputs = {"requireFullWindow": False, "__defaults": ["requireFullWindow"]}
    found = diagnostics(pack, [Resource(MONITOR, "m", "urn:m", "1", inputs)])
    assert "monitor-full-window-off" in {policy for policy, _, _ in found}


def test_what_is_not_known_anywhere_in_a_resource_is_told_without_a_traceback(pack: Any) -> None:
    unknown = {"outputOptions": {"fieldNames": UNKNOWN_STRING_VALUE, "sampleRate": UNKNOWN_STRING_VALUE}}
    found = diagnostics(
        pack,
        [
            Resource(LOGPUSH_JOB, "job", "urn:job", "1", unknown | {"filter": UNKNOWN_STRING_VALUE}),
            Resource(
                LOGS_PIPELINE,
                "pipeline",
                "urn:pipeline",
                "2",
                {"name": UNKNOWN_STRING_VALUE, "processors": [UNKNOWN_STRING_VALUE]},
            ),
            Resource(
                WORKERS_SCRIPT,
                "script",
                "urn:script",
                "3",
                {"bindings": [{"name": UNKNOWN_STRING_VALUE}], "migrations": UNKNOWN_STRING_VALUE},
            ),
            Resource(
                MONITOR,
                "monitor",
                "urn:monitor",
                "4",
                dict.fromkeys(("type", "query", "message", "tags"), UNKNOWN_STRING_VALUE),
            ),
        ],
    )
    assert {"logpush-fields-cover-readers", "logpush-no-sampling", "monitor-drilled"} <= {
        policy for policy, _, _ in found
    }


def test_a_value_that_is_not_known_before_the_update_is_told_and_the_rest_is_judged(pack: Any) -> None:
    inputs = {"message": UNKNOWN_STRING_VALUE, "tags": ["env:dev"]}
    found = {
        policy: message for policy, _, message in diagnostics(pack, [Resource(MONITOR, "m", "urn:m", "1", inputs)])
    }
    assert "can't be known during preview" in found["monitor-runbook"]
    assert "it has no tag team:" in found["monitor-tag-team"]
