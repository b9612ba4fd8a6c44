"""What answers in the drill in the place of what is outside: `outbound` of a drill file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from firedrill.vendors.rules.models import NO_FLAG

Asked = Annotated[str, Field(pattern=r"^([A-Z]+ )?https?://[A-Za-z0-9._\-\[\]:]+(/[^\s?#*]*\*?)?$")]
"""A URL without query, with a method before it or none, and a `*` at the end of its path for anything."""
WITHOUT_BODY = (204, 205, 304)
"""Statuses whose responses have none: RFC 9110, 15.3.5, 15.3.6 and 15.4.5."""
_JSON = {"content-type": "application/json"}


class Answer(BaseModel):
    """What a request gets that the Worker or one of its objects sends outside."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Annotated[
        int, NO_FLAG, Field(ge=200, le=599, description="its status; a whole number, 200 (the default) to 599")
    ] = 200
    headers: Annotated[dict[str, str], Field(description="headers by name")] = {}
    body: Annotated[str | None, Field(description="the body as text")] = None
    json_: Annotated[JsonValue, Field(alias="json", description="the body as JSON, with its content type")] = None


def answers_of(outbound: Mapping[str, Answer]) -> tuple[dict[str, Any], ...]:
    """The answers as a deployment has them: the most specific URL first, and of the same one that with a method."""
    found = []
    for asked, answer in outbound.items():
        *method, url = asked.split(" ")
        is_json = "json_" in answer.model_fields_set  # which may be null
        of_json = _JSON if is_json else {}
        body = json.dumps(answer.json_) if is_json else answer.body
        headers = {**of_json, **{name.lower(): value for name, value in answer.headers.items()}}
        told = {"method": "".join(method), "url": url, "status": answer.status, "headers": headers}
        found.append(told | {"body": body or ""})
    return tuple(sorted(found, key=lambda each: (each["url"].endswith("*"), -len(each["url"]), not each["method"])))
