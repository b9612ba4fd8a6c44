"""Attempts to upload, until one succeeds or Logpush gives up.

Source: developers.cloudflare.com/logs/logpush/logpush-health
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from firedrill.sinks.sink import Refused, Sink
from firedrill.vendors.cloudflare.delivery import Model
from firedrill.vendors.cloudflare.uploads import Upload

LOGPUSH = Model()
"""As modelled for every job."""


class Pushed(NamedTuple):
    """How an upload ended: whether it was confirmed, and what was told of each attempt that was not."""

    confirmed: bool
    refusals: tuple[str, ...]


def push(sink: Sink, upload: Upload, pause: Callable[[int], object], model: Model = LOGPUSH) -> Pushed:
    """Upload with the model's retries; `pause` waits for so many simulated ms between two attempts.

    Which answers Logpush takes as final is undocumented: here every refusal is retried.
    """
    refusals: list[str] = []
    for attempt in range(model.retries + 1):
        if attempt:
            pause(model.retry_ms)
        try:
            sink.put(upload)
        except Refused as refused:
            refusals.append(str(refused))
        else:
            return Pushed(True, tuple(refusals))
    return Pushed(False, tuple(refusals))
