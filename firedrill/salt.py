"""The binding with the secret that telemetry hashes the ids of objects with."""

SALT = "TELEMETRY_SALT"
"""Its name, which the Worker's `observe_object.mjs` reads; without the binding, telemetry names no object."""
