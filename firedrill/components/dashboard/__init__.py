"""What a person looks at first: one dashboard per service, in Datadog's own JSON."""
