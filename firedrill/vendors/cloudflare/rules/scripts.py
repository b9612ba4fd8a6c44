"""A Worker's upload: its name, compatibility date, bindings and what is observed of it.

Sources: developers.cloudflare.com/workers/configuration/multipart-upload-metadata (fields, bindings, the default date),
developers.cloudflare.com/workers/configuration/compatibility-flags and
developers.cloudflare.com/workers/runtime-apis/rpc (dates),
developers.cloudflare.com/workers/configuration/routing/workers-dev (length of a name; its characters as the API has
them: github.com/cloudflare/workers-sdk/pull/829)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from firedrill.vendors.cloudflare.rules.bindings import KINDS
from firedrill.vendors.cloudflare.rules.forms import Form
from firedrill.vendors.cloudflare.rules.migrations import Live, migration_breaches
from firedrill.vendors.rules.breach import Breach, shown

SCRIPT_NAME = Form(
    r"[a-z0-9_][a-z0-9_-]*", "1 to 63 lowercase letters, digits, dashes and _, not beginning with a dash", most=63
)
BINDING_NAME = Form(
    r"[A-Za-z_$][A-Za-z0-9_$]*", "a name as code writes it: letters, digits, _ and $, not beginning with a digit"
)

DEFAULT_DATE = "2021-11-02"
DATE = "a date such as 2026-11-01"

DURABLE_OBJECT = "durable_object_namespace"
KV_NAMESPACE = "kv_namespace"
COMPLETE = (DURABLE_OBJECT, "plain_text", "secret_text", "json", "analytics_engine", KV_NAMESPACE)
"""Types of bindings that have what they need in whatever form an upload comes; Wrangler fills in others later."""

NO_SUCH_WORKER = "This Worker does not exist on your account. [code: 10007]"


def script_breaches(script: Mapping[str, Any], live: Live) -> Iterator[Breach]:
    """What is wrong with an upload (API JSON), given what Cloudflare holds for the script."""
    yield from SCRIPT_NAME.breaches("script_name", script["script_name"])
    yield from date_breaches(script.get("compatibility_date"))
    bindings = script.get("bindings") or ()
    yield from binding_name_breaches(str(each.get("name")) for each in bindings)
    for binding in bindings:
        yield from _binding_breaches(binding)
    yield from _observability_breaches(script.get("observability"))
    yield from migration_breaches(script, live)


def binding_name_breaches(names: Iterable[str]) -> Iterator[Breach]:
    """Whether each binding has a name of its own."""
    for name, count in Counter(names).items():
        if count > 1:
            yield Breach(f"bindings.{name}", "bound more than once", "a name that no other binding has", "rename one")


def upload_breaches(script: Mapping[str, Any]) -> Iterator[Breach]:
    """What is missing in an upload that an import cannot give: the main module's name, assets, and texts of secrets."""
    yield from module_breaches(script)
    yield from assets_breaches(script)
    for binding in script.get("bindings") or ():
        if binding.get("type") == "secret_text":
            yield from _needed(binding)


def module_breaches(script: Mapping[str, Any]) -> Iterator[Breach]:
    """Whether an upload has code as text and names its main module; without code, as an import, it uploads nothing."""
    yield from content_breaches(script)
    has_code = any(script.get(name) is not None for name in ("content", "content_file", "modules"))
    if has_code and not script.get("main_module"):
        yield Breach("main_module", "", "the name of the main module", "set it")


def assets_breaches(script: Mapping[str, Any]) -> Iterator[Breach]:
    """Whether an upload has the assets that it binds, unless it keeps those of the one before."""
    if script.get("assets") or script.get("keep_assets"):
        return
    for binding in script.get("bindings") or ():
        if binding.get("type") == "assets":
            allowed = f"the folder of the files that the binding {binding.get('name')} serves"
            yield Breach("assets.directory", "", allowed, "set it, or remove the binding")


def content_breaches(script: Mapping[str, Any]) -> Iterator[Breach]:
    """Whether the code of an upload is text."""
    given = script.get("content")
    if given is not None and not isinstance(given, str):
        yield Breach("content", shown(given), "the code of the main module as text")


def is_date(text: object) -> bool:
    """Whether it is a date as Cloudflare writes it; Python reads more forms than that."""
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def date_breaches(given: str | None) -> Iterator[Breach]:
    """Whether it is a compatibility date, or none: then it is DEFAULT_DATE.

    One from before objects had RPC (2024-04-03) is taken: what needs RPC fails in the drill as it would at Cloudflare.
    """
    if given and not is_date(given):
        yield Breach("compatibility_date", shown(given), DATE)


def future_date_breaches(given: str | None, now: str) -> Iterator[Breach]:
    """Whether a compatibility date has come at `now` (RFC 3339): Cloudflare's day is that of UTC."""
    today = now[: len("2026-11-01")]
    if given and is_date(given) and given > today:
        text = f"Can't set compatibility date in the future: {given} [code: 10021]"
        yield Breach("compatibility_date", shown(given), f"{DATE}, not after today ({today}; Cloudflare: {text})")


def _binding_breaches(binding: Mapping[str, Any]) -> Iterator[Breach]:
    yield from BINDING_NAME.breaches("bindings.name", binding.get("name"))
    if binding.get("type") in COMPLETE and binding["type"] != "secret_text":
        yield from _needed(binding)


def _needed(binding: Mapping[str, Any]) -> Iterator[Breach]:
    kind = binding["type"]
    (key,) = KINDS[kind].needs
    if binding.get(key) is None:
        yield Breach(f"bindings.{binding.get('name')}.{key}", "", f"what a binding of type {kind} needs", "set it")


def _observability_breaches(block: Mapping[str, Any] | None) -> Iterator[Breach]:
    """A block that lacks what the provider needs, or whose rates are none."""
    for name, part, switches in (
        ("observability", block, ("enabled",)),
        ("observability.logs", (block or {}).get("logs"), ("enabled", "invocation_logs")),
        ("observability.traces", (block or {}).get("traces"), ()),
    ):
        for key in switches if part else ():
            value = (part or {}).get(key)
            if not isinstance(value, bool):
                yield Breach(f"{name}.{key}", "" if value is None else shown(value), "true or false")
        rate = (part or {}).get("head_sampling_rate")
        if rate is not None and not (isinstance(rate, (int, float)) and 0 <= rate <= 1):
            yield Breach(f"{name}.head_sampling_rate", shown(rate), "a number from 0 to 1")
