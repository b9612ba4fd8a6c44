"""`firedrill compare`: files in, what differs out; remarks go where the command says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from firedrill.declared.declaration import Declared, declared_in
from firedrill.organisation import Logging, Organisation, compile_logging
from firedrill.standalone.compare.findings import Found, Part
from firedrill.standalone.compare.held_logs import Export, read_export
from firedrill.standalone.compare.held_monitors import HeldMonitor, read_monitors
from firedrill.standalone.compare.held_points import read_points
from firedrill.standalone.compare.logs import compare_logs, received
from firedrill.standalone.compare.monitors import compare_monitors, declared_monitors
from firedrill.standalone.compare.points import TOLERANCE, Span, compare_points
from firedrill.standalone.compare.replay import Sending, Sent, replay, stored
from firedrill.standalone.formats import read_declared
from firedrill.standalone.read import parse_logs, parse_time, read_sources
from firedrill.standalone.words import iso_ms
from firedrill.vendors.cloudflare.job import compile_jobs
from firedrill.vendors.datadog.geoip import open_geoip
from firedrill.vendors.datadog.modelled import UNDOCUMENTED
from firedrill.vendors.datadog.search import compile_query
from firedrill.vendors.errors import FiredrillError

Remark = Callable[[str], None]


@dataclass(frozen=True)
class Files:
    """Paths: the resources (or a stack of the project in `root`), the logs as sent, and what Datadog holds."""

    sent: str
    resources: str = ""
    stack: str = ""
    root: Path = Path()
    logs: Sequence[str] = ()
    metrics: Sequence[str] = ()
    monitors: Sequence[str] = ()
    geoip: str = ""


@dataclass(frozen=True)
class How:
    """The options of the command as they were written, "" for one that is not given."""

    params: dict[str, str] = field(default_factory=dict)
    received: str = ""
    delay_s: int = 0
    id_path: str = ""
    ignored: Sequence[str] = ()
    search: str = ""
    queries: Sequence[str] = ()
    tolerance: float = TOLERANCE
    begin: str = ""
    end: str = ""
    at: str = ""
    apart_s: int = 60


def compare(files: Files, how: How, remark: Remark) -> dict[Part, Found]:
    """Compare everything that was exported. Raises FiredrillError for mistakes in the files and the options."""
    if not (files.logs or files.metrics or files.monitors):
        raise FiredrillError("there is nothing to compare with: give --logs, --metrics or --monitors.")
    if bool(files.resources) == bool(files.stack):
        raise FiredrillError("give either --resources or --stack.")
    span = _time(how.begin, "--from"), _time(how.end, "--to")
    if span[0] is not None and span[1] is not None and span[0] >= span[1]:
        raise FiredrillError("--from has to be before --to.")
    given = [files.resources] if files.resources else []
    paths = [files.sent, *given, *files.logs, *files.metrics, *files.monitors]
    sent_source, *sources = read_sources(*paths)
    declared = read_declared(sources.pop(0)) if files.resources else _of_stack(files)
    log_sources, sources = sources[: len(files.logs)], sources[len(files.logs) :]
    point_sources, monitor_sources = sources[: len(files.metrics)], sources[len(files.metrics) :]
    export = read_export(log_sources) if files.logs else None
    queries = read_points(point_sources, how.queries) if files.metrics else []
    held_monitors = read_monitors(monitor_sources) if files.monitors else []
    logging = compile_logging(declared.with_own_order(), open_geoip(Path(files.geoip)) if files.geoip else None)
    for text in logging.modelled:
        remark(f"{UNDOCUMENTED}: {text}")
    sending = Sending(_params(declared, how, remark), _time(how.received, "--received"), 1000 * how.delay_s)
    sent = replay(parse_logs(sent_source), logging, sending)
    if not sent:
        raise FiredrillError(f"{sent_source.name} holds no log; give the logs as they were sent to the intake.")
    compared: dict[Part, Found] = {}
    if export:
        compared["log"], sent = _compare_logs(sent, export, logging, sending, how, span)
    if queries or held_monitors:
        sent = sent if export else _dated(sent, remark)
        sent = [each for each in sent if not each.not_held]
        if not sent:
            raise FiredrillError("Datadog would drop every log sent, so there are no points and no states to compare.")
        first_ms, last_ms = min(each.date_ms for each in sent), max(each.date_ms for each in sent)
        chosen = declared_monitors(held_monitors, declared)
        store = stored(sent, Organisation((), logging, chosen, (), {}), sending)
        if queries:
            compared["metric"] = compare_points(queries, store, span, how.tolerance, (first_ms, last_ms))
        if held_monitors:
            at_ms = _at(how.at, held_monitors, max(each.received_ms for each in sent), remark)
            compared["monitor"] = compare_monitors(
                held_monitors, declared, chosen, store, (first_ms, at_ms), how.apart_s
            )
    for found in compared.values():
        for text in dict.fromkeys(found.remarks):
            remark(text)
    return compared


def _compare_logs(
    sent: Sequence[Sent], export: Export, logging: Logging, sending: Sending, how: How, span: Span
) -> tuple[Found, list[Sent]]:
    """The logs of the span that the search finds, compared; and all that were sent, with the dates that are known."""
    matches = compile_query(how.search) if how.search else lambda log: True

    def is_in(date_ms: int) -> bool:
        return (span[0] is None or span[0] <= date_ms) and (span[1] is None or date_ms < span[1])

    chosen = [each for each in sent if (not each.dated or is_in(each.log.timestamp)) and matches(each.log)]
    logs = [each for each in export.logs if is_in(each.log.timestamp)]
    if not chosen or not logs:
        whose = "the export" if chosen else "those sent"
        raise FiredrillError(f"no log of {whose} is left to compare; check --from, --to and --query.")
    kept = Export(logs, export.indexed, export.remarks)
    found, matched = compare_logs(chosen, kept, logging, sending, id_path=how.id_path, ignored=how.ignored)
    return found, received(sent, matched)


def _dated(sent: Sequence[Sent], remark: Remark) -> list[Sent]:
    """The logs with a date, where no export of logs says what date the others got."""
    dated = [each for each in sent if each.dated]
    if not dated:
        raise FiredrillError(
            "no log sent has a date; give --logs or --received, so that it is known when they arrived."
        )
    if len(dated) < len(sent):
        remark(f"{len(sent) - len(dated)} logs without a date are left out; --logs or --received dates them")
    return dated


def _of_stack(files: Files) -> Declared:
    from firedrill.render import render

    return declared_in(render(files.stack, files.root), f"stack {files.stack}")


def _params(declared: Declared, how: How, remark: Remark) -> dict[str, str]:
    """Those of the options; without any, those of the only Logpush job to Datadog."""
    given = {name: value for name, value in how.params.items() if value}
    if given or declared.none_of("Logpush job"):
        return given
    known = {tuple(sorted(job.destination.parameters.items())) for job in compile_jobs(declared.of("Logpush job"))}
    if len(known) != 1:
        return {}
    params = dict(known.pop())
    told = ", ".join(f"{name}={value}" for name, value in params.items())
    remark(f"sent as the Logpush job sends it, with {told or 'no parameters'}; --ddsource and its like set others")
    return params


def _at(text: str, held: Sequence[HeldMonitor], last_ms: int, remark: Remark) -> int:
    """When the states are of (ms): as given, else at the end of the minute of all that is known."""
    if text:
        return parse_time(text, "--at")
    times = [1000 * at for one in held for group in one.groups.values() for at in group.times_s.values()]
    at_ms = -(-max([last_ms + 1, *times]) // 60_000) * 60_000
    remark(f"states are taken to be of {iso_ms(at_ms)}, after the last log and the last change; --at sets another time")
    return at_ms


def _time(text: str, name: str) -> int | None:
    return parse_time(text, name) if text else None
