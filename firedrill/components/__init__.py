"""What is declared: Pulumi components over pure functions that return plain data."""
