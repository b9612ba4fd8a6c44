"""What Datadog's log processors limit.

Source: docs.datadoghq.com/logs/log_configuration/processors (string builder processor)
"""

from __future__ import annotations

MAX_BUILT = 256
"""Characters that a string builder writes."""
