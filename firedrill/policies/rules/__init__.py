"""The rules, by what they are about."""

from firedrill.policies.rule import Rule
from firedrill.policies.rules import (
    cost,
    downtimes,
    logpush,
    metrics,
    monitors,
    notifications,
    pipelines,
    privacy,
    region,
    secrets,
    slos,
    switched_off,
    workers,
)

RULES: tuple[Rule, ...] = (
    *workers.RULES,
    *logpush.RULES,
    *pipelines.RULES,
    *metrics.RULES,
    *monitors.RULES,
    *notifications.RULES,
    *downtimes.RULES,
    *switched_off.RULES,
    *slos.RULES,
    *secrets.RULES,
    *privacy.RULES,
    *region.RULES,
    *cost.RULES,
)
