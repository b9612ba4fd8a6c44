"""What a web server logs, the pipeline that takes it apart, and the same rules as a program of VRL."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

_SUPPORT = {
    "_client": "%{ipOrHost:network.client.ip}",
    "_user": '%{notSpace:http.ident:nullIf("-")} %{notSpace:http.auth:nullIf("-")}',
    "_date": '%{date("dd/MMM/yyyy:HH:mm:ss Z"):date_access}',
    "_request": r'(?>%{word:http.method} |)%{notSpace:http.url}(?> HTTP\/%{regex("\\d+\\.\\d+"):http.version}|)',
    "_answer": "%{integer:http.status_code} (?>%{integer:network.bytes_written}|-)",
    "_agent": r'"%{notSpace:http.referer:nullIf("-")}" "%{regex("[^\"]*"):http.useragent}"',
}
_COMMON = r'%{_client} %{_user} \[%{_date}\] "%{_request}" %{_answer}'
_COMBINED = r"%{common} (%{number:duration:scale(1000000000)} )?%{_agent}.*"
_CLASSES = {"ok": (200, 299), "notice": (300, 399), "warning": (400, 499), "error": (500, 599)}

PIPELINE: dict[str, Any] = {
    "name": "web access",
    "is_enabled": True,
    "filter": {"query": "source:web"},
    "processors": [
        {
            "type": "grok-parser",
            "source": "message",
            "grok": {
                "match_rules": f"common {_COMMON}\ncombined {_COMBINED}",
                "support_rules": "\n".join(f"{name} {rule}" for name, rule in _SUPPORT.items()),
            },
        },
        {"type": "date-remapper", "sources": ["date_access"]},
        {"type": "url-parser", "sources": ["http.url"], "target": "http.url_details"},
        {"type": "user-agent-parser", "sources": ["http.useragent"], "target": "http.useragent_details"},
        {
            "type": "category-processor",
            "target": "http.status_category",
            "categories": [
                {"name": name, "filter": {"query": f"@http.status_code:[{low} TO {high}]"}}
                for name, (low, high) in _CLASSES.items()
            ],
        },
        {"type": "status-remapper", "sources": ["http.status_category"]},
    ],
}
for _processor in PIPELINE["processors"]:
    _processor.update(name=_processor["type"], is_enabled=True)

_STATUS = " else ".join(
    f'if code >= {low} && code <= {high} {{ .status = "{name}" }}' for name, (low, high) in _CLASSES.items()
)
VRL = f"""
. = merge(., parse_groks!(string!(.message), patterns: ["%{{common}}", "%{{combined}}"],
    aliases: {json.dumps({**_SUPPORT, "common": _COMMON, "combined": _COMBINED})}))
.timestamp = del(.date_access)
.http.url_details, err = parse_url("http://host" + string!(.http.url))
.http.useragent_details = parse_user_agent(string!(.http.useragent))
code = int!(.http.status_code)
{_STATUS}
.
"""


def logs(count: int) -> Iterator[dict[str, str]]:
    """So many logs as they are sent, always the same: 300 browsers, a new client and parameters in each."""
    chance, time = random.Random(1), datetime(2024, 3, 1, tzinfo=UTC)  # noqa: S311 - no secret
    for _ in range(count):
        time += timedelta(milliseconds=chance.randrange(20))
        client = ".".join(str(chance.randrange(1, 255)) for _ in range(4))
        url = f"/orders/{chance.randrange(10_000)}" + (f"?page={chance.randrange(20)}&q=abc" * (chance.random() < 0.6))
        status = chance.choices([200, 204, 301, 304, 404, 500], [70, 5, 5, 7, 10, 3])[0]
        browser = chance.randrange(300)
        agent = (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            f"Chrome/{90 + browser % 40}.0.{4000 + browser}.{browser % 200} Safari/537.36"
        )
        answer = f"{status} {chance.randrange(90_000)} {chance.random():.3f}"
        yield {
            "ddsource": "web",
            "service": "shop",
            "hostname": f"i-{chance.randrange(30):04}",
            "ddtags": "env:prod,team:web",
            "message": f'{client} - - [{time:%d/%b/%Y:%H:%M:%S} +0000] "GET {url} HTTP/1.1" {answer} "-" "{agent}" "-"',
        }
