"""The scenarios that the drill runs: data, one entry each; the drivers of their traffic are in `traffic`."""

from __future__ import annotations

from firedrill.scenarios import takes
from firedrill.scenarios.scenario import Phase, Platform, Scenario

FAULT_MINUTES = 25

_BUSY = {"CPUTimeMs": 400}
_EXCEEDED = {"CPUTimeMs": 30_000, "Outcome": "exceededCpu"}


def _alerts(*monitors: str) -> dict[str, str]:
    return dict.fromkeys(monitors, "Alert")


SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        "healthy",
        "Everyday traffic for an hour: nobody may be woken.",
        (Phase(60, takes.HEALTHY),),
    ),
    Scenario(
        "every-path",
        "Each operation succeeds, misses, is refused and is cleaned up, by alarm and by API: all of it is counted.",
        (Phase(1, takes.EVERY_PATH),),
        produces=(
            *(f"do.operations{{operation:{op},result:ok}}" for op in ("store", "retrieve", "delete", "clear", "alarm")),
            "do.operations{operation:retrieve,result:miss}",
            *(f"worker.requests{{status_class:{status}}}" for status in ("2xx", "4xx")),
            "do.cleanups{trigger:alarm,result:ok}",
            "do.cleanups{trigger:api,result:ok}",
            "do.mapping_failures{reason:unknown_id}",
            "do.storage.keys{*}",
            "do.storage.bytes{*}",
            "do.active_instances{*}",
            "gateway.latency{operation:store}",
        ),
    ),
    Scenario(
        "storage-failing",
        "Every storage call of the object throws.",
        (Phase(FAULT_MINUTES, takes.STORAGE_FAILING),),
        _alerts(
            *("worker-5xx-rate", "worker-5xx", "do-error-ratio", "do-error-rate", "do-errors"),
            *("mapping-failures", "cleanup-failures"),
        ),
    ),
    Scenario(
        "storage-slow",
        "A fifth of the object's operations wait 0.7 s for their storage.",
        (Phase(FAULT_MINUTES, takes.STORAGE_SLOW),),
        _alerts("do-latency"),
    ),
    Scenario(
        "unreachable-recovered",
        "Half of the requests do not reach the object at their first attempt, all do at the second.",
        (Phase(FAULT_MINUTES, takes.RECOVERED),),
        produces=("gateway.retries{outcome:recovered}",),
    ),
    Scenario(
        "unreachable",
        "No request reaches its object, however often it is tried.",
        (Phase(FAULT_MINUTES, takes.UNREACHABLE),),
        _alerts(
            *("worker-5xx-rate", "worker-5xx", "do-error-ratio", "do-error-rate", "do-errors", "mapping-failures"),
        ),
        produces=("gateway.retries{outcome:exhausted}", "do.mapping_failures{reason:exhausted}"),
    ),
    Scenario(
        "unknown-tools",
        "Callers ask for tool use ids that nobody stored.",
        (Phase(FAULT_MINUTES, takes.UNKNOWN_TOOLS),),
        _alerts("mapping-failures"),
    ),
    Scenario(
        "malformed-requests",
        "Callers send what the API refuses: their mistake wakes nobody.",
        (Phase(FAULT_MINUTES, takes.MALFORMED),),
        produces=("worker.requests{status_class:4xx}",),
    ),
    Scenario(
        "overlapping-calls",
        "Many calls of one object at once: their console lines mix, no alert may follow from that.",
        (Phase(FAULT_MINUTES, takes.OVERLAPPING),),
        produces=("do.operations{operation:retrieve,result:ok}",),
    ),
    Scenario(
        "store-burst",
        "As many requests as ever, but each stores forty tools.",
        (Phase(FAULT_MINUTES, takes.BULK_STORES),),
        _alerts("storage-spike"),
    ),
    Scenario(
        "traffic-surge",
        "Six times the usual traffic.",
        (Phase(FAULT_MINUTES, takes.HEALTHY, copies=6),),
        _alerts("traffic-surge", "storage-spike"),
    ),
    Scenario(
        "traffic-drop",
        "Less than half of the usual traffic, yet enough for rates to mean something.",
        (Phase(FAULT_MINUTES, takes.FEW),),
        _alerts("traffic-drop"),
    ),
    Scenario(
        "lone-failure",
        "One request in five minutes, and it fails: a rate of 100 % that is no reason to wake anybody.",
        (Phase(FAULT_MINUTES, takes.LONE_FAILURE, every=5),),
        _alerts("low-traffic", "worker-5xx-rate", "do-error-ratio", "traffic-drop"),
    ),
    Scenario(
        "alarm-failing",
        "The clean-up alarm's storage calls throw.",
        (Phase(FAULT_MINUTES, takes.ALARM_FAILING),),
        _alerts("cleanup-failures", "do-errors", "do-error-ratio", "do-error-rate"),
    ),
    Scenario(
        "rare-cleanup-failure",
        "One clean-up alarm fails every ten minutes: too sparse for a full window, still a finding.",
        (Phase(1, takes.ONE_ALARM_FAILING), Phase(9, takes.HEALTHY)) * 2,
        _alerts("cleanup-failures"),
    ),
    Scenario(
        "worker-throws",
        "Half of the requests throw before the Worker's own code runs; what they should have stored is missed later.",
        (Phase(FAULT_MINUTES, takes.WORKER_THROWS),),
        _alerts("worker-5xx-rate", "worker-5xx", "mapping-failures"),
    ),
    Scenario(
        "cpu-busy",
        "Invocations of the object take far more CPU time than usual.",
        (Phase(FAULT_MINUTES, takes.HEALTHY, platform=Platform(_BUSY)),),
        _alerts("cpu-p99"),
    ),
    Scenario(
        "limits-exceeded",
        "One in twelve invocations of the object is ended by the platform for its CPU time.",
        (Phase(FAULT_MINUTES, takes.HEALTHY, platform=Platform(_EXCEEDED, every=12)),),
        _alerts("exceeded-limits", "cpu-p99"),
    ),
    Scenario(
        "telemetry-missing",
        "Half of the invocations write no telemetry line.",
        (Phase(FAULT_MINUTES, takes.SILENT_TELEMETRY),),
        _alerts("telemetry-gap"),
    ),
    Scenario(
        "delivery-stopped",
        "The destination of the Logpush job refuses every batch.",
        (Phase(FAULT_MINUTES, takes.HEALTHY, delivery=False),),
        {**_alerts("low-traffic"), "telemetry-silent": "No Data"},
        may_fire=frozenset({"traffic-drop"}),  # the last batch ends within a minute, which then looks half empty
    ),
)
