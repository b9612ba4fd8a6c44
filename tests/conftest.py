"""Property tests: 300 examples each, or 50,000 with --hypothesis-profile=deep."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("quick", max_examples=300, deadline=None)
settings.register_profile("deep", max_examples=50_000, deadline=None)
settings.load_profile("quick")
