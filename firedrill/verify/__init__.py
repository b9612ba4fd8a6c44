"""Whether a deployment works: canary requests, followed to where logs, metrics and monitors really are."""
