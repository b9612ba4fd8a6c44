"""A drill's result for people (terminal) and for machines (JSON, JUnit)."""
