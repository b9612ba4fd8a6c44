"""How Datadog turns a trace event into attributes: the custom pipeline."""
