from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.cloudflare.output import compile_output, line
from firedrill.vendors.errors import FiredrillError

OPTIONS = {"field_names": ["Outcome", "Logs", "CPUTimeMs"]}
values = (
    st.none()
    | st.integers()
    | st.text(max_size=9)
    | st.lists(st.dictionaries(st.text(max_size=3), st.text()), max_size=2)
)
selected = st.fixed_dictionaries(dict.fromkeys(OPTIONS["field_names"], values))


@given(st.text(alphabet=st.sampled_from(list('{}. "`/*\\aLogs')) | st.characters()))
def test_any_template_is_accepted_or_refused(template: str) -> None:
    with contextlib.suppress(FiredrillError):
        output = compile_output({**OPTIONS, "record_template": template}, "job")
        assert output.is_plain == (not template)


@pytest.mark.parametrize(
    "shaping",
    [
        {"output_type": "csv"},
        {"batch_prefix": "["},
        {"record_prefix": ""},
        {"record_suffix": "}"},
        {"record_delimiter": ","},
        {"field_delimiter": ";"},
        {"record_template": "{{ .Outcome }}"},
    ],
)
def test_an_output_with_another_shape_is_not_plain(shaping: dict[str, str]) -> None:
    assert not compile_output({**OPTIONS, **shaping}, "job").is_plain


def test_the_default_shape_may_be_written_out() -> None:
    written = {"output_type": "ndjson", "record_prefix": "{", "record_suffix": "}\n", "batch_prefix": ""}
    assert compile_output({**OPTIONS, **written}, "job").is_plain


@given(selected)
def test_a_line_is_the_json_of_its_record(record: dict[str, Any]) -> None:
    text = line(record)
    assert text.count("\n") == 1
    assert json.loads(text) == record
