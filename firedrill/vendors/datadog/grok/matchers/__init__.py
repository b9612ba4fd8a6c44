"""One module per family of matchers, each with its MATCHERS."""
