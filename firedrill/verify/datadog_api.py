"""What is asked of Datadog, by its own client.

Source: docs.datadoghq.com/api/latest, docs.datadoghq.com/account_management/rbac/permissions
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import urllib3
from datadog_api_client import ApiClient, Configuration
from datadog_api_client.exceptions import ApiException, ForbiddenException, NotFoundException, UnauthorizedException
from datadog_api_client.v1.api.authentication_api import AuthenticationApi
from datadog_api_client.v1.api.metrics_api import MetricsApi
from datadog_api_client.v1.api.monitors_api import MonitorsApi
from datadog_api_client.v2.api.events_api import EventsApi
from datadog_api_client.v2.api.key_management_api import KeyManagementApi
from datadog_api_client.v2.api.logs_api import LogsApi
from datadog_api_client.v2.api.logs_metrics_api import LogsMetricsApi

from firedrill.errors import CannotRun
from firedrill.vendors.datadog.rules.permissions import (
    QUERY_METRICS,
    READ_EVENTS,
    READ_LOG_METRICS,
    READ_LOGS,
    READ_MONITORS,
    WRITE_MONITORS,
)

API_KEY, APP_KEY = "DD_API_KEY", "DD_APP_KEY"
_MOST = 1_000


class Datadog:
    """One organisation as two keys may see it. Raises CannotRun for keys that may not, and when nobody answers.

    `url` is that of its API, such as https://api.datadoghq.eu. Its clock is what the latest answer said.
    """

    def __init__(self, api_key: str, app_key: str, url: str) -> None:
        settings = Configuration(host=url, api_key={"apiKeyAuth": api_key, "appKeyAuth": app_key}, enable_retry=True)
        settings.return_http_data_only = False
        settings.check_return_type = False
        self.url, self._client = url, ApiClient(settings)
        self._now = datetime.now(UTC)

    def close(self) -> None:
        """Let go of its connections."""
        self._client.close()

    @property
    def now(self) -> datetime:
        """The time at Datadog, a second exact."""
        self._asked("", AuthenticationApi(self._client).validate)
        return self._now

    def require_keys(self) -> None:
        """Raise CannotRun unless both keys are of this site and in force."""
        self._asked("", AuthenticationApi(self._client).validate)
        self._asked("", KeyManagementApi(self._client).validate_api_key)

    def require_permissions(self, since: datetime, metrics: Sequence[str], monitors: Sequence[int]) -> None:
        """Raise CannotRun unless the keys may ask for logs, and for points, metrics and monitors if there are any."""
        self.logs("*", since, most=1)
        for metric in metrics[:1]:
            self.points(f"sum:{metric}{{*}}.as_count()", since)
            self.metric(metric)
        for monitor in monitors[:1]:
            self.monitor(monitor)

    def logs(self, query: str, since: datetime, most: int = _MOST) -> list[Mapping[str, Any]]:
        """The attributes of the newest logs that a search finds, the oldest first; only indexed logs are found."""
        body = {"filter": {"query": query, "from": since.isoformat(), "to": "now"}, "page": {"limit": most}}
        found = self._asked(READ_LOGS, lambda: LogsApi(self._client).list_logs(body=body))
        return [each["attributes"] for each in found.get("data") or ()]

    def points(self, query: str, since: datetime) -> int:
        """How many points a query of metrics has since then."""
        now_s, since_s = int(self.now.timestamp()), int(since.timestamp())
        metrics = MetricsApi(self._client)
        found = self._asked(QUERY_METRICS, lambda: metrics.query_metrics(since_s, now_s + 1, query))
        return sum(len(each["pointlist"]) for each in found.get("series") or ())

    def metric(self, name: str) -> Mapping[str, Any] | None:
        """The definition of a log-based metric, None when there is none of that name."""
        metrics = LogsMetricsApi(self._client)
        found = self._asked(READ_LOG_METRICS, lambda: metrics.get_logs_metric(name))
        return found["data"]["attributes"] if found else None

    def monitor(self, id_: int) -> Mapping[str, Any] | None:
        """A monitor with the states of all its groups, None when there is none of that id."""
        monitors = MonitorsApi(self._client)
        return self._asked(READ_MONITORS, lambda: monitors.get_monitor(id_, group_states="all")) or None

    def create_monitor(self, body: Mapping[str, Any]) -> int:
        """Create a monitor; returns its id."""
        return int(self._asked(WRITE_MONITORS, lambda: MonitorsApi(self._client).create_monitor(body=body))["id"])

    def delete_monitor(self, id_: int) -> None:
        """Delete a monitor; one that is gone is no mistake."""
        self._asked(WRITE_MONITORS, lambda: MonitorsApi(self._client).delete_monitor(id_))

    def events(self, query: str, since: datetime) -> list[Mapping[str, Any]]:
        """The attributes of the newest events that a search finds, the oldest first."""
        body = {"filter": {"query": query, "from": since.isoformat(), "to": "now"}, "page": {"limit": _MOST}}
        found = self._asked(READ_EVENTS, lambda: EventsApi(self._client).search_events(body=body))
        return [each["attributes"] for each in found.get("data") or ()]

    def _asked(self, permission: str, ask: Callable[[], Any]) -> Any:
        """What Datadog answers as plain data, {} for what is not there; its clock goes on."""
        with self._refusals(permission):
            try:
                data, _, headers = ask()
            except NotFoundException:
                return {}
            if stamp := {key.lower(): value for key, value in headers.items()}.get("date"):
                self._now = parsedate_to_datetime(stamp)
            return data.to_dict() if hasattr(data, "to_dict") else data

    @contextmanager
    def _refusals(self, permission: str) -> Iterator[None]:
        try:
            yield
        except (ForbiddenException, UnauthorizedException) as error:
            needed = f"; the application key needs {permission}" if permission else ""
            raise CannotRun(
                f"{self.url} refuses the keys of {API_KEY} and {APP_KEY} ({error.status}){needed}; give keys of the "
                "organisation at that site that are in force"
            ) from error
        except ApiException as error:
            raise CannotRun(f"{self.url} answers {error.status}; try again later") from error
        except urllib3.exceptions.HTTPError as error:
            raise CannotRun(f"{self.url} cannot be reached: {error}") from error
