"""How the Worker's trace events reach a destination: the Logpush job."""
