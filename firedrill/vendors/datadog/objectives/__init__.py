"""Service level objectives evaluated: their good and bad slices of time, burn rates and error budgets.

Sources: docs.datadoghq.com/service_level_objectives, /metric, /time_slice, /burn_rate and /error_budget
"""

from __future__ import annotations

from firedrill.vendors.datadog.objectives.alert import SloQuery, compilers_with, reading, slo_compiler
from firedrill.vendors.datadog.objectives.sli import Growing, Recorded, Sli, compile_sli
from firedrill.vendors.datadog.objectives.slices import Slices

__all__ = [
    "Growing",
    "Recorded",
    "Sli",
    "Slices",
    "SloQuery",
    "compile_sli",
    "compilers_with",
    "reading",
    "slo_compiler",
]
