"""By row of docs/support.md that says "done": what runs the feature through a command, so that a user can reach it.

    grok/..., indexes/..., ...   a case of tests/vendors/datadog, which a door puts through `pipeline` or `monitor`
    drill/...                    a case of tests/drill, which is drilled whole
    standalone/...               a case of tests/standalone, which is a command line
    tests/...::test_...          a test of what `drill` records with workerd, or of the cloud that `up` deploys to

Rows of grok's matchers and filters, of processors and of functions find their cases by their names.
"""

from __future__ import annotations

_TAKE = "tests/runtime/test_take.py::"
_SIMULATED = "tests/runtime/test_simulated.py::"
_WORKER = "tests/cloud/test_workers_script.py::"
_OTHER = "tests/drill/test_other_monitors.py::"
_VERSIONS = "tests/cloud/test_worker_versions.py::"
_ROUTING = "tests/vendors/datadog/monitors/test_routing.py::"
_EXAMPLES = "tests/cloud/test_hand_written_resources.py::"
_JOB = "tests/cloud/test_logpush_job.py::"
_DATADOG = "tests/cloud/test_datadog.py::"
_SLOS = "tests/cloud/test_slos.py::"

LOGPUSH = {
    "dataset workers_trace_events: all 13 fields": ["drill/logpush/all-fields"],
    "EventType fetch, worker_rpc, alarm, hibernatable_web_socket": [
        "drill/logpush/event-types",
        _TAKE + "test_each_call_of_the_gateway_and_of_the_object_gives_one_record",
        _TAKE + "test_an_alarm_that_is_due_within_the_take_belongs_to_it",
        _TAKE + "test_a_hibernating_web_socket_gives_a_record_for_each_message_and_the_close",
    ],
    "EventType scheduled, queue, email": [
        "drill/logpush/other-event-types",
        "tests/runtime/test_several.py::test_a_cron_run_is_an_invocation_with_its_outcome",
    ],
    "Event of fetch": ["drill/logpush/event-of-fetch"],
    "WallTimeMs": ["drill/logpush/wall-time", _TAKE + "test_the_wall_time_of_a_slow_operation_is_its_length"],
    "logpush flag of a script": ["drill/logpush/logpush-off-on-the-script"],
    "truncation at 16,384 characters": ["drill/logpush/truncated"],
    "truncation by the runtime (very large traces)": [_TAKE + "test_a_trace_that_is_too_large_is_cut_by_the_runtime"],
    "filter: and, or, nesting, all operators and their types": ["drill/logpush/filter"],
    "filter: 1000 bytes, about 30 operators": [
        "drill/logpush/filter-too-long",
        "drill/logpush/filter-too-many-operators",
    ],
    "field_names": ["drill/logpush/field-names"],
    "sample_rate": ["drill/logpush/sample-rate"],
    "output_type, prefixes, suffixes, delimiters, record_template": ["drill/logpush/output-type"],
    "CVE-2021-44228": ["drill/logpush/cve-2021-44228"],
    "timestamp_format": ["drill/logpush/timestamp-format"],
    "enabled, disabled jobs, no backfill": ["drill/logpush/disabled", "drill/logpush/field-names"],
    "max_upload_bytes, _records, _interval_seconds": ["drill/logpush/fewest-records-of-an-upload"],
    "destination datadog://, its limits of 1,000 logs and 5 MB": ["drill/logpush/more-logs-than-datadog-takes-at-once"],
    "compatibility date": ["drill/logpush/a-compatibility-date-that-is-none"],
    "Durable Object migrations: 10061, 10074, 10079": [
        "drill/logpush/class-without-a-migration",
        _WORKER + "test_the_same_migration_a_second_time_is_refused",
        _WORKER + "test_making_a_class_that_is_live_is_refused",
    ],
    "bindings durable_object_namespace, plain_text, secret_text, json": [
        _TAKE + "test_the_deployed_texts_reach_the_worker_as_they_are"
    ],
    "bindings kv_namespace, r2_bucket, d1, queue, assets, ratelimit, version_metadata": [
        _SIMULATED + "test_key_value_r2_d1_and_limits_answer_as_at_cloudflare",
        _SIMULATED + "test_assets_are_served_before_the_worker_as_at_cloudflare",
    ],
    "the Cache API": [_SIMULATED + "test_the_cache_answers_with_what_was_put_into_it"],
    "queue consumers": [
        _SIMULATED + "test_what_a_queue_delivers_belongs_to_the_take",
        "tests/declared/test_queue_consumers.py::test_the_worker_that_is_drilled_has_its_queues_and_no_other_one",
    ],
}

LOGS = {
    "intake: request limits (5 MB, 1,000 logs)": ["drill/logpush/more-logs-than-datadog-takes-at-once"],
    "intake: reserved attributes": [
        "intake/host/hostname",
        "intake/service/syslog_appname",
        "intake/status/severity",
        "intake/trace_id/dd_trace_id",
    ],
    "intake: message of a log without one": ["intake/message/json_without_a_message"],
    "intake: date window": ["standalone/pipeline-drops-what-is-outside-the-date-window"],
    "log search: AND, OR, NOT, -, parentheses": [
        "search/boolean/and_binds_tighter_than_or",
        "search/boolean/exclusion",
        "search/boolean/not_of_a_group",
        "search/boolean/parentheses",
    ],
    "log search: free text and phrases": ["search/free_text/any_case", "search/free_text/sequence"],
    "log search: full text (*:term)": ["standalone/monitor-logs-by-an-attribute-below-a-threshold"],
    "log search: attributes (@path:value)": ["search/attributes/nested", "search/attributes/case_sensitive"],
    "log search: reserved attributes": ["search/reserved/host", "search/reserved/service_and_status"],
    "log search: tags (key:value, tags:value)": ["search/tags/value_with_a_colon", "search/tags/whole_tag"],
    "log search: existence (@path:*, _exists_:)": ["search/existence/present", "search/existence/exists"],
    "log search: wildcards * and ?": [
        "search/wildcards/ends_in_the_message",
        "search/wildcards/one_character_in_the_message",
    ],
    "log search: escapes": ["search/escapes/colon", "search/escapes/hyphen_inside_a_word_needs_none"],
    "log search: comparisons (:>100)": ["search/numbers/greater", "search/numbers/less_or_equal"],
    "log search: ranges ([a TO b], {a TO b})": [
        "search/numbers/range",
        "search/numbers/range_unbounded",
        "search/numbers/range_without_its_bounds",
    ],
    "log search: CIDR(@path, block, ...)": ["search/cidr/ipv6", "search/cidr/two_blocks_and_an_array"],
    "log search: arrays and arrays of objects": ["search/arrays/objects", "search/arrays/value_or_array"],
    "log search: groups of values (key:(a OR b))": ["search/tags/group_of_values", "search/reserved/group"],
    "pipeline: filter, order and nesting": ["standalone/pipeline-explained"],
    "pipeline: processors are disabled by default": ["standalone/pipeline-explained"],
    "pipeline: order resource": ["standalone/pipeline-rendered-in-the-order-of-its-resource"],
    "grok-parser": ["processors/grok-parser/an_attribute_as_source", "processors/grok-parser/support_rules"],
    "grok: match and support rules": [
        "grok/rules/support_rules",
        "grok/rules/second_rule_when_the_first_does_not_match",
    ],
    "grok: rules that refer to rules": ["grok/rules/rule_refers_to_a_rule_above"],
    "grok: regular expressions between references": ["grok/rules/alternating_pattern_with_a_name"],
    "grok: atomic groups": ["grok/pipelines/nginx_access_of_the_grok_page"],
    "index: filter and order": ["indexes/filter/first_index_that_matches"],
    "index: exclusion filters": ["indexes/exclusion/only_the_first_active_match_counts"],
    "index: daily quota": ["indexes/quota/excluded_logs_do_not_count"],
    "log metric: count": ["log_metrics/count/every_log_that_matches"],
    "log metric: distribution": ["log_metrics/distribution/bytes_written"],
    "log metric: group by": ["log_metrics/group_by/tag_and_reserved_attribute"],
    "log metric: 20-minute rule": ["log_metrics/window/twenty_minutes", "log_metrics/window/over_twenty_minutes"],
}

QUERIES = {
    "query: time aggregators avg, sum, min, max": [
        "queries/aggregators/avg",
        "queries/aggregators/max",
        "queries/aggregators/min",
        "queries/aggregators/sum",
    ],
    "query: evaluation windows, 1 minute to 1 month": ["queries/full_window/days", "queries/scope/in"],
    "query: evaluation_delay, late points": [
        "queries/window/evaluation_delay",
        "queries/window/a_late_point_is_seen_once_it_has_arrived",
    ],
    "query: change, pct_change": ["queries/change/absolute", "queries/change/percent"],
    "query: space aggregators avg, sum, min, max": ["queries/aggregators/space_aggregators"],
    "query: scopes: tags, boolean operators, IN, wildcards": [
        "queries/scope/boolean",
        "queries/scope/in",
        "queries/scope/wildcard_prefix",
    ],
    "query: group by": ["queries/groups/a_series_without_the_key_is_not_evaluated"],
    "query: arithmetic, classic path": ["queries/sparse/fill_last_makes_them_meet"],
    "query: arithmetic with as_count()": ["queries/as_count/error_rate_as_count_5"],
    "query: as_count(), as_rate()": ["queries/modifiers/as_count_of_a_rate", "queries/modifiers/as_rate_of_a_count"],
    "query: rollup(aggregator, seconds)": ["queries/sparse/rollup_longer_than_the_window"],
    "query: fill(method, limit)": ["queries/interpolation/fill_zero", "queries/interpolation/fill_null"],
    "query: full window": ["standalone/monitor-full-window-explained"],
    "query: log query: count": ["monitors/log/count-above"],
    "query: log query: below with groups": ["monitors/log/below-with-groups-fires-for-a-group-with-logs"],
    "query: event query: count": ["monitors/event/count"],
}

MONITORS = {
    "thresholds and warning thresholds": ["monitors/recovery/four-thresholds"],
    "recovery thresholds": ["monitors/recovery/above", "monitors/recovery/below"],
    "require_full_window": ["standalone/monitor-full-window-explained"],
    "on_missing_data": ["monitors/missing-data/show-no-data", "monitors/missing-data/show-last-known-status"],
    "notify_no_data, no_data_timeframe": ["monitors/missing-data/legacy-do-not-notify"],
    "timeout_h": ["monitors/auto-resolve/after-one-hour"],
    "group retention": ["monitors/groups/a-state-each"],
    "new_group_delay, new_host_delay": ["monitors/groups/new-group-delay-default"],
    "evaluation_delay": ["queries/window/evaluation_delay"],
    "evaluation frequency by window": ["monitors/cadence/below-24-hours"],
    "multi alert": ["monitors/groups/a-state-each"],
    "renotify_interval, renotify_occurrences, renotify_statuses": [
        "monitors/renotify/alert-every-interval",
        "monitors/renotify/one-occurrence",
        "monitors/renotify/chosen-statuses",
    ],
    "escalation_message": ["monitors/renotify/alert-every-interval"],
    "include_tags": ["monitors/groups/title-with-tags", "monitors/groups/title-without-tags"],
    "scheduling_options.evaluation_window": ["monitors/cumulative/current-hour-from-minute-0"],
    "variables": ["monitors/formula/ratio"],
    "aggregation, avalanche_window, enable_logs_sample, enable_samples, is_data_sparse, locked, notify_audit, "
    "queryConfig, restricted_roles, restriction_query": ["monitors/presets/hide_all"],
    "log monitors": [
        "monitors/log/two-facets",
        "monitors/log/measure",
        _OTHER + "test_a_log_monitor_is_fed_by_the_logs_of_the_takes",
        _OTHER + "test_a_log_monitor_reads_only_what_an_index_stores",
    ],
    "event monitors (event-v2 alert)": ["monitors/event/by-facet", "monitors/event/unique-values"],
    "anomaly monitors: threshold_windows": ["monitors/anomaly/half-of-the-trigger-window"],
    "service checks: check alert": ["monitors/service-check/warn-and-critical", "monitors/service-check/each-group"],
    "composite monitors": ["monitors/composite/table-01-alert-and-warn", "monitors/composite/not"],
    "composite monitors of groups": ["monitors/composite/common-reporting-sources"],
    "downtimes, one time": ["monitors/downtimes/group-scope", "monitors/downtimes/alert-before-and-through"],
    "notification rules": [_ROUTING + "test_the_pages_table_of_matches_holds"],
    "message: conditional variables": ["monitors/variables/alert-recovery-recipients-on-warning"],
    "message: is_match, is_exact_match, is_priority": ["monitors/variables/dynamic-handle"],
    "message: template variables": ["monitors/variables/thresholds-and-comparator"],
    "message: group tags and facets": ["monitors/groups/notify-by-service"],
    "message: variables of composites": ["monitors/composite/values"],
    "message: eval": ["monitors/variables/triggered-times"],
    "message: local_time, urlencode, override_priority": ["monitors/variables/override-priority"],
    "message: encoding, comments, raw format": ["monitors/variables/dynamic-handle"],
    "message: check_message": ["monitors/service-check/check-message"],
    "message: @handles": ["monitors/variables/dynamic-handle"],
}

LOCAL_CLOUD = {
    "WorkersScript": ["tests/cloud/test_servicer.py::test_a_worker_lives_from_preview_to_deletion"],
    "WorkersScript: bindings durable_object_namespace, plain_text, secret_text, json, analytics_engine, kv_namespace": [
        _WORKER + "test_bindings_come_back_in_their_order_and_those_of_classes_with_a_namespace",
        _EXAMPLES + "test_a_binding_to_a_kv_namespace_that_is_not_there_is_refused",
    ],
    "NotificationPolicy": [_EXAMPLES + "test_a_notification_is_kept_with_whom_it_notifies"],
    "WorkersKvNamespace": [_EXAMPLES + "test_a_title_is_one_kv_namespaces"],
    "Worker": [_VERSIONS + "test_a_worker_runs_what_is_deployed_and_nothing_before"],
    "WorkerVersion": [_VERSIONS + "test_a_version_never_changes"],
    "WorkersDeployment": [_VERSIONS + "test_of_two_versions_the_one_with_the_greater_share_runs"],
    "DowntimeSchedule": [_EXAMPLES + "test_a_downtime_has_a_uuid_and_the_providers_defaults"],
    "MonitorNotificationRule": [_EXAMPLES + "test_a_notification_rule_lives_from_creation_to_deletion"],
    "data of a deleted class or Worker is deleted, that of a renamed class kept": [
        _WORKER + "test_a_renamed_class_keeps_its_namespace_and_data",
        _WORKER + "test_a_deleted_class_loses_its_data",
        "tests/live/test_serve.py::test_a_deleted_worker_takes_along_what_its_objects_have_stored",
    ],
    "WorkersScriptSubdomain": [_WORKER + "test_a_deleted_worker_takes_its_data_its_address_and_its_schedules_along"],
    "WorkersCronTrigger": [_WORKER + "test_a_deleted_trigger_leaves_its_schedules_behind"],
    "WorkersRoute": ["tests/cloud/test_routing.py::test_a_route_is_read_by_its_zone_and_its_pattern_is_its_own"],
    "WorkersCustomDomain": [
        "tests/cloud/test_routing.py::test_a_custom_domain_keeps_its_certificate_and_is_read_by_its_id"
    ],
    "Queue": ["tests/cloud/test_queues.py::test_a_queue_is_read_by_its_id_and_its_name_is_its_own"],
    "QueueConsumer": ["tests/cloud/test_queues.py::test_a_queue_has_one_consumer_which_keeps_its_id"],
    "destinations of every other kind": [
        "tests/drill/test_deliver.py::test_a_stack_with_every_kind_of_destination_is_drilled"
    ],
    "LogpushJob": [_JOB + "test_a_job_is_read_by_its_id_as_shown_and_imported_by_its_number"],
    "LogpushJob: test upload to splunk://, https://, sentinelone://, ibmcl://": [
        _JOB + "test_a_job_to_an_http_destination_is_tested_at_the_sink_of_its_host"
    ],
    "R2Bucket": [
        "tests/cloud/test_r2.py::test_a_bucket_has_its_name_for_an_id_and_is_told_apart_by_its_jurisdiction",
        "tests/engine/test_r2.py::test_a_bucket_of_the_stack_lives_with_it",
    ],
    "R2BucketLifecycle": [
        "tests/cloud/test_r2.py::test_a_lifecycle_needs_its_bucket_is_only_forgotten_and_goes_with_it"
    ],
    "AccountToken": ["tests/cloud/test_r2.py::test_a_tokens_value_is_a_secret_and_no_update_changes_it"],
    "LogpushOwnershipChallenge": [
        _JOB + "test_the_token_that_the_challenge_writes_into_the_bucket_proves_it",
        "tests/challenge/test_meeting.py"
        "::test_a_token_is_asked_for_read_over_the_destinations_protocol_kept_and_shown_by_the_job",
    ],
    "getWorkersScripts": ["tests/cloud/test_servicer.py::test_the_program_can_ask_for_live_migration_tags"],
    "LogsCustomPipeline": [_DATADOG + "test_a_pipelines_id_has_22_characters"],
    "getLogsPipelinesOrder": [_DATADOG + "test_a_program_can_ask_for_the_order"],
    "LogsPipelineOrder": [_DATADOG + "test_an_order_lists_every_pipeline_once"],
    "LogsMetric": [_DATADOG + "test_percentiles_the_filter_and_the_grouping_are_changed_in_place"],
    "Monitor": [_DATADOG + "test_a_threshold_is_changed_in_place"],
    "ServiceLevelObjective": [_SLOS + "test_an_slo_is_changed_in_place_and_its_kind_by_a_new_one"],
    "DashboardJson": [_SLOS + "test_a_dashboard_is_compared_as_what_it_says"],
    "IntegrationAccount": [_DATADOG + "test_an_integrations_key_is_a_secret_and_never_given_back"],
    "preview, replacement, refresh, import, secrets": [
        "tests/engine/test_life.py::test_a_stack_lives_from_the_first_preview_until_nothing_is_left",
        "tests/engine/test_adoption.py::test_what_is_there_already_is_adopted_by_the_documented_ids",
        "tests/cloud/test_servicer.py::test_secrets_come_back_as_secrets",
        "tests/cloud/test_servicer.py::test_what_needs_a_new_resource_is_said",
    ],
}

_PLAN = "standalone/check-a-terraform-plan"
_ELSE = ["standalone/check-what-else-an-organisation-has", f"{_PLAN}-of-dashboards-and-slos"]

CHECKED_ONLY = {
    "SLO: targets, warnings and timeframes": ["standalone/check-slos"],
    "SLO: metric, time-slice and count queries, formulas": ["standalone/check-slos"],
    "SLO: monitors that are declared beside it": ["standalone/check-slos"],
    "dashboard: layout, template variables, types of widgets": ["standalone/check-dashboards"],
    "dashboard: metric queries, old and new, and formulas": ["standalone/check-dashboards"],
    "dashboard: searches of logs, events, RUM, spans, audit and CI": ["standalone/check-dashboards"],
    "monitor notification rule": _ELSE,
    "log archive, archive order": _ELSE,
    "restriction query": _ELSE,
    "terraform show -json: plan and state, format 1.x": [_PLAN, "standalone/pipeline-of-a-terraform-state"],
    "pulumi stack export": ["standalone/check-a-stack-export"],
    "pulumi preview --json": ["standalone/check-a-preview"],
}

ANALYTICS = {
    "the collector's code, bindings and schedule, in workerd": [
        "tests/drill/test_collecting.py::test_the_metrics_of_a_minute_are_what_its_take_came_to",
        "tests/drill/test_collecting.py::test_a_collector_without_a_schedule_is_found",
    ],
}

ROWS = (
    LOGPUSH
    | ANALYTICS
    | LOGS
    | QUERIES
    | CHECKED_ONLY
    | LOCAL_CLOUD
    | {f"monitor: {name}": proofs for name, proofs in MONITORS.items()}
)
