"""What is wrong with a monitor, said all at once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.monitors import InvalidMonitors, check_monitors, parse_monitors
from firedrill.vendors.datadog.monitors.compilers import REFUSED_TYPES
from firedrill.vendors.datadog.rules.monitors import MonitorFields
from firedrill.vendors.datadog.rules.options import UNSUPPORTED, Options
from firedrill.vendors.errors import Unsupported


def problems(*declared: dict[str, Any]) -> list[str]:
    return [problem.text for problem in check_monitors(declared)[1]]


def test_the_smallest_monitor_has_no_problem(sim: Any) -> None:
    assert problems(sim.monitor()) == []


def test_defaults_are_the_apis(sim: Any) -> None:
    (monitor,) = parse_monitors([sim.monitor() | {"options": {}}])

    assert not monitor.options.require_full_window
    assert not monitor.options.notify_no_data
    assert monitor.options.on_missing_data is None
    assert monitor.options.include_tags
    assert monitor.options.renotify_statuses == ("alert", "no data")


def test_all_problems_of_all_monitors_are_reported_together(sim: Any) -> None:
    first = sim.monitor(name="First", priority=7, options={"timeout_h": 30})
    second = sim.monitor(id="22", name="Second", query="11 &", type="composite")

    with pytest.raises(InvalidMonitors) as caught:
        parse_monitors([first, second])

    assert str(caught.value) == (
        "3 problems in the monitors:\n"
        "  monitor 'First': priority is 7; allowed: a whole number from 1 to 5.\n"
        "  monitor 'First': options.timeout_h is 30; allowed: a whole number from 0 to 24.\n"
        "  monitor 'Second': composite query '11 &', line 1, column 4: found '&'; expected '&&', ')' or '||'."
    )


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        (
            {"nme": "x"},
            "nme is not a known field (did you mean 'name'?); "
            "allowed: one of id, message, name, options, priority, query, tags, type",
        ),
        ({"name": ""}, "name is missing; allowed: text that is not empty"),
        ({"query": None}, "query is missing; allowed: text that is not empty"),
        ({"options": [1]}, "options is [1]; allowed: an object"),
        ({"options": {"thresholds": 5}}, "options.thresholds is 5; allowed: an object"),
        ({"tags": "env:prod"}, "tags is 'env:prod'; allowed: a list of strings"),
        ({"message": 5}, "message is 5; allowed: text"),
        (
            {"type": "metric allert"},
            "type is 'metric allert'; allowed: one of metric alert, query alert, log alert, event-v2 alert, service "
            f"check, composite, {', '.join(REFUSED_TYPES)} (did you mean 'metric alert'?)",
        ),
        (
            {"message": "{{#is_alert}}x"},
            "message: message template '{{#is_alert}}x', line 1, column 1: "
            "found {{#is_alert}} that is never closed; expected {{/is_alert}}",
        ),
        (
            {"message": "See {{operation.name}}"},
            "{{operation.name}} is provided by nothing; available are {{value}}, {{threshold}}, {{warn_threshold}}, "
            "{{alert_recovery_threshold}}, {{warn_recovery_threshold}}, {{comparator}}, {{first_triggered_at}}, "
            "{{first_triggered_at_epoch}}, {{last_triggered_at}}, {{last_triggered_at_epoch}}, "
            "{{triggered_duration_sec}}",
        ),
        (
            {"message": "Tell @slack-ops."},
            "a handle in message is '@slack-ops.'; allowed: a Datadog notification handle such as @slack-alerts, "
            "without spaces and without punctuation at its end; put a space after it",
        ),
    ],
)
def test_a_wrong_field_is_named_with_what_is_allowed(sim: Any, changed: dict[str, Any], text: str) -> None:
    assert problems(sim.monitor() | changed) == [text]


def test_a_query_that_cannot_be_read_is_shown_with_its_place(sim: Any) -> None:
    (text,) = problems(sim.monitor(query="avg(last_5m):avg:m{*} >"))

    assert text.startswith("Monitor query 'avg(last_5m):avg:m{*} >', line 1, column 24: found the end; expected ")


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (
            {"timeout": 1},
            "options.timeout is not a known field (did you mean 'timeout_h'?); "
            "allowed: one of require_full_window, on_missing_data, "
            "notify_no_data, no_data_timeframe, evaluation_delay, new_group_delay, new_host_delay, "
            "group_retention_duration, timeout_h, renotify_interval, renotify_occurrences, renotify_statuses, "
            "escalation_message, include_tags, notify_by, notification_preset_name, threshold_windows, variables, "
            "scheduling_options, thresholds",
        ),
        ({"require_full_window": "no"}, "options.require_full_window is 'no'; allowed: true or false"),
        (
            {"on_missing_data": "zero"},
            "options.on_missing_data is 'zero'; allowed: one of default, show_no_data, show_and_notify_no_data, "
            "resolve",
        ),
        (
            {"evaluation_delay": 90_000},
            "options.evaluation_delay is 90000; allowed: a whole number from 0 to 86400",
        ),
        ({"evaluation_delay": True}, "options.evaluation_delay is true; allowed: a whole number from 0 to 86400"),
        (
            {"renotify_interval": 5, "renotify_statuses": ["ok"]},
            "options.renotify_statuses[0] is 'ok'; allowed: one of alert, warn, no data",
        ),
        (
            {"renotify_occurrences": 2},
            "options.renotify_interval is missing; allowed: minutes above 0, without which renotify_occurrences has no "
            "effect",
        ),
        (
            {"on_missing_data": "default", "notify_no_data": True},
            "options.notify_no_data is true; allowed: none beside on_missing_data",
        ),
        (
            {"group_retention_duration": "2h"},
            "options.group_retention_duration is '2h'; allowed: none for metric monitors",
        ),
        (
            {"notify_by": ["host"]},
            "options.notify_by is ['host']; allowed: ['*'], or keys that the query groups by (none)",
        ),
    ],
)
def test_a_wrong_option_is_named_with_what_is_allowed(sim: Any, options: dict[str, Any], text: str) -> None:
    assert problems(sim.monitor(options=options)) == [text]


@pytest.mark.parametrize(
    ("comparator", "thresholds", "text"),
    [
        (">", {"critical": 13}, "options.thresholds.critical is 13; allowed: 12, which the query compares with"),
        (
            ">",
            {"critical": 12, "warning": 14},
            "options.thresholds.warning is 14; allowed: below critical (12)",
        ),
        (
            "<",
            {"critical": 12, "warning": 11},
            "options.thresholds.warning is 11; allowed: above critical (12)",
        ),
        (
            ">=",
            {"critical_recovery": 13},
            "options.thresholds.critical_recovery is 13; allowed: at most critical (12)",
        ),
        (
            "<=",
            {"critical": 12, "warning": 14, "warning_recovery": 13},
            "options.thresholds.warning_recovery is 13; allowed: at least warning (14)",
        ),
        (
            ">",
            {"warning_recovery": 3},
            "options.thresholds.warning_recovery is 3; allowed: only together with warning",
        ),
        (
            "==",
            {"critical_recovery": 3},
            "options.thresholds.critical_recovery is 3; allowed: none with ==: a recovery threshold "
            "needs <, <=, > or >=",
        ),
        (">", {"critical": 12, "warning": "low"}, "options.thresholds.warning is 'low'; allowed: a number"),
        (
            ">",
            {"criticl": 12},
            "options.thresholds.criticl is not a known field (did you mean 'critical'?); "
            "allowed: one of critical, critical_recovery, "
            "warning, warning_recovery",
        ),
    ],
)
def test_thresholds_stand_on_their_sides(sim: Any, comparator: str, thresholds: dict[str, Any], text: str) -> None:
    query = f"avg(last_5m):avg:m{{*}} {comparator} 12"

    assert problems(sim.monitor(query=query, options={"thresholds": thresholds})) == [text]


def test_a_composite_of_unknown_nested_or_too_many_monitors_is_refused(sim: Any) -> None:
    options: dict[str, Any] = {"options": {}}
    nested = sim.monitor(id="22", name="Nested", type="composite", query="11") | options
    outer = sim.monitor(id="33", name="Outer", type="composite", query="22 || 99") | options
    crowd = " && ".join(str(number) for number in range(11, 22))
    wide = sim.monitor(id="44", name="Wide", type="composite", query=crowd) | options

    assert problems(sim.monitor(), nested, outer, wide)[:3] == [
        "query is over 11 monitors; allowed: at most 10",
        "query names monitor '22', which is a composite too; name the monitors that it combines",
        "query names monitor '99', which is not declared",
    ]


def test_a_composite_is_not_blamed_for_what_is_wrong_with_its_monitors(sim: Any) -> None:
    broken = sim.monitor(id="22", query="avg(last_5m):")
    outer = sim.monitor(id="33", name="Outer", type="composite", query="22 || 99") | {"options": {}}

    assert [problem.rule for problem in check_monitors([broken, outer], other_ids=["99"])[1]] == ["query"]


def test_missing_data_of_a_composite_is_not_its_own(sim: Any) -> None:
    composite = sim.monitor(id="22", type="composite", query="11") | {"options": {"on_missing_data": "default"}}

    assert problems(sim.monitor(), composite) == [
        "options.on_missing_data is 'default'; allowed: none for composite monitors; use notify_no_data"
    ]


def test_two_monitors_with_one_id_are_refused(sim: Any) -> None:
    assert problems(sim.monitor(), sim.monitor(name="Twin")) == [
        "id is '11', as is another monitor's; give each its own"
    ]


def test_a_composites_message_may_use_the_labels_and_the_groups_of_its_monitors(sim: Any) -> None:
    grouped = sim.monitor(query="avg(last_5m):avg:m{*} by {op} > 12")
    message = "{{a.value}} {{a.status}} {{op.name}}"
    composite = sim.monitor(id="22", type="composite", query="11", message=message) | {"options": {}}

    assert problems(grouped, composite) == []


def test_a_composite_has_no_value_of_its_own(sim: Any) -> None:
    composite = sim.monitor(id="22", type="composite", query="11", message="{{value}}") | {"options": {}}

    assert problems(sim.monitor(), composite) == [
        "{{value}} is provided by nothing; available are {{a.value}}, {{a.status}}, {{first_triggered_at}}, "
        "{{first_triggered_at_epoch}}, {{last_triggered_at}}, {{last_triggered_at_epoch}}, {{triggered_duration_sec}}"
    ]


def test_a_dotted_group_key_needs_brackets(sim: Any) -> None:
    query = "avg(last_5m):avg:m{*} by {dot.key.test} > 12"

    assert problems(sim.monitor(query=query, message="{{[dot.key.test].name}}")) == []
    assert problems(sim.monitor(query=query, message="{{dot.key.test.name}}"))[0].startswith(
        "{{dot.key.test.name}} is provided by nothing; available are {{[dot.key.test].name}}, {{value}}"
    )


@pytest.mark.parametrize("option", UNSUPPORTED)
def test_an_unsupported_option_is_refused_by_name(sim: Any, option: str) -> None:
    with pytest.raises(Unsupported) as caught:
        parse_monitors([sim.monitor(options={option: {"a": 1}})])

    assert str(caught.value) == (
        f"monitor 'Errors': option '{option}' is not supported by the emulator; see docs/support.md for what is."
    )


@pytest.mark.parametrize("option", UNSUPPORTED)
def test_an_empty_unsupported_option_changes_nothing(sim: Any, option: str) -> None:
    assert problems(sim.monitor(options={option: None})) == []


@pytest.mark.parametrize("kind", REFUSED_TYPES)
def test_an_unsupported_type_is_refused_by_name(sim: Any, kind: str) -> None:
    query = 'error_budget("abc").over("7d") > 12' if kind == "slo alert" else sim.monitor()["query"]
    with pytest.raises(Unsupported, match=f"^monitor 'Errors': monitor type '{kind}' is not supported"):
        parse_monitors([sim.monitor(type=kind, query=query)])


def test_a_monitor_on_an_slo_is_checked_by_its_own_query(sim: Any) -> None:
    query = 'burn_rate("abc").over("31d").long_window("1h").short_window("5m") > 14.4'
    declared = sim.monitor(type="slo alert", query=query, options={"thresholds": {"critical": 14}})
    texts = [problem.text for problem in check_monitors([declared])[1]]
    assert texts == [
        "monitor type 'slo alert'",
        "query.over is '31d'; allowed: one of 7d, 30d, 90d",
        "options.thresholds.critical is 14; allowed: 14.4, which the query compares with",
    ]


def test_a_preset_without_a_documented_form_and_drafts_are_refused_by_name(sim: Any) -> None:
    snapshot = sim.monitor(options={"notification_preset_name": "show_only_snapshot"})

    assert problems(snapshot) == ["notification_preset_name 'show_only_snapshot'"]
    assert problems(sim.monitor(draft_status="draft")) == ["draft_status 'draft'"]


def test_an_unsupported_query_function_is_refused_by_name(sim: Any) -> None:
    with pytest.raises(Unsupported, match="monitor 'Errors': "):
        parse_monitors([sim.monitor(query="avg(last_5m):robust_trend(avg:m{*}) > 12")])


def test_another_monitor_type_is_taken_with_its_compiler(sim: Any) -> None:
    (monitor,) = sim.monitors_of(sim.monitor(type="log alert", message="{{log.message}}"))

    assert monitor.type == "log alert"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda children: st.lists(children, max_size=2) | st.dictionaries(st.text(max_size=4), children, max_size=2),
    max_leaves=4,
)


@given(
    st.dictionaries(st.sampled_from([*MonitorFields.model_fields]), JSON),
    st.dictionaries(st.sampled_from([*Options.model_fields]), JSON),
)
def test_no_declaration_crashes_the_check(fields: dict[str, Any], options: dict[str, Any]) -> None:
    valid = {"name": "n", "type": "query alert", "query": "avg(last_5m):avg:m{*} > 12", "options": options}

    for problem in check_monitors([valid | fields, valid])[1]:
        assert problem.text
