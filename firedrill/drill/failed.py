"""What the Worker does wrong where nothing makes it fail: the first cause of whatever is not proven."""

from __future__ import annotations

from firedrill.drill.plan import Plan
from firedrill.runtime.caught import refused
from firedrill.runtime.failures import failures
from firedrill.runtime.take import Take


def failed(plan: Plan, healthy: Take) -> list[str]:
    """One problem per exception in healthy traffic; without any, why that traffic is answered by 5xx."""
    sources = plan.deployment.sources
    found = failures(healthy.thrown, healthy.invocations, sources)
    found = found or refused(healthy, plan.healthy.requests, plan.deployment)
    return [f"the Worker fails without any fault: {each}" for each in found]


def uncaptured(healthy: Take) -> list[str]:
    """One problem per value that healthy traffic should have captured and that was in no answer."""
    found = {(str(request), name, request.capture[name]) for request, name in healthy.uncaptured}
    return [
        f"the answer to {of} has no {place}, which the drill file captures as {{{name}}}"
        for of, name, place in sorted(found)
    ]
