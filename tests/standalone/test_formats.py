"""Files of other tools: what of them is read, and what is refused."""

from __future__ import annotations

import importlib
import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi import _types

from firedrill.declared.declaration import Declared
from firedrill.resources import MONITOR, SECRET
from firedrill.standalone.formats import read_declared, terraform
from firedrill.standalone.formats.terraform_names import TYPES, inputs_of
from firedrill.standalone.from_files import run_check
from firedrill.standalone.read import Source
from firedrill.vendors.datadog.from_pulumi.monitors import monitor
from tests.providers import components
from tests.standalone.test_any_input import changed, ends_well

CASES = Path(__file__).parent / "cases"
PLAN = json.loads((CASES / "check-a-terraform-plan" / "plan.json").read_text())
EXPORT = json.loads((CASES / "check-a-stack-export" / "export.json").read_text())
PREVIEW = json.loads((CASES / "check-a-preview" / "preview.json").read_text())
KEY = "0123456789abcdef0123456789abcdef"
MON = {"name": "Load", "type": "query alert", "query": "avg(last_5m):avg:system.load.1{*} > 5", "message": ""}


def read(value: Any) -> Declared:
    return read_declared(Source("file", json.dumps(value)))


def plan_of(**values: Any) -> Any:
    resource = {"address": "datadog_monitor.a", "type": "datadog_monitor", "name": "a", "values": MON | values}
    return {"format_version": "1.2", "planned_values": {"root_module": {"resources": [resource]}}}


def names_in(arguments: type, module: Any, path: str = "") -> Iterator[str]:
    """The paths of all inputs of a resource in Pulumi's SDK, a nested pipeline's only once."""
    for python, name in _types.input_type_py_to_pulumi_names(arguments).items():
        yield f"{path}.{name}"
        annotation = str(inspect.signature(getattr(arguments, python).fget).return_annotation)
        inner = next((each for each in re.findall(r"([A-Za-z0-9]+Args)\b", annotation)), None)
        if inner and path.count(".") < 8:
            yield from names_in(getattr(module._inputs, inner), module, f"{path}.{name}")


def paths_of(value: Any, path: str = "") -> Iterator[str]:
    entries = value if isinstance(value, list) else [value]
    for entry in entries:
        for key, inner in entry.items() if isinstance(entry, dict) else ():
            yield f"{path}.{key}"
            yield from paths_of(inner, f"{path}.{key}")


def planned(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from module["resources"]
    for child in module.get("child_modules", ()):
        yield from planned(child)


OF_DASHBOARDS = json.loads((CASES / "check-a-terraform-plan-of-dashboards-and-slos" / "plan.json").read_text())
RESOURCES = [each for plan in (PLAN, OF_DASHBOARDS) for each in planned(plan["planned_values"]["root_module"])]


@pytest.mark.parametrize(
    "resource",
    [each for each in RESOURCES if each["type"] in TYPES],
    ids=lambda each: str(each["address"]),
)
def test_what_is_made_of_a_resource_of_terraform_has_the_names_of_pulumi(resource: Mapping[str, Any]) -> None:
    vendor, _, rest = TYPES[resource["type"]].partition(":")
    components()  # imports the providers without their warnings
    module = importlib.import_module(f"pulumi_{vendor}")
    kind = getattr(module, rest.rpartition(":")[2])
    arguments = getattr(inspect.getmodule(kind), f"{kind.__name__}Args")
    inputs = {path for path in paths_of(inputs_of(resource["type"], resource["values"])) if "CVE" not in path}
    inputs = {path for path in inputs if ".listStreamDefinition.requests.queries" not in path}  # no list in Pulumi
    assert inputs <= set(names_in(arguments, module))


@pytest.mark.parametrize(
    ("old", "inputs"),
    [
        ({"thresholds": {"critical": "2"}}, {"monitorThresholds": {"critical": "2"}}),
        (
            {"threshold_windows": [{"trigger_window": "last_5m"}]},
            {"monitorThresholdWindows": {"triggerWindow": "last_5m"}},
        ),
        ({"locked": True, "silenced": {"*": 0}}, {"locked": True, "silenced": {"*": 0}}),
    ],
)
def test_what_older_providers_have_of_a_monitor_is_read_as_todays(old: dict[str, Any], inputs: dict[str, Any]) -> None:
    found = inputs_of("datadog_monitor", {"name": "m", "type": "query alert", "query": "q", "message": "m", **old})
    assert {name: found[name] for name in inputs} == inputs
    assert monitor({"name": "m", **found})["name"] == "m"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            {"format_version": "2.0", "planned_values": {}},
            'file: its format_version is "2.0"; supported is 1.x, which `terraform show -json` prints since '
            "Terraform 1.1.",
        ),
        (
            {"version": 4, "lineage": "a", "serial": 1, "resources": []},
            "file is Terraform's state file; give what `terraform show -json` prints of it.",
        ),
        (
            {"format_version": "1.2", "planned_values": {"root_module": {"resources": [{"type": "datadog_monitor"}]}}},
            "file does not have the shape of `terraform show -json`: 'address' is missing somewhere in it; "
            "give all that the command prints, unchanged.",
        ),
        (
            {"format_version": "1.2", "planned_values": 3},
            "file does not have the shape of `terraform show -json`: a number stands where something else belongs; "
            "give all that the command prints, unchanged.",
        ),
        ({"version": 2, "deployment": {}}, "file: it is a stack export of version 2; supported are 3 and 4."),
        (
            {"version": 3, "deployment": {"resources": [7]}},
            "file: resource 1 is 7; a resource has a 'urn'.",
        ),
        (
            {"version": 3, "deployment": {"resources": {}}},
            "file declares nothing of Datadog's or Cloudflare's that could be checked.",
        ),
        ({"version": 3, "deployment": {"resources": 1}}, "file: deployment.resources is 1; it should be a list."),
        ({"format_version": "1.0"}, "file declares nothing of Datadog's or Cloudflare's that could be checked."),
    ],
)
def test_a_file_that_is_not_as_its_tool_writes_it_is_refused(
    firedrill: Callable[..., Any], tmp_path: Path, value: Any, message: str
) -> None:
    (tmp_path / "file").write_text(json.dumps(value))
    ran = firedrill("check", "--resources", "file", folder=tmp_path)
    assert (ran.code, ran.out, ran.err) == (2, "", f"firedrill: {message}\n")


def test_a_file_that_is_cut_off_is_refused_with_its_place(firedrill: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "plan").write_text(json.dumps(PLAN, indent=1)[:5000])
    ran = firedrill("check", "--resources", "plan", folder=tmp_path)
    assert ran.code == 2
    assert re.fullmatch(r"firedrill: plan, line \d+, column \d+: not JSON \(.*\)\.\n", ran.err)


def test_only_the_credentials_of_a_sensitive_destination_are_masked() -> None:
    job = read(PLAN).of("Logpush job")[0]
    assert job["destination_conf"].endswith(f"?header_DD-API-KEY={SECRET}&ddsource=workers&service=shop")
    assert KEY not in str(job["destination_conf"])


def test_what_terraform_calls_sensitive_is_masked_everywhere() -> None:
    plan = plan_of(message="my password", tags=["a", "b"])
    resource = plan["planned_values"]["root_module"]["resources"][0]
    resource["sensitive_values"] = {"message": True, "tags": [False, True]}
    (monitor,) = read(plan).of("monitor")
    assert (monitor["message"], monitor["tags"]) == (SECRET, ["a", SECRET])


@pytest.mark.parametrize("plaintext", [{}, {"plaintext": '"tell nobody"'}, {"ciphertext": "v1:tell nobody"}])
def test_a_secret_of_a_stack_is_masked_whichever_way_it_is_written(plaintext: dict[str, str]) -> None:
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", **plaintext}
    state = {"urn": f"urn:pulumi:dev::shop::{MONITOR}::a", "type": MONITOR, "inputs": {**MON, "message": secret}}
    declared = read({"version": 3, "deployment": {"resources": [state]}})
    assert declared.of("monitor")[0]["message"] == SECRET
    assert "tell nobody" not in repr(declared)


def test_zeros_and_empty_texts_of_a_state_are_what_is_not_set() -> None:
    empty = {"no_data_timeframe": 0, "on_missing_data": "", "renotify_occurrences": 0, "escalation_message": ""}
    assert read(plan_of(**empty)).of("monitor") == read(plan_of()).of("monitor")


def test_what_the_provider_decides_is_not_taken_for_unknown() -> None:
    plan = plan_of()
    change = {"after_unknown": {"id": True, "restricted_roles": True, "query": True}}
    plan["resource_changes"] = [{"address": "datadog_monitor.a", "change": change}]
    assert [each.notes for each in read(plan).declarations] == [()]


def test_a_resource_in_modules_with_an_index_is_found_in_the_configuration() -> None:
    address = 'module.a["x.y"].module.b[0].datadog_monitor.c["k"]'
    resource = {
        "address": address,
        "type": "datadog_monitor",
        "name": "c",
        "values": {"name": "C", "type": "composite"},
    }
    inner = {"resources": [{"type": "datadog_monitor", "name": "c", "expressions": {"query": {"references": []}}}]}
    plan = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"child_modules": [{"resources": [resource]}]}},
        "resource_changes": [{"address": address, "change": {"after_unknown": {"query": True}}}],
        "configuration": {
            "root_module": {"module_calls": {"a": {"module": {"module_calls": {"b": {"module": inner}}}}}}
        },
    }
    (declaration,) = read(plan).declarations
    assert declaration.address == address
    assert declaration.notes == ("'query' is known only after the deployment, so nothing of it is checked",)


def test_the_other_commands_say_what_a_plan_does_not_hold_yet(firedrill: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "log").write_text('{"message": "a", "timestamp": 1767607200000}')
    plan = {
        **PLAN,
        "planned_values": {"root_module": {"resources": PLAN["planned_values"]["root_module"]["resources"]}},
    }
    (tmp_path / "plan").write_text(json.dumps(plan))
    ran = firedrill("pipeline", "--resources", "plan", "--logs", "log", folder=tmp_path)
    assert ran.code == 0
    assert "pipeline order 'all': 'pipelines' is known only after the deployment" in ran.err


def test_two_thousand_resources_are_checked(firedrill: Callable[..., Any], tmp_path: Path) -> None:
    one = plan_of()["planned_values"]["root_module"]["resources"][0]
    many = [one | {"address": f"datadog_monitor.a[{index}]", "index": index} for index in range(2000)]
    plan = {"format_version": "1.2", "planned_values": {"root_module": {"resources": many}}}
    (tmp_path / "plan").write_text(json.dumps(plan))
    ran = firedrill("check", "--resources", "plan", folder=tmp_path)
    assert (ran.code, ran.out) == (0, "no problem in 2000 monitors\n")


@given(changed(PLAN) | changed(EXPORT) | changed(PREVIEW))
def test_any_file_of_another_tool_is_checked(value: Any) -> None:
    ends_well(run_check, "-", json_lines=False, stdin=json.dumps(value))


@given(st.sampled_from(RESOURCES).flatmap(changed))
def test_any_resource_of_a_plan_is_checked(resource: Any) -> None:
    plan = {"format_version": "1.2", "planned_values": {"root_module": {"resources": [resource]}}}
    ends_well(run_check, "-", json_lines=True, stdin=json.dumps(plan))


def test_every_type_of_terraform_that_is_read_has_a_translator() -> None:
    for kind in TYPES:
        resource = {"address": f"{kind}.a", "type": kind, "name": "a", "values": {}}
        plan = {"format_version": "1.0", "values": {"root_module": {"resources": [resource]}}}
        assert len(terraform.read(plan, "file").declarations) == 1
