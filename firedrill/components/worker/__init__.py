"""The Worker as declared: its bundle, bindings and Durable Object migrations."""
