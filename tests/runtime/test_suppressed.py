"""Suppressed telemetry strikes half of each kind of line, also where lines of objects and of callers alternate."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from firedrill.runtime.deployment import Deployment
from firedrill.runtime.recording import deployed
from firedrill.runtime.take import Faults, Request

pytestmark = pytest.mark.workerd
ROOT = Path(__file__).resolve().parents[2]
CODE = b"""
import { DurableObject } from "cloudflare:workers";
const say = (at) => console.debug(JSON.stringify({ at, class: "Room", op: "join" }));
export class Room extends DurableObject {
  async join() {
    say("object");
  }
}
export default {
  async fetch(request, env) {
    await env.ROOMS.getByName(request.url).join();
    say("gateway");
    return new Response();
  },
};
"""
SCRIPT = {
    "script_name": "suppressed",
    "compatibility_date": "2026-01-01",
    "bindings": [{"type": "durable_object_namespace", "name": "ROOMS", "class_name": "Room"}],
    "migrations": {"new_tag": "v1", "new_sqlite_classes": ["Room"]},
}


def test_half_of_each_kind_of_line_is_suppressed() -> None:
    with deployed(Deployment(SCRIPT, CODE, root=ROOT)) as worker:
        requests = [Request(path=f"/{number}") for number in range(8)]
        take = worker.take(requests, faults=Faults(telemetry_suppressed=0.5), concurrency=1)
    said = Counter(json.loads(log["message"][0])["at"] for each in take.invocations for log in each.item["logs"])
    assert said == {"object": 4, "gateway": 4}
