"""A local cloud: Cloudflare and Datadog as Pulumi's engine sees them, with the emulator's rules and one state file."""
