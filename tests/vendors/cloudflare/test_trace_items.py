from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from firedrill.vendors.cloudflare.rules.fields import FIELDS
from firedrill.vendors.cloudflare.trace_items import VARIANTS, Invocation, Record, Script, record, shifted


def test_a_record_has_every_field_of_the_dataset_in_the_vendors_order() -> None:
    item = {"outcome": "ok", "exceptions": [], "logs": [], "eventTimestamp": 1, "event": {"rpcMethod": "a"}}
    assert list(record(Invocation(item), Script("shop"))) == list(FIELDS)


def test_what_only_production_knows_comes_from_the_script() -> None:
    item = {"outcome": "ok", "exceptions": [], "logs": [], "eventTimestamp": 1, "event": {"rpcMethod": "a"}}
    tags = ("cf:service=shop", "cf:environment=production")  # as of a script that Wrangler deploys to an environment
    script = Script("shop", "id-1", "message", "tag", tags=tags, dispatch_namespace="space")
    full = record(Invocation(item, cpu_ms=5), script)
    assert full["ScriptVersion"] == {"ID": "id-1", "Message": "message", "Tag": "tag"}
    assert (full["ScriptTags"], full["DispatchNamespace"], full["CPUTimeMs"]) == ([*tags], "space", 5)


def test_the_variants_have_every_switch_at_two_positions() -> None:
    first, second = (asdict(variant) for variant in VARIANTS)
    assert [name for name in first if first[name] == second[name]] == []


def test_a_shifted_record_moves_all_its_timestamps_and_leaves_the_original_alone(
    make_record: Callable[..., Record],
) -> None:
    log = {"Level": "debug", "Message": ["a"], "TimestampMs": 1_001}
    exception = {"Name": "Error", "Message": "b", "TimestampMs": 1_002}
    full = make_record(Logs=[log], Exceptions=[exception])
    assert shifted(full, 500) == make_record(
        EventTimestampMs=1_500,
        Logs=[{**log, "TimestampMs": 1_501}],
        Exceptions=[{**exception, "TimestampMs": 1_502}],
    )
    assert full == make_record(Logs=[log], Exceptions=[exception])


def test_a_record_without_timestamps_can_be_shifted() -> None:
    assert shifted({"Outcome": "ok"}, 500) == {"Outcome": "ok"}
