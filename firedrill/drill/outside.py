"""What a Worker fetched from outside in its takes and nothing answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from firedrill.drill.coverage import came_to
from firedrill.runtime.take import Take


def unanswered(takes: Mapping[str, Take], drill: str) -> Iterator[str]:
    """A sentence for each origin that nothing stands for, with the lines to add to the `drill` file.

    It has the URL without query; of several paths, which may have ids in them, the first and how many there are.
    """
    origins: dict[str, set[str]] = {}
    for asked in came_to(takes, "outside"):
        url = urlsplit(asked.partition(" ")[2])
        origins.setdefault(f"{url.scheme}://{url.netloc}", set()).add(url.path)
    for origin, paths in sorted(origins.items()):
        first, *others = sorted(paths)
        more = f" and {len(others)} more of its paths" if others else ""
        yield (
            f"the Worker fetches {origin}{first}{more}, which fails, since a drill reaches nothing outside; if it is"
            f" to have an answer, say which in {drill or 'a drill file'}:"
            f' outbound: {{ "{origin}{"/*" if others else first}": {{ status: 200, json: {{}} }} }}'
        )
