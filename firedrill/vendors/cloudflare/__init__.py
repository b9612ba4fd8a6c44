"""Cloudflare's documented behaviour, offline: Workers Logpush from trace item to delivered batch."""

from firedrill.vendors.cloudflare.support import features

__all__ = ["features"]
