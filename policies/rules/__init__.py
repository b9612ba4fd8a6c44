"""The rules, by what they are about."""

from policies.rule import Rule
from policies.rules import logpush, metrics, monitors, pipelines, secrets, workers

RULES: tuple[Rule, ...] = (
    *workers.RULES,
    *logpush.RULES,
    *pipelines.RULES,
    *metrics.RULES,
    *monitors.RULES,
    *secrets.RULES,
)
