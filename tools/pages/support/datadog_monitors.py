"""What of monitors is done, modelled and refused, as data."""

from __future__ import annotations

from firedrill.vendors.datadog.monitors.compilers import REFUSED_TYPES
from firedrill.vendors.datadog.rules.monitors import SLO_ALERT
from firedrill.vendors.datadog.rules.options import UNSUPPORTED, WITHOUT_EFFECT
from firedrill.vendors.features import Feature, Status

_CONFIGURATION = "docs.datadoghq.com/monitors/configuration"
_API = "docs.datadoghq.com/monitors/guide/monitor_api_options"
_NOTIFY = "docs.datadoghq.com/monitors/notify"
_VARIABLES = "docs.datadoghq.com/monitors/notify/variables"
_ANOMALY = "docs.datadoghq.com/monitors/types/anomaly"
_CHECK = "docs.datadoghq.com/monitors/types/service_check"
_COMPOSITE = "docs.datadoghq.com/monitors/types/composite"
_RULES = "docs.datadoghq.com/monitors/notify/notification_rules"
_DOWNTIMES = "docs.datadoghq.com/monitors/downtimes"
_SLO = "docs.datadoghq.com/service_level_objectives"

_PARTS: tuple[tuple[str, Status, str, str], ...] = (
    ("thresholds and warning thresholds", "done", _CONFIGURATION, "the query's number is the critical one"),
    (
        "recovery thresholds",
        "done",
        "docs.datadoghq.com/monitors/guide/recovery-thresholds",
        "warning_recovery holds a warning, not what has come down from an alert",
    ),
    ("require_full_window", "done", "docs.datadoghq.com/monitors/types/metric", "what is empty is missing data first"),
    ("on_missing_data", "done", _CONFIGURATION, "on the first evaluation whose window is empty"),
    ("notify_no_data, no_data_timeframe", "done", _API, "omitted, the timeframe is twice the window"),
    ("timeout_h", "done", _CONFIGURATION, "counted from the first empty evaluation; notifies the recovery"),
    ("group retention", "done", _CONFIGURATION, "24 hours for metric monitors"),
    ("new_group_delay, new_host_delay", "done", _CONFIGURATION, ""),
    ("evaluation_delay", "done", _CONFIGURATION, ""),
    ("evaluation frequency by window", "done", _CONFIGURATION, "the phase within the hour is a model"),
    ("multi alert", "done", _CONFIGURATION, "groups that lack a tag are not evaluated"),
    ("notify_by", "modelled", _CONFIGURATION, "as severe as the worst of the groups that notify together"),
    ("renotify_interval, renotify_occurrences, renotify_statuses", "done", _NOTIFY, "without an end of its own"),
    ("escalation_message", "done", _API, "follows the message of a re-notification"),
    ("include_tags", "done", _API, "tags in alphabetical order"),
    ("titles", "modelled", "docs.datadoghq.com/integrations/webhooks", "from examples: no page lists every form"),
    ("recovery from No Data", "modelled", _VARIABLES, "notifies when something of the alert cycle had notified"),
    ("notification_preset_name", "modelled", _NOTIFY, "handles are cut out; query, snapshots and links never rendered"),
    ("notification_preset_name show_only_snapshot", "refused", _NOTIFY, ""),
    ("scheduling_options.evaluation_window", "done", _CONFIGURATION, "with cumulative windows of metric queries"),
    ("scheduling_options.custom_schedule", "refused", "docs.datadoghq.com/monitors/guide/custom_schedules", ""),
    ("variables", "done", _API, "of formula() queries over metrics"),
    (", ".join(WITHOUT_EFFECT), "done", _API, "taken; they decide no state and no notification"),
    ("log monitors", "done", "docs.datadoghq.com/monitors/types/log", "over indexed logs"),
    ("event monitors (event-v2 alert)", "done", "docs.datadoghq.com/monitors/types/event", ""),
    ("anomaly monitors: threshold_windows", "done", _ANOMALY, "fractions of the trigger and the recovery window"),
    ("anomaly monitors: the band", "modelled", _ANOMALY, "median and median absolute deviation of comparable values"),
    ("forecast monitors", "modelled", "docs.datadoghq.com/monitors/types/forecasts", "a line, or medians of seasons"),
    ("outlier monitors", "modelled", "docs.datadoghq.com/monitors/types/outlier", "unpublished constants taken as 1"),
    ("service checks: check alert", "done", _CHECK, "consecutive runs in the latest status, seen once a minute"),
    ("service checks: thresholds left out", "modelled", _API, "one run"),
    ("service checks: UNKNOWN", "modelled", _CHECK, "decides nothing without a threshold; not in composites"),
    ("service checks: cluster alert", "refused", _CHECK, ""),
    ('service checks: .by("*")', "modelled", _CHECK, "a group for each set of tags"),
    ("service checks: no .by(), evaluation_delay", "refused", _CHECK, ""),
    ("composite monitors", "done", _COMPOSITE, "at most 10 monitors, none of them a composite"),
    ("composite monitors of groups", "done", _COMPOSITE, "common group values"),
    ("downtimes, one time", "done", _DOWNTIMES, "scope against the tags of the group"),
    ("downtimes, recurring", "modelled", _DOWNTIMES, "by RFC 5545; each recurrence as a downtime of its own"),
    ("downtimes, recurring: without a start, within a day, of the first API", "refused", _DOWNTIMES, "checked"),
    ("notification rules", "done", _RULES, "tags; scopes over tags, priority and transition_type"),
    ("notification rules: anything else in a scope", "refused", _RULES, ""),
    ("notification rules: bundle_config", "modelled", _RULES, "one message for all that comes within its duration"),
    ("draft monitors", "refused", "docs.datadoghq.com/monitors/draft", ""),
    ("message: conditional variables", "done", _VARIABLES, "from Alert to Warn is_warning holds too"),
    ("message: is_match, is_exact_match, is_priority", "done", _VARIABLES, ""),
    ("message: template variables", "done", _VARIABLES, "one that nothing provides renders empty; check warns of it"),
    ("message: form of numbers", "modelled", _VARIABLES, "one to three decimals, three digits below 0.001"),
    ("message: white space around blocks", "modelled", _VARIABLES, "a tag alone on its line leaves no line"),
    ("message: group tags and facets", "done", _VARIABLES, ""),
    ("message: host, service and other metadata of groups", "modelled", _VARIABLES, "always empty"),
    ("message: variables of composites", "done", _VARIABLES, "value and status of a, b, c in order of the query"),
    ("message: eval", "done", "docs.datadoghq.com/monitors/guide/template-variable-evaluation", ""),
    (
        "message: humanize_bytes, humanize_bits",
        "modelled",
        "docs.datadoghq.com/monitors/guide/template-variable-evaluation",
        "steps of 1,024, two decimals",
    ),
    ("message: local_time, urlencode, override_priority", "done", _VARIABLES, ""),
    ("message: encoding, comments, raw format", "done", _VARIABLES, ""),
    ("message: variables of logs and events", "modelled", _VARIABLES, "those of the latest one that matched"),
    ("message: log.link", "modelled", _VARIABLES, "a link to the logs of the query"),
    ("message: variables of spans and RUM events", "refused", _VARIABLES, ""),
    ("message: check_message", "done", _VARIABLES, "of the latest run"),
    ("message: @handles", "done", _NOTIFY, "to the next space; before punctuation they are reported"),
)

_TYPES = "docs.datadoghq.com/api/latest/monitors"
_CHECKED = "checked, not evaluated"
_WITHOUT_SLO = f"without its SLO beside it: {_CHECKED}"

FEATURES = (
    *(Feature(f"monitor: {name}", status, page, note) for name, status, page, note in _PARTS),
    *(Feature(f"monitor option: {name}", "refused", _API) for name in UNSUPPORTED),
    *(
        Feature(f"monitor type: {name}", "refused", _TYPES, _WITHOUT_SLO if name == SLO_ALERT else _CHECKED)
        for name in REFUSED_TYPES
    ),
    Feature(
        "SLO alerts: burn_rate, error_budget",
        "modelled",
        f"{_SLO}/burn_rate",
        "drills repeat recorded minutes for weeks; running stacks, and files, have no events before their first one",
    ),
    Feature("SLO alerts: SLOs of monitors, of groups", "refused", f"{_SLO}/burn_rate"),
)
