"""The error categories as one decision table: what raised an error -> its category, whose fault it is, what follows.

The Worker applies it in one place (`firedrill/worker/errors.mjs`), through generated constants.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Fault = Literal["caller", "object", "storage", "platform", "code"]


@dataclass(frozen=True)
class ErrorCategory:
    """What a failure is called. `retryable`: a call may be repeated when the platform marks its error so."""

    name: str
    description: str
    fault: Fault
    result: Literal["miss", "rejected", "error"] = "error"
    retryable: bool = False


@dataclass(frozen=True)
class ErrorRule:
    """One condition on an error; of the rules, the first that holds decides.

    `property` is one that the platform sets to true; `name` is the error's; `message` is a regular expression, any
    case. `way` holds for what the caller of an object gets without `.remote`: the object did not raise it.
    A rule without any condition holds always.
    """

    category: str
    property: str = ""
    name: str = ""
    message: str = ""
    way: bool = False


CATEGORIES: tuple[ErrorCategory, ...] = (
    ErrorCategory("not_found", "Nothing is stored there. Reported by the code, never raised.", "caller", "miss"),
    ErrorCategory("validation", "The input is not allowed.", "caller", "rejected"),
    ErrorCategory("disconnected", "The client went away.", "caller", "rejected"),
    ErrorCategory("overloaded", "More work than one object, or the account, may be given.", "object"),
    ErrorCategory("limits", "The object or the Worker exceeded its CPU time or its memory.", "object"),
    ErrorCategory("storage", "A storage statement failed, or storage caused a reset of the object.", "storage"),
    ErrorCategory("reset", "The object was shut down, for a deploy or by itself.", "platform", retryable=True),
    ErrorCategory("timeout", "Something did not answer in time.", "platform", retryable=True),
    ErrorCategory("unreachable", "The object, or what it calls, was not reached.", "platform", retryable=True),
    ErrorCategory("code", "Anything else that code raised.", "code"),
)
ERROR_CATEGORIES = tuple(category.name for category in CATEGORIES)
DEFAULT_CATEGORIES = {"miss": "not_found", "rejected": "validation", "error": "code"}  # of a result without a category
REJECTED = "InputError"  # the name of errors that are the caller's mistake, unless the wrapper's option says otherwise

# Names first, since a message can say anything. Exceeded limits come with `.remote` and may come as a reset; resets by
# storage say so. What cannot be sent (a bad URL, a used body, a symbol) has the name of a mistake, and no `.remote`
# either. Sources: developers.cloudflare.com/durable-objects/best-practices/error-handling,
# developers.cloudflare.com/durable-objects/observability/troubleshooting,
# developers.cloudflare.com/workers/observability/errors
RULES: tuple[ErrorRule, ...] = (
    ErrorRule("overloaded", property="overloaded"),
    ErrorRule("timeout", name="TimeoutError"),
    ErrorRule("disconnected", name="AbortError"),
    ErrorRule("overloaded", message="is overloaded|too much load|too many concurrent storage operations"),
    ErrorRule("limits", message="exceeded (its )?(CPU|memory)|memory limit|SQLITE_NOMEM"),
    ErrorRule("storage", message="SQLITE_|storage"),
    ErrorRule("reset", property="durableObjectReset"),
    ErrorRule("reset", message="was reset|object reset|instance is no longer active"),
    ErrorRule("timeout", message="time-?out|timed out"),
    ErrorRule("disconnected", message="client (has )?disconnected|after close\\(\\)"),
    ErrorRule("unreachable", property="retryable"),
    ErrorRule("unreachable", message="network connection lost"),
    ErrorRule("code", name="TypeError"),
    ErrorRule("code", name="DataCloneError"),
    ErrorRule("unreachable", way=True),
    ErrorRule("code"),
)
