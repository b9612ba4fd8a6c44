"""The types of a Worker's bindings: what each needs and may have beside its name, by the API's names.

Sources: developers.cloudflare.com/workers/configuration/multipart-upload-metadata (bindings),
pulumi.com/registry/packages/cloudflare/api-docs/workersscript (WorkersScriptBinding),
developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit (period)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from firedrill.vendors.rules.breach import Breach, shown
from firedrill.vendors.rules.suggestions import hint


@dataclass(frozen=True)
class Kind:
    """Fields of a type of binding: those that it needs, and those that it may have besides."""

    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


SERVICE_WORKER = ("data_blob", "text_blob", "wasm_module")
"""Types that only scripts in the older syntax have; a module imports such data."""
KINDS: Mapping[str, Kind] = {
    "ai": Kind(),
    "ai_search": Kind(("instance_name",), ("namespace",)),
    "ai_search_namespace": Kind(("namespace",)),
    "analytics_engine": Kind(("dataset",)),
    "artifacts": Kind((), ("namespace",)),
    "assets": Kind(),
    "browser": Kind(),
    "d1": Kind((), ("database_id", "id")),
    "dispatch_namespace": Kind(("namespace",), ("outbound",)),
    "durable_object_namespace": Kind(
        ("class_name",), ("dispatch_namespace", "environment", "namespace_id", "retry", "script_name")
    ),
    "flagship": Kind(("app_id",)),
    "hyperdrive": Kind(("id",)),
    "images": Kind(),
    "inherit": Kind((), ("old_name", "version_id")),
    "json": Kind(("json",)),
    "k2": Kind(("stream",)),
    "kv_namespace": Kind(("namespace_id",)),
    "media": Kind(),
    "messaging": Kind(),
    "mtls_certificate": Kind(("certificate_id",)),
    "pipelines": Kind((), ("pipeline", "stream")),
    "plain_text": Kind(("text",)),
    "queue": Kind(("queue_name",)),
    "r2_bucket": Kind(("bucket_name",), ("jurisdiction",)),
    "ratelimit": Kind(("namespace_id", "simple")),
    "secret_key": Kind(("algorithm", "format", "usages"), ("key_base64", "key_jwk")),
    "secret_text": Kind(("text",)),
    "secrets_store_secret": Kind(("secret_name", "store_id")),
    "send_email": Kind((), ("allowed_destination_addresses", "allowed_sender_addresses", "destination_address")),
    "service": Kind(("service",), ("entrypoint", "environment")),
    "vectorize": Kind(("index_name",)),
    "version_metadata": Kind(),
    "vpc_network": Kind((), ("network_id", "tunnel_id")),
    "vpc_service": Kind(("service_id",)),
    "workflow": Kind(("workflow_name",), ("class_name", "script_name")),
}
ONE_OF: Mapping[str, tuple[str, ...]] = {
    "d1": ("database_id", "id"),
    "pipelines": ("pipeline", "stream"),
    "vpc_network": ("network_id", "tunnel_id"),
}
"""Fields of which a type needs one, and takes no other."""


class _Rule(NamedTuple):
    """What the values of a field have to be."""

    fits: Callable[[Any], bool]
    allowed: str


def _texts(*words: str) -> Callable[[Any], bool]:
    """Whether it is a list of texts, of these `words` where there are some."""
    return lambda given: (
        isinstance(given, list) and all(isinstance(each, str) and (not words or each in words) for each in given)
    )


def _whole(given: Any, least: int = 1) -> bool:
    return isinstance(given, int) and not isinstance(given, bool) and given >= least


def _simple(given: Any) -> bool:
    return (
        isinstance(given, Mapping)
        and set(given) <= {"limit", "period", "mitigation_timeout"}
        and _whole(given.get("limit"))
        and given.get("period") in (10, 60)
        and ("mitigation_timeout" not in given or _whole(given["mitigation_timeout"], 0))
    )


def _retry(given: Any) -> bool:
    return (
        isinstance(given, Mapping) and set(given) <= {"max_attempts", "timeout_ms"} and all(map(_whole, given.values()))
    )


def _outbound(given: Any) -> bool:
    worker = given.get("worker") if isinstance(given, Mapping) else None
    return (
        isinstance(worker, Mapping)
        and set(given) <= {"params", "worker"}
        and set(worker) <= {"environment", "service"}
        and all(isinstance(each, str) for each in worker.values())
        and _texts()(given.get("params", []))
    )


_TEXT = _Rule(lambda given: isinstance(given, str) and bool(given), "text")
_USAGES = ("encrypt", "decrypt", "sign", "verify", "deriveKey", "deriveBits", "wrapKey", "unwrapKey")
_FORMATS = ("raw", "pkcs8", "spki", "jwk")
_JURISDICTIONS = ("eu", "fedramp", "fedramp-high")
_RULES: Mapping[str, _Rule] = {
    "allowed_destination_addresses": _Rule(_texts(), "a list of email addresses"),
    "allowed_sender_addresses": _Rule(_texts(), "a list of email addresses"),
    "format": _Rule(lambda given: given in _FORMATS, f"one of {', '.join(_FORMATS)}"),
    "jurisdiction": _Rule(lambda given: given in _JURISDICTIONS, f"one of {', '.join(_JURISDICTIONS)}"),
    "outbound": _Rule(_outbound, "worker (service, environment), and params: a list of names"),
    "retry": _Rule(_retry, "max_attempts and timeout_ms, whole numbers from 1"),
    "simple": _Rule(_simple, "limit, a whole number from 1, and period, 10 or 60 seconds"),
    "usages": _Rule(_texts(*_USAGES), f"a list of {', '.join(_USAGES)}"),
    "text": _Rule(lambda given: isinstance(given, str), "text"),
}
FIELDS = sorted({name for kind in KINDS.values() for name in (*kind.needs, *kind.may)})
"""Every field of a binding that some type has."""


def allowed(name: str) -> str:
    """What the values of a field have to be."""
    return _RULES.get(name, _TEXT).allowed


def binding_breaches(kind: str, fields: Mapping[str, Any]) -> Iterator[Breach]:
    """What is wrong with the `fields` of a binding beside its name and type; one that is None is not there."""
    if kind not in KINDS:
        change = "import the data in a module instead" if kind in SERVICE_WORKER else ""
        yield Breach("type", f"{shown(kind)}{hint(kind, KINDS)}", f"one of {', '.join(KINDS)}", change)
        return
    given = {name: value for name, value in fields.items() if value is not None}
    known = (*KINDS[kind].needs, *KINDS[kind].may)
    for name in KINDS[kind].needs:
        if name not in given:
            yield Breach(name, "", f"what a binding of type {kind} needs: {allowed(name)}", "set it")
    either = ONE_OF.get(kind, ())
    if either and len(given.keys() & set(either)) != 1:
        yield Breach(either[0], "", f"of {' and '.join(either)} exactly one", "set it")
    for name, value in given.items():
        if name not in known:
            told = ", ".join(known) or "none"
            yield Breach(name, f"not a field of type {kind}{hint(name, known)}", f"one of {told}", "remove it")
        elif not _RULES.get(name, _TEXT).fits(value):
            yield Breach(name, shown(value), allowed(name))
