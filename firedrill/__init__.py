"""Cloudflare Durable Object monitoring as Pulumi code, with every alert proven to fire before you deploy it."""

__version__ = "0.1.0"
"""The one home of the version: the build reads it here, and so does a checkout where nothing is installed."""
