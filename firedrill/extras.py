"""Libraries that only some commands need, which come with an extra of the package: what to say where one is missing."""

from __future__ import annotations

from importlib.util import find_spec

from firedrill.errors import CannotRun

_EXTRA_OF = {
    **dict.fromkeys(("google", "grpc", "pulumi", "pulumi_cloudflare", "pulumi_datadog", "pulumi_policy"), "pulumi"),
    "maxminddb": "geoip",
    **dict.fromkeys(("botocore", "flask", "moto"), "sinks"),
    **dict.fromkeys(("cloudflare", "datadog_api_client"), "verify"),
}
"""The extra of each library, those that come with another one included."""


def missing(error: ModuleNotFoundError) -> CannotRun | None:
    """What to say of a library that cannot be imported; None when no extra brings it."""
    library = (error.name or "").partition(".")[0]
    return _told(library) if library in _EXTRA_OF else None


def require(library: str) -> None:
    """Raise CannotRun, with the extra to install, unless `library` can be imported; it is not imported here."""
    if find_spec(library) is None:
        raise _told(library)


def _told(library: str) -> CannotRun:
    return CannotRun(f"this command needs {library}: pip install 'firedrill[{_EXTRA_OF[library]}]'")
