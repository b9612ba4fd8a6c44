"""The Worker, and its logs, metrics and monitors."""

from pathlib import Path

from firedrill.components import observe

SHOW = {"binding": "SHOWS", "operations": ["reserve", "left"], "monitors": {"storage-spike": False}}
TICKETS = {"entry": "src/index.mjs", "drill": "drill.yaml", "classes": {"Show": SHOW}}

observe(Path(__file__).parent, config={"workers": {"tickets": TICKETS}})
