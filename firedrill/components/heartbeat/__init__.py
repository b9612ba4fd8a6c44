"""The heartbeat: a scheduled Worker that sends each observed Worker its canary requests by the public path."""
