"""The stack: every observed Worker with its logs, metrics and monitors."""

from __future__ import annotations

from pathlib import Path

import pulumi

from components import code, config, names
from components.errors import DeclarationError
from components.service import ObservedService, ObservedServiceArgs

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Declare everything and export what a person opens next."""
    keys = config.declared_keys(HERE / "Pulumi.yaml")
    stack, services = config.load(pulumi.runtime.get_config_env(), keys, pulumi.get_stack())
    codes = code.read_all(HERE, services, stack.environment)
    secrets = pulumi.Config()
    salt, api_key = secrets.require_secret("telemetrySalt"), secrets.require_secret("datadogApiKey")
    for service in services:
        args = ObservedServiceArgs(stack, service, codes[service.key], salt, api_key)
        pulumi.export(service.key, ObservedService(service.key, args).links)
    pulumi.export("pipelines", names.datadog_url(stack.datadog_site, "logs/pipelines"))


try:
    main()
except DeclarationError as error:
    raise pulumi.RunError(str(error)) from None  # shown without a traceback
