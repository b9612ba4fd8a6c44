"""Datadog's documented behaviour, offline: log intake, pipelines, log-based metrics, monitors."""
