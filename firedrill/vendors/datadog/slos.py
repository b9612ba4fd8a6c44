"""Service level objectives: their queries, targets and monitors, checked and not evaluated.

Source: docs.datadoghq.com/service_level_objectives
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from firedrill.vendors.datadog.findings import Findings
from firedrill.vendors.datadog.queries.graphs import check_formula, check_query
from firedrill.vendors.datadog.rules.slos import MONITOR_TYPES, SPECIFICATION, Ratio, Slo, read_slo, time_slice
from firedrill.vendors.datadog.spec import read
from firedrill.vendors.rules.breach import Breach, shown
from firedrill.vendors.rules.shapes import fitted
from firedrill.vendors.rules.unknown import is_unknown

_FORMULAS = ("good_events_formula", "total_events_formula", "bad_events_formula")


def check_slo(raw: Mapping[str, Any], monitors: Mapping[str, str]) -> Findings:
    """What is wrong with an SLO as the API has it; `monitors` are the types of those declared beside it, by their ids.

    Values that are not known yet are taken to be right.
    """
    found = Findings()
    place = f"SLO {raw.get('name', '')!r}"
    known = {name: value for name, value in raw.items() if not is_unknown(value) or name == "sli_specification"}
    if is_unknown(raw.get("monitor_ids")):
        known["monitor_ids"] = ["unknown"]
    slo, breaches = read_slo(known)
    found.refuse(place, breaches)
    if slo.query is not None:
        with found.collect(place):
            ratio = read(Ratio, slo.query, "query")
            for name, text in ratio:
                with found.collect(f"{place}: query.{name}", "query"):
                    check_query(text)
    specification, wrong = fitted(slo.sli_specification or {}, SPECIFICATION, "sli_specification")
    found.refuse(place, wrong)
    if specification.get("count") is not None and not wrong:
        _count(specification["count"], place, found)
    if specification.get("time_slice") is not None and not wrong:
        _time_slice(specification["time_slice"], place, found)
    if monitors and not is_unknown(raw.get("monitor_ids")):
        _monitors(slo, monitors, place, found)
    return found


def _count(raw: Mapping[str, Any], place: str, found: Findings) -> None:
    where = "sli_specification.count"
    if raw.get("good_events_formula") is None:
        found.refuse(place, [Breach(f"{where}.good_events_formula", "", "a formula over the queries")])
    if (raw.get("bad_events_formula") is None) == (raw.get("total_events_formula") is None):
        others = "either total_events_formula or bad_events_formula, beside good_events_formula"
        found.refuse(place, [Breach(where, "a count of both" if raw.get("bad_events_formula") else "", others)])
    formulas = {name: raw[name] for name in _FORMULAS if raw.get(name) is not None}
    _formulas(raw, formulas, f"{place}: {where}", found)


def _time_slice(raw: Mapping[str, Any], place: str, found: Findings) -> None:
    read_slice, breaches = time_slice({name: value for name, value in raw.items() if not is_unknown(value)})
    if not any(map(is_unknown, raw.values())):
        found.refuse(place, breaches)
    if read_slice:
        formulas = {f"formulas[{number}]": each for number, each in enumerate(read_slice.query.get("formulas") or ())}
        _formulas(read_slice.query, formulas, f"{place}: sli_specification.time_slice.query", found)


def _formulas(raw: Mapping[str, Any], formulas: Mapping[str, Any], place: str, found: Findings) -> None:
    queries = raw.get("queries") or ()
    names = [str(query.get("name", "")) for query in queries]
    for query in queries:
        where = f"{place}.queries, {query.get('name', '')!r}"
        if query.get("data_source", "metrics") != "metrics":
            found.warn(where, f"data source {query['data_source']!r} is not known here, so it is not checked", "query")
        elif not is_unknown(query.get("query")):
            with found.collect(where, "query"):
                check_query(str(query.get("query", "")))
    for name, formula in formulas.items():
        text = formula.get("formula", "") if isinstance(formula, Mapping) else formula
        with found.collect(f"{place}.{name}", "query"):
            check_formula(str(text), names)


def _monitors(slo: Slo, monitors: Mapping[str, str], place: str, found: Findings) -> None:
    for each in map(str, slo.monitor_ids):
        if each not in monitors:
            found.warn(place, f"monitor_ids names {shown(each)}, which is not one of the monitors declared here")
        elif monitors[each] not in MONITOR_TYPES:
            allowed = f"monitors of type {', '.join(MONITOR_TYPES)}, which have an uptime"
            found.refuse(place, [Breach("monitor_ids", f"{shown(each)}, a {monitors[each]}", allowed)])
