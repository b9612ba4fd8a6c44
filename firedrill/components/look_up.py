"""Look-ups that ask the account of the same provider as what is declared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi


def exported() -> Mapping[str, Any]:
    """What the last deployment of this stack exported, by name; nothing before the first one.

    Source: github.com/pulumi/pulumi, pkg/resource/deploy/builtins.go: what stack references are read by
    """
    stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    found = pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {"name": stack}).value
    return (found or {}).get("outputs") or {}


def options(opts: pulumi.ResourceOptions | None, package: str) -> pulumi.InvokeOptions:
    """How to look up with the provider of `package` that a resource with these options would use.

    Source: pulumi.com/docs/iac/concepts/resources/options/providers
    """
    if opts is None:
        return pulumi.InvokeOptions()
    given = opts.providers or ()
    given = [given] if isinstance(given, pulumi.ProviderResource) else given
    among = given.values() if isinstance(given, Mapping) else given
    providers = {each.package: each for each in (*among, *filter(None, [opts.provider]))}
    return pulumi.InvokeOptions(parent=opts.parent, provider=providers.get(package))
