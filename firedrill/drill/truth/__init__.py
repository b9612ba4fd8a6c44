"""Whether metrics are true: what they say of each take is compared with what the drill itself saw of it (ADR 24)."""
