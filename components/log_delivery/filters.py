"""Which records a Logpush job sends.

Source: developers.cloudflare.com/logs/logpush/logpush-job/filters
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from components.log_delivery.fields import TraceEventField
from components.problems import DeclarationError

MAX_FILTER_BYTES = 1_000


def script_filter(worker_names: Sequence[str]) -> str:
    """The job's filter as JSON: records of these Workers only, since a job covers the whole account otherwise.

    Raises DeclarationError when there is no Worker, or when Cloudflare would refuse the length.
    """
    if not worker_names:
        raise DeclarationError("A Logpush job needs at least one Worker to filter on; without one it sends them all.")
    conditions = [
        {"key": TraceEventField.SCRIPT_NAME.value, "operator": "eq", "value": name} for name in sorted(worker_names)
    ]
    where: object = conditions[0] if len(conditions) == 1 else {"or": conditions}
    text = json.dumps({"where": where}, separators=(",", ":"))
    size = len(text.encode())
    if size > MAX_FILTER_BYTES:
        raise DeclarationError(
            f"The Logpush filter on {len(conditions)} Workers has {size} bytes, Cloudflare takes {MAX_FILTER_BYTES}: "
            "shorten the Workers' names or spread them over several LogDelivery components."
        )
    return text
