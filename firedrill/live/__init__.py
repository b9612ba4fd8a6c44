"""A stack that is up: its Workers run in workerd, and what they emit flows through what is deployed as it happens."""
