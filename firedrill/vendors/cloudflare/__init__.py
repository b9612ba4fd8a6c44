"""Cloudflare's documented behaviour, offline: Workers Logpush from trace item to delivered batch."""
