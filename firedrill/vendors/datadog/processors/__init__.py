"""Log processors, one module each, found through the registry.

Source: docs.datadoghq.com/logs/log_configuration/processors
"""

from __future__ import annotations

from firedrill.vendors.datadog.processors.base import Applied, Context, Flow, Options, Run
from firedrill.vendors.datadog.processors.registry import compile_processor, flow_of, kinds, read_options

__all__ = ["Applied", "Context", "Flow", "Options", "Run", "compile_processor", "flow_of", "kinds", "read_options"]
