from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from firedrill.runtime.deployment import Deployment
from firedrill.runtime.modules import modules_of
from firedrill.runtime.recording import deployed
from firedrill.runtime.take import Request
from firedrill.vendors.errors import FiredrillError

BUNDLE = b"""
import text from "./hello.txt";
import bytes from "./bytes.bin";
import add from "./add.wasm";
import { more } from "./lib/more.mjs";
export default {
  fetch: () => {
    const sum = new WebAssembly.Instance(add).exports.add(2, 3);
    return new Response([text, new Uint8Array(bytes).join(), sum, more].join(" "));
  },
};
"""
WASM = bytes.fromhex("0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b")


def module(name: str, kind: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "content_type": kind, "content_base64": base64.b64encode(content).decode()}


@pytest.mark.workerd
def test_every_kind_of_module_runs_as_it_was_uploaded(tmp_path: Path) -> None:
    modules = [
        module("hello.txt", "text/plain", b"hello"),
        module("bytes.bin", "application/octet-stream", b"\x00\xff"),
        module("add.wasm", "application/wasm", WASM),
        module("lib/more.mjs", "application/javascript+module", b"export { more } from '../take.mjs';"),
        module("take.mjs", "application/javascript+module", b"export const more = 'and more';"),
    ]
    script = {"script_name": "modules", "compatibility_date": "2026-11-01", "modules": modules}
    with deployed(Deployment(script, BUNDLE, modules=modules_of(script, tmp_path))) as worker:
        (response,) = worker.take([Request()]).responses
    assert (response.status, response.body) == (200, "hello 0,255 5 and more")


def test_a_module_s_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("here")
    told = {"name": "b.txt", "content_type": "text/plain", "content_file": "a.txt"}
    (found,) = modules_of({"script_name": "w", "modules": [told]}, tmp_path)
    assert (found.name, found.content) == ("b.txt", b"here")


def test_modules_that_cannot_run_here_are_all_told(tmp_path: Path) -> None:
    modules = [
        module("entry.py", "text/x-python", b""),
        module("main.mjs", "application/javascript+module", b""),
        module("firedrill/take.mjs", "application/javascript+module", b""),
        {"name": "gone.txt", "content_type": "text/plain", "content_file": "gone.txt"},
    ]
    with pytest.raises(FiredrillError) as error:
        modules_of({"script_name": "w", "modules": modules}, tmp_path)
    told = str(error.value).splitlines()
    assert [line.partition(" of 'w'")[0] for line in told] == [
        f"the module {name!r}" for name in ("entry.py", "main.mjs", "firedrill/take.mjs", "gone.txt")
    ]
    assert "is of type text/x-python, which cannot run here; it can be application/javascript+module" in told[0]
