"""Permissions of Datadog's application keys, by their names there.

Source: docs.datadoghq.com/account_management/rbac/permissions, and of each call docs.datadoghq.com/api/latest
"""

READ_LOGS = "logs_read_data"
READ_LOG_METRICS = "logs_read_config"
QUERY_METRICS = "timeseries_query"
READ_MONITORS = "monitors_read"
WRITE_MONITORS = "monitors_write"
READ_EVENTS = "events_read"
