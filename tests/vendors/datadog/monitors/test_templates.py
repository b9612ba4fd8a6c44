"""The language of monitor messages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.monitors.templates import (
    Context,
    TemplateSyntaxError,
    compile_template,
    handles,
)
from firedrill.vendors.datadog.monitors.templates.eval_helper import EvalSyntaxError, compile_eval
from firedrill.vendors.datadog.monitors.templates.values import Value, path_of, show, spell

AT = datetime(2021, 5, 31, 14, 43, 27, tzinfo=UTC)


def rendered(source: str, *states: str, priority: str | None = None, **variables: Value) -> str:
    """Render with variables whose names' `__` stand for dots."""
    paths = {tuple(name.split("__")): value for name, value in variables.items()}
    return compile_template(source).render(Context(paths, states, priority)).text


def test_a_block_shows_when_its_condition_holds() -> None:
    source = "{{#is_alert}}up{{/is_alert}}{{^is_alert}}down{{/is_alert}}"

    assert rendered(source, "is_alert") == "up"
    assert rendered(source, "is_recovery") == "down"


def test_else_shows_when_the_condition_does_not_hold() -> None:
    source = "{{#is_alert}}up{{else}}down{{/is_alert}}"

    assert [rendered(source, "is_alert"), rendered(source)] == ["up", "down"]


def test_else_of_a_negated_block_shows_when_the_condition_holds() -> None:
    assert rendered("{{^is_alert}}down{{else}}up{{/is_alert}}", "is_alert") == "up"


def test_blocks_nest() -> None:
    source = '{{#is_renotify}}{{#is_match "env" "production"}}escalate{{/is_match}}{{/is_renotify}}'

    assert rendered(source, "is_renotify", env__name="production") == "escalate"
    assert rendered(source, "is_renotify", env__name="dev") == ""


@pytest.mark.parametrize(
    ("role", "shown"), [("db_cassandra", "db"), ("my_database", "db"), ("web", "other"), ("", "other")]
)
def test_is_match_looks_for_any_of_the_texts(role: str, shown: str) -> None:
    assert rendered('{{#is_match "role.name" "db" "database"}}db{{else}}other{{/is_match}}', role__name=role) == shown


def test_is_match_of_an_empty_text_means_not_empty() -> None:
    source = '{{#is_match "role.name" ""}}set{{else}}unset{{/is_match}}'

    assert [rendered(source, role__name="db"), rendered(source)] == ["set", "unset"]


@pytest.mark.parametrize(
    ("host", "shown"), [("production", "yes"), ("staging", "yes"), ("production-2", "no"), ("", "no")]
)
def test_is_exact_match_compares_the_whole_value(host: str, shown: str) -> None:
    source = '{{#is_exact_match "host.name" "production" "staging"}}yes{{else}}no{{/is_exact_match}}'

    assert rendered(source, host__name=host) == shown


def test_is_exact_match_compares_numbers_by_value() -> None:
    source = '{{#is_exact_match "value" "5"}}five{{/is_exact_match}}'

    assert rendered(source, value=5.0) == "five"
    assert rendered(source, value=5.5) == ""


def test_is_exact_match_of_an_empty_text_means_empty_or_missing() -> None:
    source = '{{#is_exact_match "host.datacenter" ""}}nobody{{/is_exact_match}}'

    assert rendered(source) == "nobody"
    assert rendered(source, host__datacenter="eu1") == ""


def test_a_match_may_be_of_an_evaluated_expression() -> None:
    source = (
        '{{#is_exact_match (eval "int(last_triggered_at_epoch / 3600000 % 24)") "8" "9"}}day{{else}}night'
        "{{/is_exact_match}}"
    )

    assert rendered(source, last_triggered_at_epoch=9 * 3_600_000 + 59_000) == "day"
    assert rendered(source, last_triggered_at_epoch=10 * 3_600_000) == "night"


def test_is_priority_asks_for_the_monitors_own_priority() -> None:
    source = "{{#is_priority 'P1'}}now{{else}}later{{/is_priority}}"

    assert [rendered(source, priority="P1"), rendered(source, priority="P2")] == ["now", "later"]


def test_content_is_encoded_in_double_braces_and_raw_in_triple_ones() -> None:
    url = "https://status.example.com/check?service=web&region=us-east"

    assert rendered("{{template_variable}}", template_variable=url) == url.replace("&", "&amp;")
    assert rendered("{{{template_variable}}}", template_variable=url) == url


def test_brackets_hold_keys_with_dots() -> None:
    paths: dict[tuple[str, ...], Value] = {("dot.key.test", "name"): "five", ("@network.client.ip", "name"): "10.0.0.1"}
    template = compile_template("{{[dot.key.test].name}} {{ [@network.client.ip].name }}")

    assert template.render(Context(paths)).text == "five 10.0.0.1"


def test_a_facet_keeps_its_at_sign() -> None:
    template = compile_template("This alert was triggered on {{ @machine_id.name }}")

    assert template.render(Context({("@machine_id", "name"): "m-1"})).text == "This alert was triggered on m-1"


def test_local_time_shows_a_time_in_a_zone() -> None:
    source = "{{local_time 'last_triggered_at' 'Asia/Tokyo'}} {{last_triggered_at}}"

    assert rendered(source, last_triggered_at=AT) == "2021-05-31 23:43:27+09:00 Mon May 31 2021 14:43:27 UTC"


def test_urlencode_encodes_a_value_for_a_link() -> None:
    source = 'https://app.datadoghq.com/services/{{urlencode "service.name"}}'

    assert rendered(source, service__name="web store/é") == "https://app.datadoghq.com/services/web%20store%2F%C3%A9"


def test_override_priority_writes_nothing_and_gives_a_priority() -> None:
    source = "{{#is_alert}}{{override_priority 'P1'}}{{/is_alert}}text"
    template = compile_template(source)

    assert template.render(Context(states=["is_alert"])) == ("text", "P1")
    assert template.render(Context()) == ("text", None)


@pytest.mark.parametrize("comment", ["{{!-- a {{comment}} --}}", "{{!-- a comment }}", "{{! a comment }}"])
def test_comments_are_not_shown(comment: str) -> None:
    assert rendered(f"a{comment}b") == "ab"


def test_raw_blocks_show_braces() -> None:
    assert rendered("{{{{raw}}}}\n{{ <TEXT_1> }} {{ <TEXT_2> }}\n{{{{/raw}}}}") == "{{ <TEXT_1> }} {{ <TEXT_2> }}"


def test_a_raw_block_may_have_a_condition() -> None:
    source = '{{{{is_match "host.name" "web"}}}}\n{{ .matched }} the host name\n{{{{/is_match}}}}'

    assert rendered(source, host__name="web-1") == "{{ .matched }} the host name"
    assert rendered(source, host__name="db-1") == ""


def test_a_tag_alone_on_its_line_leaves_no_line() -> None:
    source = "one\n  {{#is_alert}}  \ntwo\n{{else}}\nnever\n{{/is_alert}}\n{{! note }}\nthree"

    assert rendered(source, "is_alert") == "one\ntwo\nthree"


@pytest.mark.parametrize(
    ("expression", "variables", "shown"),
    [
        ("last_triggered_at_epoch-15*60*1000", {"last_triggered_at_epoch": 1_700_000_900_000}, "1700000000000"),
        ("value+1-2*3/4", {"value": 1.0}, "0.5"),
        ("2^3^2", {}, "512.0"),
        ("-value % 5", {"value": 3.0}, "2.0"),
        ("int(value)", {"value": 12.345}, "12"),
        ("trunc(value)", {"value": 12.345}, "12"),
        ("dec(value)", {"value": 12.345}, "0.345"),
        ("float(count)", {"count": 12}, "12.0"),
        ("abs(0-value)", {"value": 1.5}, "1.5"),
        ("round(12.376, 2)", {}, "12.38"),
        ("round(value)", {"value": 2.6}, "3"),
        ("ceil(value)", {"value": 2.1}, "3"),
        ("floor(value)", {"value": 2.9}, "2"),
        ("sgn(0-value)", {"value": 2.9}, "-1"),
        ("to_bool(value)", {"value": 1.0}, "true"),
        ("atan2(0, 1)", {}, "0.0"),
        ("humanize_bytes(value)", {"value": 1_610_612_736.0}, "1.5 GB"),
        ("humanize_bits(value)", {"value": 512.0}, "512 b"),
        ("substring('host:D', 5)", {}, "D"),
        ("strip('   host:E   ')", {}, "host:E"),
        ("strip('abchost:Eabc', 'abc')", {}, "host:E"),
        ("upper(host.name)", {"host__name": "web"}, "WEB"),
        ("lower('WEB')", {}, "web"),
        ("value / 0", {"value": 1.0}, ""),
        ("log10(0)", {}, ""),
        ("missing + 1", {}, ""),
        ("9^999999999", {}, ""),
    ],
)
def test_eval_calculates(expression: str, variables: dict[str, Value], shown: str) -> None:
    paths = {tuple(name.split("__")): value for name, value in variables.items()}
    template = compile_template(f'{{{{eval "{expression}"}}}}')

    assert template.render(Context(paths)).text == shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7.0, "7.0"),
        (93.0834, "93.083"),
        (0.1 + 0.2, "0.3"),
        (0.0001234, "0.000123"),
        (1e16, "10000000000000000.0"),
        (float("nan"), ""),
        (None, ""),
        (True, "true"),
        (12, "12"),
        ("text", "text"),
    ],
)
def test_values_are_written_in_one_form(value: Value, text: str) -> None:
    assert show(value) == text


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{value", "'{{value', line 1, column 1: found '{{' that is never closed; expected '}}'."),
        (
            "line\n {{#is_alert}}x",
            "' {{#is_alert}}x', line 2, column 2: found {{#is_alert}} that is never closed; expected {{/is_alert}}.",
        ),
        ("{{/is_alert}}", "'{{/is_alert}}', line 1, column 1: found {{/is_alert}}; expected no end of a block."),
        (
            "{{#is_alert}}{{/is_warning}}",
            "'{{#is_alert}}{{/is_warning}}', line 1, column 14: found {{/is_warning}}; expected {{/is_alert}}.",
        ),
        ("{{else}}", "'{{else}}', line 1, column 1: found {{else}}; expected it once inside a conditional block."),
        (
            "{{#is_up}}{{/is_up}}",
            "'{{#is_up}}{{/is_up}}', line 1, column 3: found conditional variable 'is_up'; expected one of is_alert, "
            "is_alert_recovery, is_alert_to_warning, is_no_data, is_no_data_recovery, is_recovery, is_renotify, "
            "is_unknown, is_warning, is_warning_recovery, is_exact_match, is_match, is_priority.",
        ),
        (
            '{{#is_match "a"}}{{/is_match}}',
            "'{{#is_match \"a\"}}{{/is_match}}', line 1, column 3: found is_match of 1 arguments; "
            'expected is_match "variable" "text" ....',
        ),
        (
            "{{#is_priority 'P6'}}{{/is_priority}}",
            "\"{{#is_priority 'P6'}}{{/is_priority}}\", line 1, column 3: found priority 'P6'; "
            "expected one of P1, P2, P3, P4, P5.",
        ),
        (
            "{{local_time 'last_triggered_at' 'Mars'}}",
            "\"{{local_time 'last_triggered_at' 'Mars'}}\", line 1, column 3: found time zone 'Mars'; "
            "expected a name of the tz database, such as 'Asia/Tokyo'.",
        ),
        (
            '{{shout "a"}}',
            "'{{shout \"a\"}}', line 1, column 3: found helper 'shout'; "
            "expected one of eval, local_time, override_priority, urlencode, or a variable alone.",
        ),
        ("{{}}", "'{{}}', line 1, column 3: found the end of the tag; expected '#', '/', '^' or a name."),
        ("{{a b}}", "'{{a b}}', line 1, column 5: found 'b'; expected '(', ')' or a quoted string."),
        (
            '{{eval "round(1, 2, 3)"}}',
            "'{{eval \"round(1, 2, 3)\"}}', line 1, column 3: found round of 3 arguments in the eval expression "
            "'round(1, 2, 3)'; expected 1 or 2 arguments.",
        ),
        (
            "{{{{raw}}}} text",
            "'{{{{raw}}}} text', line 1, column 1: found a raw block that is never closed; expected '{{{{/raw}}}}'.",
        ),
        (
            "{{{#is_alert}}}",
            "'{{{#is_alert}}}', line 1, column 4: found '#'; expected a name: only {{ }} open blocks.",
        ),
        ("{{#is_alert}}" * 51, "found one more block; expected at most 50 blocks inside each other."),
    ],
)
def test_a_mistake_is_shown_with_its_place(source: str, message: str) -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        compile_template(source)

    assert str(caught.value).endswith(message)
    assert str(caught.value).startswith("message template ")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Disk space is low @ops-team@company.com", ("@ops-team@company.com",)),
        ("Disk space is low@ops-team@company.com", ()),
        ("@slack-ops first\n@pagerduty", ("@slack-ops", "@pagerduty")),
        ("twice @a @a", ("@a",)),
        ("Tell @slack-ops.", ()),
        ("@workflow-name(key=value, host=web 1) runs", ("@workflow-name(key=value, host=web 1)",)),
        ("https://app.datadoghq.com/logs?query=@telemetry.op", ()),
    ],
)
def test_a_handle_is_a_word_of_its_own(message: str, expected: tuple[str, ...]) -> None:
    assert handles(message) == expected


WORDS = (
    "{{ }} {{{ }}} {{{{ }}}} {{!-- --}} # ^ / else is_alert is_match eval value \"a\" 'P1' raw ( ) . [ ] @ local_time"
)
PIECES = st.sampled_from([*WORDS.split(), " ", "\n", '"1+"', "\x00", "é", "\u2028"])


TEXTS = st.text(st.sampled_from("a{}\n \t.")) | st.text(max_size=4)
OUTPUTS = st.sampled_from(
    ["value", "host.name", "[dot.key].name", "@facet.name", 'eval "1 + value"', "urlencode 'host.name'", "[a b].c"]
)
CONDITIONS = st.sampled_from(
    ["is_alert", "is_recovery", "is_priority 'P1'", 'is_match "host.name" "a" "b"', "is_exact_match \"value\" '5'"]
)
MESSAGES = st.recursive(
    st.one_of(
        TEXTS,
        st.builds("{{{{{}}}}}".format, OUTPUTS),
        st.builds("{{{{{{{}}}}}}}".format, OUTPUTS),
        st.builds("{{{{! {} }}}}".format, st.sampled_from(["", "note", "\n"])),
        st.builds("{{{{{{{{raw}}}}}}}}{}{{{{{{{{/raw}}}}}}}}".format, TEXTS),
        st.builds('{{{{{{{{is_match "host.name" "}}}}"}}}}}}}}{}{{{{{{{{/is_match}}}}}}}}'.format, TEXTS),
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map("".join),
        st.builds(
            lambda mark, condition, body, rest: f"{{{{{mark}{condition}}}}}{body}{rest}{{{{/{condition.split()[0]}}}}}",
            st.sampled_from("#^"),
            CONDITIONS,
            inner,
            st.just("") | inner.map("{{{{else}}}}{}".format),
        ),
    ),
    max_leaves=8,
)


@given(MESSAGES, st.sampled_from([[], ["is_alert"], ["is_recovery", "is_alert_recovery"]]))
def test_a_message_that_compiles_is_rendered_in_every_state(source: str, states: list[str]) -> None:
    try:
        template = compile_template(source)
    except TemplateSyntaxError:
        return
    text, _ = template.render(Context({("host", "name"): "a", ("value",): 5.0}, states, "P1"))
    assert text == text.strip()


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_no_text_crashes_the_parser(source: str) -> None:
    try:
        compile_template(source).render(Context({("host", "name"): "a", ("value",): 5.0}, ["is_alert"], "P1"))
    except TemplateSyntaxError as mistake:
        line, column = mistake.line, mistake.column
    else:
        line, column = 1, 1

    assert 1 <= column <= len(source.split("\n")[line - 1]) + 1


@given(st.text("0123456789.()+-*/^%,'abinrtosupe ", max_size=40))
def test_no_expression_crashes(expression: str) -> None:
    try:
        compiled = compile_eval(expression)
    except EvalSyntaxError:
        return
    show(compiled.evaluate({("a",): 5.0, ("b",): "text"}))


@pytest.mark.parametrize("expression", ["'a'*99999999999", "round(5, 0-99999999)", "9" * 5000, "9*" * 500 + "9"])
def test_an_extreme_expression_is_calculated_at_once(expression: str) -> None:
    assert len(show(compile_eval(expression).evaluate({}))) < 600


@given(st.text(st.characters(exclude_characters="{")))
def test_a_text_without_braces_is_shown_as_it_is(source: str) -> None:
    assert rendered(source) == source.strip()


@given(st.lists(st.from_regex(r"@?[a-z][a-z0-9_.]{0,8}[a-z]", fullmatch=True), min_size=1, max_size=3).map(tuple))
def test_a_spelled_path_reads_as_itself(path: tuple[str, ...]) -> None:
    assert path_of(spell(path)) == path
