"""What look-ups of a program find where there is no account: in an empty one, or what the project's file says.

Sources: pulumi.com/registry/packages/cloudflare/api-docs and .../datadog/api-docs (functions),
pulumi.com/docs/iac/concepts/stacks (stack references)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from firedrill.documents import is_there, mistakes_told, text_of
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.documents import yaml_mapping

FILE = "firedrill-lookups.yaml"
STACK_REFERENCE = "pulumi:pulumi:StackReference"
_STACK_OUTPUTS = "pulumi:pulumi:readStackOutputs"
_PIPELINES_ORDER = "datadog:index/getLogsPipelinesOrder:getLogsPipelinesOrder"
_DATADOG_LISTS = {
    _PIPELINES_ORDER: "pipelineIds",
    "datadog:index/getLogsIndexesOrder:getLogsIndexesOrder": "indexNames",
    "datadog:index/getLogsIndexes:getLogsIndexes": "logsIndexes",
    "datadog:index/getLogsPipelines:getLogsPipelines": "logsPipelines",
    "datadog:index/getMonitors:getMonitors": "monitors",
}
_CLOUDFLARE_LIST = re.compile(r"cloudflare:index/get\w+s:get\w+s")
_SINGLE = ("Address", "Dns", "Https", "Settings", "Status", "Tls")
"""Endings of names of functions that do not return lists."""

Answers = Mapping[str, Mapping[str, Any]]
"""What look-ups find, by their token; of a stack reference the outputs, by the stack's name."""


def read_answers(root: Path) -> Answers:
    """What firedrill-lookups.yaml in the project's folder says, if there is one. Raises FiredrillError for mistakes."""
    path = root / FILE
    if not is_there(path):
        return {}
    with mistakes_told():
        content = yaml_mapping(text_of(path, FILE), FILE)
    for key, value in content.items():
        if not isinstance(key, str) or not isinstance(value, dict):
            raise FiredrillError(
                f"{FILE}: {key!r} is {value!r}; write a mapping of what the look-up finds, such as {key}: {{id: x}}"
            )
    return content


def answer(token: str, arguments: Mapping[str, Any], answers: Answers) -> dict[str, Any]:
    """What a function finds. Raises FiredrillError for one that only an account could answer."""
    own = {"id": str(arguments.get("accountId") or token.rpartition(":")[2]), **arguments}
    if token in answers:
        return {**own, **answers[token]}
    if token == _STACK_OUTPUTS:  # of a stack that was never deployed
        return {**own, "outputs": {}}
    if token in _DATADOG_LISTS:
        return {**own, _DATADOG_LISTS[token]: []}
    if _CLOUDFLARE_LIST.fullmatch(token) and not token.endswith(_SINGLE):
        return {**own, "results": []}
    raise FiredrillError(
        f"The program looks up {token}, for which rendering has no answer without an account. Write what it finds to "
        f"{FILE} in the project's folder, such as {token}: {{id: x}}; or read it from the stack's config."
    )


def outputs_of(stack: str, answers: Answers) -> Mapping[str, Any]:
    """The outputs of another stack. Raises FiredrillError where nobody has said them."""
    if stack not in answers:
        raise FiredrillError(
            f"The program reads the outputs of the stack {stack!r}, which rendering does not know. Write those that it "
            f"uses to {FILE} in the project's folder, such as {stack}: {{name-of-an-output: value}}"
        )
    return answers[stack]
