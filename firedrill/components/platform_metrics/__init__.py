"""Cloudflare's own metrics of Workers and Durable Objects, brought to Datadog."""
