"""The chat room answers alike whether it is observed or not, also when it hibernates between two messages."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from firedrill.runtime import Deployment, Faults, Request, Take, deployed

pytestmark = pytest.mark.workerd

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "examples" / "chat-room" / "src" / "index.js"
ESBUILD = next(ROOT.glob("node_modules/@esbuild/*/bin/esbuild"))
SCRIPT = {
    "script_name": "chat-room",
    "compatibility_date": "2026-10-01",
    "bindings": [
        {"type": "durable_object_namespace", "name": "ROOMS", "class_name": "ChatRoom"},
        {"type": "plain_text", "name": "HISTORY_LIMIT", "text": "100"},
    ],
}
UNOBSERVED = (
    (r"import \{ observe.*\n", ""),
    (r"export const ChatRoom = observeObject\(class", "export class"),
    (r"\n\}, \{ operations.*\);\n\nexport default observeWorker\(", "\n}\n\nexport default "),
    (r"\n\}, \{ ROOMS.*\);\n", "\n};\n"),
)
HELLO = json.dumps({"author": "ada", "text": "hi"})
TRAFFIC = [
    Request(method="POST", path="/rooms/a/messages", body=HELLO, session="a"),
    Request(path="/rooms/a/socket?as=bob", messages=["one", "ping", "two"], session="a"),
    Request(path="/rooms/a/messages", session="a"),
    Request(path="/rooms/a/members", session="a"),
    Request(path="/rooms/a", session="a"),
]


def bare() -> str:
    """The Worker as it was before it was observed."""
    code = SOURCE.read_text()
    for pattern, replacement in UNOBSERVED:
        code, count = re.subn(pattern, replacement, code)
        assert count == 1, pattern
    return code


def talk(code: str, folder: Path, faults: Faults) -> Take:
    bundle = folder / "worker.mjs"
    flags = ["--bundle", "--format=esm", "--keep-names", "--external:cloudflare:*", "--loader=js", "--log-level=error"]
    flags.append(f"--alias:firedrill={ROOT / 'firedrill' / 'worker' / 'telemetry.mjs'}")
    subprocess.run([ESBUILD, *flags, f"--outfile={bundle}"], input=code, text=True, cwd=SOURCE.parent, check=True)
    with deployed(Deployment(SCRIPT, bundle.read_bytes())) as worker:
        return worker.take(TRAFFIC, faults=faults)


def said(take: Take) -> list[tuple[int, str]]:
    """What callers got, without the time of day."""
    return [(response.status, re.sub(r"\d{13}", "now", response.body)) for response in take.responses]


def lines(take: Take) -> list[dict[str, Any]]:
    logs = [log for invocation in take.invocations for log in invocation.item["logs"]]
    return [json.loads(log["message"][0]) for log in logs]


@pytest.mark.parametrize(
    "faults", [Faults(), Faults(evicting=1), Faults(storage_failing=1), Faults(unreachable=1)], ids=["", *"esu"]
)
def test_callers_get_the_same(tmp_path: Path, faults: Faults) -> None:
    before, after = talk(bare(), tmp_path, faults), talk(SOURCE.read_text(), tmp_path, faults)
    assert said(after) == said(before)
    assert lines(before) == []


def test_a_room_that_hibernates_between_messages_writes_one_line_for_each(tmp_path: Path) -> None:
    take = talk(SOURCE.read_text(), tmp_path, Faults(evicting=1))
    written = Counter((line["at"], line["op"], line["result"]) for line in lines(take))
    assert written == {
        ("gateway", "post", "ok"): 1,
        ("gateway", "join", "ok"): 1,
        ("gateway", "history", "ok"): 1,
        ("gateway", "members", "ok"): 1,
        ("gateway", "fetch", "miss"): 1,
        ("object", "post", "ok"): 1,
        ("object", "join", "ok"): 1,
        ("object", "message", "ok"): 2,  # the runtime itself answers the ping
        ("object", "close", "ok"): 1,
        ("object", "history", "ok"): 1,
        ("object", "members", "ok"): 1,
    }
    assert sum(line.get("cold", 0) for line in lines(take)) >= 5, "each was awakened"


def test_a_line_is_at_most_256_characters(tmp_path: Path) -> None:
    take = talk(SOURCE.read_text(), tmp_path, Faults())
    texts = [log["message"][0] for invocation in take.invocations for log in invocation.item["logs"]]
    assert max(map(len, texts)) <= 256
