"""What a job sends of each record unless its destination says otherwise: what the pipeline reads."""

OBSERVED_FIELDS = (
    "CPUTimeMs",
    "Entrypoint",
    "Event",
    "EventTimestampMs",
    "EventType",
    "Exceptions",
    "Logs",
    "Outcome",
    "ScriptName",
    "ScriptVersion",
    "WallTimeMs",
)
