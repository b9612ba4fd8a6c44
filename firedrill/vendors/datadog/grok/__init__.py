"""Datadog's grok parser: rules to regular expressions, matched texts to attributes.

Source: docs.datadoghq.com/logs/log_configuration/parsing
"""

from __future__ import annotations

from firedrill.vendors.datadog.grok.compiler import compile_grok
from firedrill.vendors.datadog.grok.errors import GrokSyntaxError, TooSlow
from firedrill.vendors.datadog.grok.extraction import Grok

__all__ = ["Grok", "GrokSyntaxError", "TooSlow", "compile_grok"]
