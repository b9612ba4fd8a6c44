"""One module per filter, each with its FILTER."""
