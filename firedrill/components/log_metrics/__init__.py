"""The log-based metrics made from processed logs."""
