"""The package as another project's program uses it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest

from firedrill.components import observe
from firedrill.render import lookups
from firedrill.render import mock_engine as engine
from firedrill.render.stack_config import PLACEHOLDER, StackConfig
from firedrill.resources import Resource
from tests.components.conftest import ROOT

ENTRY = """
export class Cart {}
export default { fetch() {} };
"""
SHOP: Mapping[str, Any] = {"entry": "shop.mjs", "classes": {"Cart": {"binding": "CART", "operations": ["add"]}}}
ARCHIVE = {"type": "r2", "bucket": "logs", "accessKeyId": "keyId", "secretAccessKey": "secretKey"}
CONFIG = {
    "environment": "dev",
    "accountId": "0" * 32,
    "workersSubdomain": "shop",
    **dict.fromkeys(("telemetrySalt", "datadogApiKey", "analyticsToken"), PLACEHOLDER),
}
ARCHIVED = {**CONFIG, **dict.fromkeys(("keyId", "secretKey"), PLACEHOLDER)}
Observed = Callable[..., dict[str, Resource]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The provider that each resource, by name, and each look-up, by token, was asked of: URN and id; "" for none."""
    providers: dict[str, str] = {}

    class Watching(engine.Recorder):
        def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the engine's name
            if request.custom and not request.type.startswith("pulumi:providers:"):
                providers[request.name] = request.provider
            return super().RegisterResource(request)

        def Invoke(self, request: Any) -> Any:  # noqa: N802 - the engine's name
            if not request.tok.startswith("pulumi:"):
                providers[f"{request.tok} {len(providers)}"] = request.provider
            return super().Invoke(request)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(engine, "Recorder", Watching)
    return providers


@pytest.fixture
def observed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kit: Any) -> Observed:
    """Runs a program of the project `shop` for the stack dev, given the project's folder; resources by name."""
    (tmp_path / "shop.mjs").write_text(ENTRY)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")

    def run(program: Callable[[Path], object], project: str = "", **config: Any) -> dict[str, Resource]:
        (tmp_path / "Pulumi.yaml").write_text(f"name: shop\nruntime: python\n{project}")
        texts = {key: json.dumps(value) if isinstance(value, dict) else value for key, value in config.items()}
        values = {f"firedrill:{key}": text for key, text in texts.items()}
        monkeypatch.setenv("PULUMI_CONFIG", json.dumps(values))
        secret_keys = tuple(key for key, text in values.items() if text == PLACEHOLDER)
        stack = StackConfig("shop", values, secret_keys)
        return {each.name: each for each in engine.record(lambda: [program(tmp_path), None][1], "dev", stack)}

    return run


def test_a_project_of_any_name_is_configured_under_the_name_of_this_package(observed: Observed) -> None:
    found = observed(observe, **CONFIG, workers={"shop": SHOP})
    assert found["shop-worker-script"].inputs["scriptName"] == "shop-dev"
    assert found["shop-worker-script"].urn == (
        "urn:pulumi:dev::shop::firedrill:components:ObservedService$firedrill:components:ObservedWorker$"
        "cloudflare:index/workersScript:WorkersScript::shop-worker-script"
    )
    assert "Monitor" in {each.type.split(":")[-1] for each in found.values()}


def test_what_a_program_has_once_in_an_account_is_named_after_its_project(observed: Observed) -> None:
    config = ARCHIVED | {"platformMetrics": "both", "ownsPipelineOrder": "true", "destinations": {"archive": ARCHIVE}}
    found = observed(observe, **config, workers={"shop": SHOP})
    assert found["platform-collector"].inputs["scriptName"] == "shop-collector-dev"
    assert found["platform-integration"].inputs["name"] == "shop dev"
    assert found["pipelines-order"].inputs["name"] == "shop dev"
    assert found["destination-archive-job"].inputs["name"] == "shop-dev-archive"


def test_cloudflare_notifies_whom_the_config_names_of_jobs_that_fail(observed: Observed) -> None:
    alerts = {"emails": ["ops@shop.example"], "webhooks": ["0123456789abcdef" * 2]}
    found = observed(observe, **CONFIG, workers={"shop": SHOP}, jobAlerts=alerts)
    policy = found["job-alerts"].inputs
    assert (policy["alertType"], policy["enabled"]) == ("failing_logpush_job_disabled_alert", True)
    assert policy["mechanisms"] == {
        "emails": [{"id": "ops@shop.example"}],
        "webhooks": [{"id": "0123456789abcdef0123456789abcdef"}],
    }
    assert "job-alerts" not in observed(observe, **CONFIG, workers={"shop": SHOP})


def test_each_worker_that_the_config_names_is_sent_a_heartbeat(observed: Observed, tmp_path: Path) -> None:
    (tmp_path / "drill.yaml").write_text('traffic: [{ session: [GET /] }]\ncanary: ["GET /cart/{id}"]\n')
    workers = {"shop": {**SHOP, "drill": "drill.yaml"}, "other": SHOP}
    found = observed(observe, **CONFIG, workers=workers, heartbeat={"shop": "https://shop.example"})
    script = found["heartbeat-script"].inputs
    assert script["scriptName"] == "shop-heartbeat-dev"
    targets = [json.loads(each["json"]) for each in script["bindings"] if each["name"].startswith("TARGET_")]
    assert [each["address"] for each in targets] == ["https://shop.example"]
    assert [call["path"] for call in targets[0]["session"]] == ["/cart/firedrill-heartbeat"]
    assert {"shop-monitors-heartbeat"} == {name for name in found if name.endswith("-monitors-heartbeat")}
    default = observed(observe, **CONFIG, workers={"shop": workers["shop"]}, heartbeat="true")
    assert json.loads(default["heartbeat-script"].inputs["bindings"][1]["json"])["address"] == (
        "https://shop-dev.shop.workers.dev"
    )
    assert "heartbeat-script" not in observed(observe, **CONFIG, workers=workers)


def filters(found: Mapping[str, Resource]) -> dict[str, str]:
    """The filter of each job to the archive."""
    return {name: each.inputs["filter"] for name, each in found.items() if name.startswith("destination-archive")}


def test_a_destination_gets_the_records_that_its_config_names(observed: Observed) -> None:
    workers = {"shop": SHOP, "other": SHOP}
    archive = {**ARCHIVE, "workers": ["shop"], "withoutOutcomes": ["ok", "canceled"], "sample": 0.25}
    found = observed(observe, **ARCHIVED, workers=workers, destinations={"archive": archive})
    job = found["destination-archive-job"].inputs
    assert json.loads(job["filter"]) == {
        "where": {
            "and": [
                {"key": "ScriptName", "operator": "eq", "value": "shop-dev"},
                {"key": "Outcome", "operator": "!in", "value": ["canceled", "ok"]},
            ]
        }
    }
    assert job["outputOptions"]["sampleRate"] == 0.25
    plain = observed(observe, **ARCHIVED, workers=workers, destinations={"archive": ARCHIVE})
    assert "sampleRate" not in plain["destination-archive-job"].inputs["outputOptions"]


def test_workers_that_one_filter_cannot_name_are_shared_among_several_jobs(observed: Observed) -> None:
    workers = {f"shop-{number}": {**SHOP, "name": f"{number:060}"} for number in range(20)}
    found = observed(observe, **ARCHIVED, workers=workers, destinations={"archive": ARCHIVE})
    jobs = filters({name: each for name, each in found.items() if name.endswith("-job")})
    assert sorted(jobs) == ["destination-archive-2-job", "destination-archive-job"]
    named = [name for text in jobs.values() for name in json.loads(text)["where"]["value"]]
    assert sorted(named) == [f"{number:060}" for number in range(20)], "each once"


def test_the_stack_goes_over_the_program_and_that_over_the_project_field_by_field(observed: Observed) -> None:
    project = "config:\n  firedrill:workers: { value: " + json.dumps({"shop": SHOP, "old": SHOP}) + " }\n"
    given = {"workers": {"shop": {"name": "shop-of-the-program", "variables": {"A": "1"}}, "old": False}}
    workers = {"shop": {"variables": {"A": "2", "B": "3"}}}
    found = observed(lambda root: observe(root, config=given), project, **CONFIG, workers=workers)
    script = found["shop-worker-script"].inputs
    assert script["scriptName"] == "shop-of-the-program"
    assert {each["name"]: each["text"] for each in script["bindings"] if each["type"] == "plain_text"} == {
        "A": "2",
        "B": "3",
    }
    assert "old-worker-script" not in found


def test_a_program_may_give_its_config_with_secrets_as_outputs(observed: Observed) -> None:
    def program(root: Path) -> None:
        sealed = {key: pulumi.Output.from_input(value) for key, value in ARCHIVED.items() if value == PLACEHOLDER}
        more = {"workers": {"shop": SHOP}, "destinations": {"archive": ARCHIVE}, "protect": False}
        observe(root, config={**ARCHIVED, **sealed, **more})

    found = observed(program)
    assert found["shop-logs-job"].secret_inputs == ("destinationConf",)
    assert found["destination-archive-job"].secret_inputs == ("destinationConf",)
    assert not found["shop-worker-script"].protect


def two_accounts(root: Path) -> None:
    """Two accounts and two organisations, with everything that a call declares once."""
    import pulumi_cloudflare as cloudflare
    import pulumi_datadog as datadog

    for name in ("eu", "us"):
        accounts = [cloudflare.Provider(f"{name}-cf", api_token="t"), datadog.Provider(f"{name}-dd", api_key="k")]
        config = {
            "accountId": name[0].replace("u", "f") * 32,
            "workers": {f"shop-{name}": SHOP},
            "ownsPipelineOrder": True,
            "platformMetrics": "both",
            "destinations": {"archive": ARCHIVE},
        }
        observe(root, pulumi.ResourceOptions(providers=accounts), name=name, config=config)


def test_two_accounts_in_one_program_share_no_provider_and_no_name(observed: Observed, asked: dict[str, str]) -> None:
    stack = {key: value for key, value in ARCHIVED.items() if key != "accountId"}
    found = observed(two_accounts, **stack)
    assert {"eu-pipelines-order", "us-pipelines-order", "eu-destination-archive-job", "us-platform-collector"} <= set(
        found
    )
    collectors = {found[f"{name}-platform-collector"].inputs["scriptName"] for name in ("eu", "us")}
    assert collectors == {"shop-eu-collector-dev", "shop-us-collector-dev"}
    look_ups = [key for key in asked if "getWorkersScripts" in key or "getLogsPipelinesOrder" in key]
    assert len(look_ups) == 4
    used = {name: provider.split("::")[-2] for name, provider in asked.items()}
    for name, provider in used.items():
        if name not in look_ups:
            region = "eu" if name.startswith(("eu-", "shop-eu-")) else "us"
            kind = "cf" if found[name].type.startswith("cloudflare:") else "dd"
            assert provider == f"{region}-{kind}", name
    assert [used[key] for key in look_ups] == ["eu-cf", "eu-dd", "us-cf", "us-dd"]


@pytest.mark.parametrize("shape", [list, tuple, lambda given: {each.package: each for each in given}])
def test_look_ups_find_the_provider_in_whatever_form_it_is_given(
    observed: Observed, asked: dict[str, str], shape: Callable[..., Any]
) -> None:
    def program(root: Path) -> None:
        import pulumi_cloudflare as cloudflare

        observe(root, pulumi.ResourceOptions(providers=shape([cloudflare.Provider("cf", api_token="t")])))

    observed(program, **CONFIG, workers={"shop": SHOP})
    (look_up,) = [provider for key, provider in asked.items() if "getWorkersScripts" in key]
    assert look_up.split("::")[-2] == "cf"


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes the stack one whose last deployment exported something."""

    def export(**outputs: Any) -> None:
        answer = lookups.answer
        stack = "pulumi:pulumi:readStackOutputs"

        def known(token: str, arguments: Mapping[str, Any], answers: lookups.Answers) -> dict[str, Any]:
            if token != stack:
                return answer(token, arguments, answers)
            assert arguments["name"].split("/")[1:] == ["shop", "dev"]
            return {**arguments, "outputs": outputs}

        monkeypatch.setattr(engine, "answer", known)

    return export


def test_another_key_for_a_deployed_worker_is_refused_without_its_former_one(
    observed: Observed, deployed: Callable[..., None]
) -> None:
    deployed(
        shop={"worker": "https://shop-dev.shop.workers.dev", "logs": "https://x"}, other={"worker": 1}, pipelines="x"
    )
    renamed = {**SHOP, "name": "shop-dev"}
    allowed = (
        "shop, the key under which shop-dev is deployed: without it Pulumi deletes that Worker, and with it the data "
        "of its objects"
    )
    assert refusal(observed, observe, **CONFIG, workers={"till": renamed}) == (
        "The config has 1 problem.\n"
        "firedrill:workers.till.renamedFrom is missing\n"
        f"  allowed: {allowed}\n"
        "  change:  set it in Pulumi.dev.yaml, or run: "
        "pulumi config set --path firedrill:workers.till.renamedFrom VALUE --stack dev"
    )
    wrong = refusal(observed, observe, **CONFIG, workers={"till": {**renamed, "renamedFrom": "shops"}})
    assert f"firedrill:workers.till.renamedFrom is 'shops'\n  allowed: {allowed}" in wrong
    found = observed(observe, **CONFIG, workers={"till": {**renamed, "renamedFrom": "shop"}})
    assert found["till-worker-script"].inputs["scriptName"] == "shop-dev"


def test_keys_beside_a_deployed_worker_are_free(observed: Observed, deployed: Callable[..., None]) -> None:
    deployed(shop={"worker": "https://shop-dev.shop.workers.dev"})
    found = observed(observe, **CONFIG, workers={"shop": SHOP, "till": SHOP})
    assert {"shop-worker-script", "till-worker-script"} <= set(found)
    assert "till-worker-script" in observed(observe, **CONFIG, workers={"till": SHOP})


def refusal(observed: Observed, program: Callable[[Path], object], **config: Any) -> str:
    with pytest.raises(pulumi.RunError) as error:
        observed(program, **config)
    return str(error.value)


def test_what_the_program_gives_wrongly_is_to_be_changed_there(observed: Observed) -> None:
    given = {"datadogApiKey": "PLANTED", "team": "web", "accountid": "1", "evaluationDelay": 5}
    config = {**CONFIG, "team": "shop", "workers": {"shop": SHOP}}
    del config["datadogApiKey"]
    text = refusal(observed, lambda root: observe(root, config=given), **config)
    there = "\n  change:  change it in the program, where it calls observe"
    assert "PLANTED" not in text
    assert "The config of stack 'dev' has 4 problems." in text
    assert (
        "firedrill:datadogApiKey is plain text\n"
        f'  allowed: an output, such as pulumi.Config().require_secret("name"){there}' in text
    )
    assert (
        "firedrill:team is given by the program and by the stack\n"
        "  allowed: a value from one of the two, since neither goes over the other\n"
        "  change:  remove it from Pulumi.dev.yaml, or run: pulumi config rm --path firedrill:team --stack dev, or "
        "change it in the program, where it calls observe" in text
    )
    assert "firedrill:accountid is not a config key" in text
    assert f"firedrill:evaluationDelay is 5\n  allowed: whole seconds, 60 to 86400{there}" in text


def test_what_the_stack_gives_wrongly_over_the_program_is_to_be_changed_in_the_stack(observed: Observed) -> None:
    workers = {"shop": {"variables": {"N": 200000}}}
    text = refusal(observed, lambda root: observe(root, config={"workers": {"shop": SHOP}}), **CONFIG, workers=workers)
    place = "firedrill:workers.shop.variables.N"
    assert text.endswith(f"run: pulumi config set --path --type string {place} VALUE --stack dev")


def test_a_call_with_a_folder_or_a_name_that_is_none_is_refused(observed: Observed, tmp_path: Path) -> None:
    folder = tmp_path.resolve()
    assert refusal(observed, lambda root: observe(root / "shop.mjs", name="EU"), **CONFIG) == (
        "The call of observe has 2 problems.\n"
        f"root is {str(folder / 'shop.mjs')!r}\n"
        "  allowed: the project's folder, such as Path(__file__).parent\n"
        "name is 'EU'\n"
        "  allowed: lowercase letters, digits and dashes, beginning with a letter and not ending with a dash"
    )
