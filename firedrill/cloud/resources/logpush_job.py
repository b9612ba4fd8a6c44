"""Logpush jobs.

Sources: developers.cloudflare.com/logs/logpush/logpush-job/api-configuration,
pulumi.com/registry/packages/cloudflare/api-docs/logpushjob
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.resources.account_token import refuse_key
from firedrill.cloud.resources.destinations import challenge_fault, test_upload
from firedrill.cloud.resources.keys import owner_path
from firedrill.cloud.state import Entry, State
from firedrill.cloud.values import Json, revealed
from firedrill.resources import LOGPUSH_JOB
from firedrill.vendors.cloudflare import from_pulumi
from firedrill.vendors.cloudflare.job import check_job
from firedrill.vendors.cloudflare.rules.destinations.check import challenge_breaches, is_challenged
from firedrill.vendors.errors import FiredrillError, refuse

_FIRST_ID = 1_000_000


class LogpushJob(ResourceType):
    """`cloudflare.LogpushJob`: off by default, as at Cloudflare."""

    token = LOGPUSH_JOB
    noun = "Logpush job"
    import_form = "{accounts|zones}/<account_id|zone_id>/<job_id>"
    known = frozenset(
        {
            "accountId",
            "dataset",
            "destinationConf",
            "enabled",
            "filter",
            "frequency",
            "kind",
            "logpullOptions",
            "maxUploadBytes",
            "maxUploadIntervalSeconds",
            "maxUploadRecords",
            "name",
            "outputOptions",
            "ownershipChallenge",
            "zoneId",
        }
    )
    required = ("destinationConf",)
    defaults: ClassVar[Mapping[str, Any]] = {
        "dataset": "http_requests",
        "enabled": False,
        "filter": "",
        "frequency": "high",
        "kind": "",
        "logpullOptions": "",
        "maxUploadBytes": 0,
        "maxUploadIntervalSeconds": 0,
        "maxUploadRecords": 0,
        "name": "",
    }
    immutable = ("accountId", "zoneId", "dataset")
    hidden = ("destinationConf", "ownershipChallenge")
    write_only = ("ownershipChallenge",)

    def check(self, inputs: Json, around: Surroundings) -> None:
        """Its owner, the filter, the fields, the limits and the form of the destination."""
        check_job(from_pulumi.logpush_job(inputs), may_be_there=True)

    def key(self, id_: str, properties: Mapping[str, Any]) -> str:
        """The number, which Pulumi shows as a float, and which an import has after the account."""
        id_ = super().key(id_, properties)
        try:
            return str(int(float(id_)))
        except (OverflowError, ValueError) as error:
            raise FiredrillError(f"The id of a Logpush job is a number, not {id_!r}.") from error

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """A number; jobs may share a name."""
        number = _FIRST_ID + state.number()
        return str(number), _as_float(number)

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """Cloudflare sees at each change whether it may and can deliver."""
        inputs = revealed(entry.inputs)
        self.foresee(inputs, revealed(before.inputs) if before else {}, state, around)
        refuse_key(inputs["destinationConf"], str(inputs.get("accountId")), self.place(inputs), state)

    def foresee(self, inputs: Json, before: Mapping[str, Any], state: State, around: Surroundings) -> None:
        """The ownership challenge, once for each destination; and a test upload."""
        conf, place = inputs["destinationConf"], self.place(inputs)
        if is_challenged(conf) and conf != before.get("destinationConf"):
            given, there = inputs.get("ownershipChallenge") or "", around.destinations
            is_taken = around.stand_in and not (there and there.has_challenged(conf))
            wrong = "" if is_taken else challenge_fault(given, owner_path(inputs, place), conf, around.now)
            refuse(place, challenge_breaches(given, wrong))
        test_upload(conf, around, place)


def _as_float(number: int) -> str:
    """The number as the bridged provider writes it, which is Go's `%v` of a float64: 1780267 is 1.780267e+06."""
    digits = str(number)
    mantissa = digits.rstrip("0")
    fraction = f".{mantissa[1:]}" if mantissa[1:] else ""
    return f"{mantissa[0]}{fraction}e+{len(digits) - 1:02d}"
