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
