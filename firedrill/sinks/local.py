"""What stands for destinations while a stack is deployed: each is opened when it is needed first."""

from __future__ import annotations

from collections.abc import Mapping

from firedrill.errors import CannotRun
from firedrill.sinks.azure import KEY, account_of, owners_signature
from firedrill.sinks.buckets import OWNER
from firedrill.sinks.opened import opened_at
from firedrill.sinks.programs import Programs
from firedrill.sinks.sink import Challenged, Sink
from firedrill.vendors.cloudflare.rules.destinations.address import Address, address


class LocalDestinations:
    """Destinations by their destination_conf, which `programs` serve; what is there ends with them."""

    def __init__(self, programs: Programs) -> None:
        self._programs = programs
        self._sinks: dict[str, Sink] = {}
        self._challenged: set[str] = set()

    def has(self, conf: str) -> bool:
        """Whether something stands for a destination."""
        try:
            self._at(conf)
        except CannotRun:
            return False
        return True

    def has_challenged(self, conf: str) -> bool:
        """Whether an ownership challenge was written into a destination."""
        return conf in self._challenged

    def test(self, conf: str) -> None:
        """What Logpush sends when a job is created. Raises Refused, and CannotRun where nothing stands for it."""
        self._at(conf).test()

    def keep(self, conf: str, key: str, text: str) -> None:
        """Write an ownership challenge, as an object with that key where there are objects. Raises as `test`."""
        sink = self._at(conf)
        assert isinstance(sink, Challenged), conf.partition(":")[0]
        sink.keep(key, text.encode())
        self._challenged.add(conf)

    def shown(self, conf: str) -> str:
        """The last line that has come to a destination, as its own search shows it."""
        return b"".join(self._at(conf).arrived()).decode().splitlines()[-1]

    def variables(self, conf: str) -> Mapping[str, str]:
        """As the function of that name."""
        return variables(conf, self._programs)

    def _at(self, conf: str) -> Sink:
        if conf not in self._sinks:
            self._sinks[conf] = opened_at(conf, self._programs, f"deployed-{len(self._sinks)}")
        return self._sinks[conf]


def variables(conf: str, programs: Programs) -> Mapping[str, str]:
    """The environment variables with which programs reach a bucket as its owner; none for what has no objects."""
    parts = address(conf)
    return _VARIABLES[parts.kind](parts, programs) if parts.kind in _VARIABLES else {}


def _aws(_: Address, programs: Programs) -> Mapping[str, str]:
    key_id, key = OWNER
    return {"AWS_ENDPOINT_URL_S3": programs.aws, "AWS_ACCESS_KEY_ID": key_id, "AWS_SECRET_ACCESS_KEY": key}


def _gcs(_: Address, programs: Programs) -> Mapping[str, str]:
    return {"STORAGE_EMULATOR_HOST": programs.gcs}


def _azure(address: Address, programs: Programs) -> Mapping[str, str]:
    account = account_of(address)
    server = f"{programs.azure(account, KEY)}/{account}"
    return {"AZURE_STORAGE_SERVICE_ENDPOINT": server, "AZURE_STORAGE_SAS_TOKEN": owners_signature(account)}


_VARIABLES = {"s3": _aws, "gs": _gcs, "azure": _azure}
