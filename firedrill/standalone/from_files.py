"""The four commands: files in, lines out; results on standard output, remarks on standard error."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from firedrill.declared.declaration import Declared, Kind
from firedrill.in_turn import in_turn
from firedrill.organisation import compile_logging
from firedrill.standalone.check import Here, check
from firedrill.standalone.check_output import problem_json, problem_text, summary
from firedrill.standalone.formats import read_declared
from firedrill.standalone.pipeline import Holder
from firedrill.standalone.pipeline_output import Printed, print_chunk
from firedrill.standalone.read import DEFAULT_TIME_MS, STDIN, parse_time, read_sources
from firedrill.standalone.stream import chunks, entries_of, opened
from firedrill.standalone.words import iso_ms
from firedrill.vendors.datadog.geoip import open_geoip
from firedrill.vendors.datadog.modelled import UNDOCUMENTED
from firedrill.vendors.datadog.processors.geo_ip_parser import looks_up_addresses
from firedrill.vendors.errors import FiredrillError

if TYPE_CHECKING:
    from firedrill.standalone.compare.run import Files, How


class Tally(NamedTuple):
    """How many logs were `read`, and how much of their file was `wrong`."""

    read: int
    wrong: int


def run_pipeline(
    resources: str,
    logs: str,
    params: Mapping[str, str],
    received: str,
    *,
    geoip: str = "",
    explain: bool,
    json_lines: bool,
    jobs: int = 1,
) -> Tally:
    """Print every log of a file as Datadog would hold it, in order; how many there were, and how many were none.

    `received` "" is each log's own date, `geoip` the path of a MaxMind file ("" for none), `jobs` how many processes
    share the work.
    """
    if geoip and not Path(geoip).is_file():
        raise FiredrillError(f"{geoip!r} is not a file; name a MaxMind file (.mmdb).")
    if resources == logs == STDIN:
        read_sources(resources, logs)  # refuses it
    (declared_source,) = read_sources(resources)
    declared = read_declared(declared_source)
    logging = compile_logging(declared, open_geoip(Path(geoip)) if geoip else None)
    if not geoip and any(map(looks_up_addresses, declared.of("pipeline"))):
        _remark(
            "nothing is known of IP addresses, so GeoIP parsers write an empty object; --geoip names a MaxMind file"
        )
    _remark_notes(declared, ("pipeline", "pipeline order", "log metric", "log index", "log index order"))
    for text in logging.modelled:
        _remark(f"{UNDOCUMENTED}: {text}")
    received_ms = parse_time(received, "--received") if received else None
    holder = Holder(logging, params, received_ms)
    remarks = []
    if declared.none_of("pipeline"):
        remarks.append(f"{declared.place} declares no pipeline; the logs are as they come out of the intake")
    if received_ms is None:
        undated = f"those without one at {iso_ms(DEFAULT_TIME_MS)}"
        remarks.append(f"each log is received at its own date, {undated}; --received sets one time for all")
    with opened(logs) as (name, file):
        work = partial(print_chunk, holder, name, explain=explain, json_lines=json_lines)
        found = in_turn(work, chunks(entries_of(file, name)), jobs)
        return _print_logs((each for chunk in found for each in chunk), remarks)


def _print_logs(found: Iterable[Printed], remarks: Iterable[str]) -> Tally:
    """Print logs and what is wrong as they come, the remarks before the first log."""
    read = wrong = 0
    for each in found:
        if each.logs and not read:
            for text in remarks:
                _remark(text)
        read += each.logs
        sys.stdout.write(each.lines)
        if each.said:
            wrong += each.wrong
            _remark(each.said)
    return Tally(read, wrong)


def run_monitor(
    resources: str,
    files: Mapping[str, str],
    names: Collection[str],
    span: tuple[str, str, int | None],
    *,
    expect: str = "",
    explain: bool,
    json_lines: bool,
) -> bool:
    """Print what the monitors with these names (all without any) make of the files; `span`: from, to, minutes.

    `files` are those of `Files`, "" for one that is not given. `expect` is a file of expectations, besides those of the
    series; returns whether all are met, and all monitors could be evaluated.
    """
    # Only this command needs what drills need: the others start a tenth sooner without it.
    from firedrill.standalone.expectations import check as check_expectations
    from firedrill.standalone.expectations import checked_json, lines
    from firedrill.standalone.expected import read_expectations
    from firedrill.standalone.minutes import minutes_of
    from firedrill.standalone.monitor import Span, watch
    from firedrill.standalone.monitor_output import minute_json, watched_text
    from firedrill.standalone.recording import Files as Recorded
    from firedrill.standalone.series import expected_in
    from firedrill.standalone.unread import unread

    given = {name: path for name, path in files.items() if path}
    if not given:
        raise FiredrillError("monitors need something to read: give --series, --logs, --events or --checks.")
    wanted = [expect] if expect else []
    declared_source, *sources = read_sources(resources, *given.values(), *wanted)
    expectations = list(read_expectations(sources.pop())) if expect else []
    declared = read_declared(declared_source)
    _remark_notes(declared, ("monitor", "downtime"))
    from_time, to_time, minutes = span
    if to_time and minutes is not None:
        raise FiredrillError("--to and --minutes exclude each other; keep one of them.")
    read_files = Recorded(**dict(zip(given, sources, strict=True)))
    watched = watch(
        declared,
        read_files,
        Span(
            parse_time(from_time, "--from") if from_time else None,
            parse_time(to_time, "--to") if to_time else None,
            minutes,
        ),
        names,
    )
    for remark in (*watched.left_out, *watched.recording.remarks, *unread(watched)):
        _remark(remark)
    if json_lines:
        store = watched.recording.store if explain else None
        _print(minute_json(minute, store) for minute in minutes_of(watched))
    else:
        _print(watched_text(watched, explain=explain))
    if read_files.series:
        expectations += expected_in(read_files.series)
    checked = check_expectations(watched, expectations)
    if checked:
        _print(map(checked_json, checked) if json_lines else ["", *lines(checked)])
    return not watched.left_out and all(each.met for each in checked)


def run_check(resources: str, *, explain: bool, json_lines: bool) -> bool:
    """Print every problem and warning of a file of resources; whether there is no problem."""
    checked = check(read_declared(*read_sources(resources)), Here(datetime.now(UTC).isoformat(), Path.cwd()))
    for problem in checked.found:
        _print([problem_json(problem, explain=explain)] if json_lines else problem_text(problem, explain=explain))
    for text in checked.modelled:
        _remark(text)
    if json_lines:
        _remark(summary(checked))
    else:
        _print([summary(checked)])
    return not checked.problems


def run_compare(files: Files, how: How, *, json_lines: bool) -> bool:
    """Print every difference between the emulator and what Datadog holds; whether there is none."""
    from firedrill.standalone.compare.output import compared_json, compared_text
    from firedrill.standalone.compare.run import compare

    compared = compare(files, how, _remark)
    _print(compared_json(compared) if json_lines else compared_text(compared))
    return not any(found.differences for found in compared.values())


def _remark_notes(declared: Declared, kinds: Collection[Kind]) -> None:
    """What of these kinds cannot be read, as its value is not in the file."""
    for each in declared.declarations:
        for note in each.notes if each.kind in kinds else ():
            _remark(f"{each.place}: {note}")


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")


def _remark(text: str) -> None:
    sys.stderr.write(f"firedrill: {text}\n")
