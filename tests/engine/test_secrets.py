"""Plain values of secrets: refused by the program in Pulumi's real engine, which tells it what is encrypted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from firedrill.installed import PACKAGES as REPOSITORY

if TYPE_CHECKING:
    from tests.engine.conftest import Local

pytestmark = [
    pytest.mark.engine,
    pytest.mark.filterwarnings("ignore:.* has been deprecated:DeprecationWarning"),  # when the providers are imported
]

PLANTED = "PLANTED-SECRET-77"


@pytest.mark.parametrize("operation", ["preview", "up"])
def test_a_plain_secret_is_refused_before_anything_is_deployed_and_not_told(
    of: Callable[[Path, str, Path], Local], tmp_path: Path, operation: str, capfd: pytest.CaptureFixture[str]
) -> None:
    local = of(REPOSITORY, "dev", tmp_path)
    archive = {"type": "r2", "bucket": "logs", "accessKeyId": "archiveKeyId", "secretAccessKey": "archiveKey"}
    local.configure(destinations={"archive": archive}, archiveKeyId=PLANTED, archiveKey=PLANTED, analyticsToken=PLANTED)
    local.stack.config.values["datadog:apiKey"] = PLANTED
    encrypted = tuple(key for key in local.stack.config.secret_keys if key != "firedrill:analyticsToken")
    local.stack = replace(local.stack, config=replace(local.stack.config, secret_keys=encrypted))
    refused = local.run(operation)
    lines = [
        f"{key} is not encrypted\n  allowed: a secret, encrypted by Pulumi\n"
        f"  change:  run: pulumi config set --secret {key} --stack dev\n"
        for key in ("firedrill:analyticsToken", "firedrill:archiveKeyId", "firedrill:archiveKey", "datadog:apiKey")
    ]
    assert refused.errors == ("The config of stack 'dev' has 4 problems.\n" + "".join(lines),)
    assert not local.entries()
    assert PLANTED not in "".join(capfd.readouterr())
