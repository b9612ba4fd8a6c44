"""Cloudflare Durable Object monitoring as Pulumi code, with every alert proven to fire before you deploy it."""
