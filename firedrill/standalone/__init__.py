"""The emulator on its own, on anybody's declarations: what pipelines make of logs, what monitors make of series."""
