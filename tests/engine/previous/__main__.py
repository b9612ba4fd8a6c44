"""The dev stack as it was laid out before Workers were config entries, from what was rendered of it then."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pulumi

Rendered = dict[str, Any]
# In an order in which each comes after what it refers to.
RESOURCES: list[Rendered] = json.loads((Path(__file__).parent / "resources.json").read_text())
SECRET = pulumi.Config().require_secret("secret")
declared: dict[str, pulumi.Resource] = {}
by_id: dict[str, pulumi.CustomResource] = {}


def concrete(value: Any) -> Any:
    """Rendered inputs with secrets, and with the ids of other monitors, in the places where they were."""
    if isinstance(value, dict):
        return {key: concrete(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [concrete(inner) for inner in value]
    if not isinstance(value, str):
        return value
    parts = [
        SECRET if part == "[secret]" else by_id[part].id if part in by_id else part
        for part in re.split(r"(\[secret\]|\b\d{8}\b)", value)
    ]
    return value if all(isinstance(part, str) for part in parts) else pulumi.Output.concat(*parts)


def declare(each: Rendered) -> None:
    depends_on = [declared[urn] for urn in each["dependsOn"]]
    options = pulumi.ResourceOptions(parent=declared.get(each["parent"]), depends_on=depends_on)
    if not each["id"]:
        declared[each["urn"]] = pulumi.ComponentResource(each["type"], each["name"], None, options)
        return
    made = pulumi.CustomResource(each["type"], each["name"], concrete(each["inputs"]), options)
    declared[each["urn"]] = by_id[each["id"]] = made


for rendered in RESOURCES:
    declare(rendered)
