"""The resource types and the functions of the local cloud, one module per vendor concern."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from firedrill.cloud.resource_type import ResourceType
from firedrill.cloud.resources.monitor import Monitor
from firedrill.cloud.resources.workers_script import WorkersScript, workers_scripts
from firedrill.cloud.state import State
from firedrill.cloud.values import Json

RESOURCE_TYPES: Mapping[str, ResourceType] = {kind.token: kind for kind in (WorkersScript(), Monitor())}

INVOKES: Mapping[str, Callable[[Json, State], Json]] = {
    "cloudflare:index/getWorkersScripts:getWorkersScripts": workers_scripts,
}
