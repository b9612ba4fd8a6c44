"""Look-ups that ask the account of the same provider as what is declared."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi


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
