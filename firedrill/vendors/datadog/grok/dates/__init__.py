"""Dates of grok's date matcher: patterns, time zones and the names of months and days."""
