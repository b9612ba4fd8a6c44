"""`firedrill compare`: what the emulator makes of logs that were sent, beside what Datadog holds of them."""
