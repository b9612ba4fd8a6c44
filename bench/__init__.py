"""Benchmarks: what a drill costs and how that grows. Compare figures within one run, not between machines."""
