"""By what a record of a take shows a fault: read from the record itself, never from what pipelines make of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from firedrill.canaries import is_heartbeat
from firedrill.vendors.cloudflare.truncation import truncate

DELIVERED = frozenset({"alarm", "message", "close", "socket_error"})
"""Operations that the platform delivers to an object."""

Record = Mapping[str, Any]
Mark = Callable[[Record, str], bool]
"""Whether a full Logpush record shows it, given a class or "" for the Worker."""


def any_record(record: Record, class_name: str) -> bool:
    """Every record."""
    return True


def request(record: Record, class_name: str) -> bool:
    """A request that reached the Worker."""
    return not record["Entrypoint"] and record["EventType"] == "fetch"


def failed_request(record: Record, class_name: str) -> bool:
    """A request that ended in a 5xx response, or in none."""
    status = (record["Event"].get("Response") or {}).get("Status")
    return request(record, class_name) and (status >= 500 if status else record["Outcome"] == "exception")


def operation(record: Record, class_name: str) -> bool:
    """An operation of the class, as its caller saw it, or as the object did where the platform called."""
    line = line_of(record)
    return line.get("class") == class_name and (line["at"] == "gateway" or line.get("op") in DELIVERED)


def failed_operation(record: Record, class_name: str) -> bool:
    """An operation of the class that failed."""
    return _called(record, class_name).get("result") == "error"


def own_operation(record: Record, class_name: str) -> bool:
    """What an object of the class wrote a line of: an operation, where the class counts itself."""
    return bool(_own(record, class_name))


def of_an_instance(record: Record, class_name: str) -> bool:
    """What an object of the class wrote a line of that names it by its hash."""
    return "id" in _own(record, class_name)


def own_failed_operation(record: Record, class_name: str) -> bool:
    """An operation that failed of a class that counts itself."""
    return _own(record, class_name).get("result") == "error"


def unmapped(record: Record, class_name: str) -> bool:
    """A look-up that the caller could not complete."""
    line = line_of(record)
    return line.get("class") == class_name and "reason" in line


def failed_cleanup(record: Record, class_name: str) -> bool:
    """A clean-up that failed."""
    line = line_of(record)
    return line.get("class") == class_name and "trigger" in line and line.get("result") == "error"


def in_use(record: Record, class_name: str) -> bool:
    """A pulse of an object of the class that does not clean up."""
    return pulse(record, class_name) and "trigger" not in line_of(record)


def alarm_run(record: Record, class_name: str) -> bool:
    """A run of an alarm of the class; of any where none is given."""
    line = line_of(record)
    return line.get("op") == "alarm" and line["at"] == "object" and class_name in ("", line.get("class"))


def failed_alarm(record: Record, class_name: str) -> bool:
    """A run of an alarm of the class that failed."""
    return alarm_run(record, class_name) and line_of(record).get("result") == "error"


def alarm_again(record: Record, class_name: str) -> bool:
    """A run of an alarm of the class that repeats a failed one."""
    return alarm_run(record, class_name) and line_of(record).get("retry", 0) > 0


def recovered(record: Record, class_name: str) -> bool:
    """A call of the class that succeeded only when it was repeated."""
    return _called(record, class_name).get("outcome") == "recovered"


def exhausted(record: Record, class_name: str) -> bool:
    """A call of the class that failed at every attempt."""
    return _called(record, class_name).get("outcome") == "exhausted"


def reset(record: Record, class_name: str) -> bool:
    """A call of the class that failed as its object was reset."""
    return _called(record, class_name).get("error") == "reset"


def overloaded(record: Record, class_name: str) -> bool:
    """A call of the class that was refused as its object is overloaded."""
    return _called(record, class_name).get("error") == "overloaded"


def _called(record: Record, class_name: str) -> dict[str, Any]:
    """The line of a call of the class, as its caller saw it; {} for any other."""
    line = line_of(record)
    return line if line.get("class") == class_name and line["at"] == "gateway" else {}


def lost_a_line(record: Record, class_name: str) -> bool:
    """An invocation whose line tells of one before it that could not be written."""
    return "lost" in line_of(record)


def cold_start(record: Record, class_name: str) -> bool:
    """The first event of an object of the class since it started."""
    return _own(record, class_name).get("cold") == 1


def pulse(record: Record, class_name: str) -> bool:
    """The first event in five minutes of an object of the class."""
    return _own(record, class_name).get("pulse") == 1


def holding(record: Record, class_name: str) -> bool:
    """An invocation of an object of the class whose line tells its size."""
    return "bytes" in _own(record, class_name)


def _own(record: Record, class_name: str) -> dict[str, Any]:
    """The line of an object of the class; {} for any other."""
    line = line_of(record)
    return line if line.get("class") == class_name and line["at"] == "object" else {}


def of_an_object(record: Record, class_name: str) -> bool:
    """An invocation of an object."""
    return bool(record["Entrypoint"])


def stopped_at_a_limit(record: Record, class_name: str) -> bool:
    """An invocation that the platform ended for its CPU time or its memory."""
    return record["Outcome"] in ("exceededCpu", "exceededMemory")


def background_error(record: Record, class_name: str) -> bool:
    """An invocation that ended well and left an exception behind."""
    return record["Outcome"] == "ok" and bool(record["Exceptions"])


def without_line(record: Record, class_name: str) -> bool:
    """A request without a telemetry line."""
    return request(record, class_name) and record["Outcome"] == "ok" and not line_of(record)


def of_heartbeat(record: Record, class_name: str) -> bool:
    """A request of the heartbeat, and what was handed its id."""
    return is_heartbeat(line_of(record).get("request"))


def cut_short(record: Record, class_name: str) -> bool:
    """An invocation whose record cannot hold all that it logged."""
    return truncate(dict(record)) != record


def refused_report(record: Record, class_name: str) -> bool:
    """An event that the Worker could not report."""
    return line_of(record).get("report") == "failed"


def line_of(record: Record) -> dict[str, Any]:
    """The telemetry line of a record; {} for none."""
    lines = (line_in(part) for log in record["Logs"] for part in log["Message"])
    return next(filter(None, lines), {})


def line_in(part: Any) -> dict[str, Any] | None:
    """The telemetry line that an argument of a console line is; None for any other."""
    if not isinstance(part, str) or not part.startswith('{"'):
        return None
    try:
        line = json.loads(part)
    except ValueError:
        return None
    return line if isinstance(line, dict) and line.get("at") in ("object", "gateway") else None
