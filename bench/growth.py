"""What a scenario costs as it grows ten times longer: linear is a factor of ten."""

from __future__ import annotations

from bench.measure import healthy_records, median_s, plan, service
from firedrill.drill.simulate import drill_scenario, healthy_history
from firedrill.scenarios.scenario import Phase, Scenario

MINUTES = (20, 60, 200, 600)


def main() -> None:
    """Print seconds per length, and the factor to the shortest beside the factor of the length."""
    compiled, healthy, records = service(), plan().healthy, healthy_records()
    history = healthy_history(compiled, healthy, 95, records)

    def drill(minutes: int) -> float:
        scenario = Scenario("growth", "", (Phase(minutes, healthy),), before=0, after=0)
        return median_s(lambda: drill_scenario(compiled, scenario, records, history), rounds=3)

    first = drill(MINUTES[0])
    print("minutes  length     time    cost")
    for minutes in MINUTES:
        seconds = first if minutes == MINUTES[0] else drill(minutes)
        print(f"{minutes:7} x{minutes / MINUTES[0]:<4.0f} {seconds:8.2f} s  x{seconds / first:.1f}")
