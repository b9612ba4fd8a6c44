"""The functions of metric queries, one module per family of Datadog's documentation."""
