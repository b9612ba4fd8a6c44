"""What is watched: the monitors of the service."""
