from __future__ import annotations

import contextlib
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.cloudflare.output import compile_output
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
def test_any_template_is_compiled_or_refused(template: str) -> None:
    with contextlib.suppress(FiredrillError):
        compile_output({**OPTIONS, "record_template": template}, "job").render([{"Logs": []}])


@given(st.lists(selected, max_size=4))
def test_every_line_of_a_plain_batch_is_the_json_of_its_record(records: list[dict[str, Any]]) -> None:
    text = compile_output(OPTIONS, "job").render(records)
    assert [json.loads(line) for line in text.split("\n")[:-1]] == records
