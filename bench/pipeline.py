"""Records per second through intake, pipeline and metrics, beside vrl-python doing the same grok rule and a filter."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from typing import Any

from bench.measure import healthy_records, median_s, service
from firedrill.vendors.datadog.intake import receive
from firedrill.vendors.datadog.log import Log

RECORDS = 20_000
BATCH = 1_000
VRL = """
matched = match_datadog_query(., "@Entrypoint:ConversationStateDO OR @EventType:fetch")
. = merge(., parse_groks!(string!(.line), patterns: ["%{data:telemetry:json}"]))
.
"""


def main() -> None:
    """Print records per second for each part and the ratios to vrl-python."""
    compiled = service()
    base = [kept for each in healthy_records()["healthy"].records if (kept := compiled.job.prepare(each)) is not None]
    records = [base[number % len(base)] for number in range(RECORDS)]
    received_ms = max(each["EventTimestampMs"] for each in base) + 1000
    logging, parameters = compiled.organisation.logging, compiled.job.destination.parameters

    batches = [records[start : start + BATCH] for start in range(0, RECORDS, BATCH)]

    def intake() -> Iterator[Log]:
        for batch in batches:
            yield from receive(batch, params=parameters, received_ms=received_ms, size_bytes=1).logs

    def only_intake() -> None:
        for _ in intake():
            pass

    def pipelines() -> None:
        for log in intake():
            logging.pipelines.process(log)

    def everything() -> None:
        for log in intake():
            logging.process(log, received_ms)

    gc.collect()
    gc.freeze()  # what was compiled stays to the end: the collector need not visit it again and again
    print(f"a record has {len(json.dumps(base[0]))} bytes")
    rates = {
        name: RECORDS / median_s(run)
        for name, run in (("intake", only_intake), ("+ pipeline", pipelines), ("+ metrics", everything))
    }
    vrl = _vrl_rate(records)
    for name, rate in rates.items():
        ratio = f"  {rate / vrl:5.1f} x vrl-python's grok and filter" if vrl else ""
        print(f"{name:12} {rate:10,.0f} records/s{ratio}")
    print(f"{'vrl-python':12} {vrl:10,.0f} records/s" if vrl else "vrl-python is not installed on this platform")


def _vrl_rate(records: list[dict[str, Any]]) -> float:
    try:
        from vrl_python import VRLRuntime
    except ImportError:
        return 0.0
    runtime = VRLRuntime()
    events = [{**each, "line": each["Logs"][0]["Message"][0]} for each in records[:2_000] if each["Logs"]]

    def run() -> None:
        for event in events:
            runtime.execute(VRL, event)

    return len(events) / median_s(run)
