from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from firedrill.cloud.sinks import parse_sinks
from firedrill.vendors.errors import FiredrillError

REPOSITORY = Path(__file__).parents[2]


def _start(folder: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-m", "firedrill", "cloud"]
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_cloud_prints_what_to_export_and_serves_until_it_is_told_to_end(tmp_path: Path, number: int) -> None:
    with _start(tmp_path) as cloud:
        assert cloud.stdout is not None
        first = cloud.stdout.readline()
        cloud.send_signal(number)
        rest, _ = cloud.communicate()
    assert re.fullmatch(r"export PULUMI_DEBUG_PROVIDERS=cloudflare:\d+,datadog:\d+\n", first)
    assert re.fullmatch(r"export CLOUDFLARE_BASE_URL=http://127\.0\.0\.1:\d+/client/v4", rest.splitlines()[0])
    assert rest.partition("\n")[2] == (
        f"# Export this where pulumi runs. {tmp_path.resolve()}/.firedrill/cloud/state.json holds what is deployed;"
        " Ctrl-C ends the cloud.\n"
    )
    assert cloud.returncode == 0


def test_a_state_that_cannot_be_read_is_refused_before_anything_is_served(tmp_path: Path) -> None:
    state = tmp_path / ".firedrill" / "cloud" / "state.json"
    state.parent.mkdir(parents=True)
    state.write_text("[]")
    with _start(tmp_path) as cloud:
        out, _ = cloud.communicate()
    assert (out, cloud.returncode) == ("", 2)


def test_a_sink_is_a_host_and_an_address_of_this_machine() -> None:
    assert parse_sinks(["logs.example:8088=http://127.0.0.1:9"]) == {"logs.example:8088": "http://127.0.0.1:9"}


@pytest.mark.parametrize(
    "sink",
    ["logs.example", "=http://127.0.0.1:9", "a=http://logs.example:9", "a=https://127.0.0.1:9", "a=http://127.0.0.1:x"],
)
def test_another_sink_is_refused(sink: str) -> None:
    with pytest.raises(FiredrillError) as refused:
        parse_sinks([sink])
    assert str(refused.value) == f"The sink is {sink!r}; it must be <host>=http://127.0.0.1:<port>."


def test_a_password_in_a_sink_is_not_shown() -> None:
    with pytest.raises(FiredrillError) as caught:
        parse_sinks(["logs.example=https://user:s3cr3t@localhost"])
    assert "//***@localhost" in str(caught.value)
    assert "s3cr3t" not in str(caught.value)
