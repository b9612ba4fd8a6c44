"""What the settings of all destinations of Logpush besides Datadog have in common.

Source: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from firedrill.components.config_model import ConfigModel
from firedrill.vendors.cloudflare.rules.destinations.names import FOLDER, HOST, REGION
from firedrill.vendors.cloudflare.rules.fields import EVENT_TYPES, FIELD, FIELDS, OUTCOMES
from firedrill.vendors.cloudflare.rules.filters import Only
from firedrill.vendors.cloudflare.rules.forms import Form

OBSERVED_FIELDS = (
    "CPUTimeMs",
    "Entrypoint",
    "EventTimestampMs",
    "EventType",
    "Logs",
    "Outcome",
    "ScriptName",
    "ScriptVersion",
    "WallTimeMs",
)
"""What a job sends of each record unless the config says otherwise: what pipelines, metrics and monitors read, and the
Worker with its version. `Event` has URLs, `Exceptions` texts: they may be personal, and are sent where asked for."""

LogField = Annotated[str, Field(pattern=f"^({'|'.join(FIELDS)})$")]
"""The name of a field of the dataset."""

Outcome = Annotated[str, Field(pattern=f"^({'|'.join(OUTCOMES)})$")]
EventType = Annotated[str, Field(pattern=f"^({'|'.join(EVENT_TYPES)})$")]
_OF = f"a list of {', '.join(OUTCOMES)}"
_OF_EVENTS = f"a list of {', '.join(EVENT_TYPES)}"

CREDENTIAL = Form(
    r"[a-z][A-Za-z0-9]*",
    "the name of a config key that holds the secret: at most 32 letters and digits, beginning with a lowercase letter",
    most=32,
)


def observed_fields(more: Collection[str]) -> tuple[str, ...]:
    """OBSERVED_FIELDS and `more`, in the order of the dataset."""
    return tuple(name for name in FIELDS if name in OBSERVED_FIELDS or name in more)


Secrets = Mapping[str, str]
"""The secrets by the names of their config keys."""


def described(title: str, form: Form) -> Any:
    """A field whose values have that form."""
    return Field(
        title=title,
        description=form.allowed,
        pattern=form.anchored,
        min_length=form.least,
        max_length=form.most,
    )


CHALLENGE_FIELD = described("Token that Cloudflare has written into the destination to see whose it is.", CREDENTIAL)
KEY_ID_FIELD = described("Id of an access key that may write objects.", CREDENTIAL)
KEY_FIELD = described("The access key itself.", CREDENTIAL)
FOLDER_FIELD = described("Folder that gets a folder per day.", FOLDER)
HOST_FIELD = described("Where it answers.", HOST)
REGION_FIELD = described("Region of the bucket.", REGION)


class DestinationSettings(ConfigModel, ABC):
    """One entry of `destinations`. Credentials are names of config keys, so that Pulumi keeps their values secret."""

    fields: Annotated[
        tuple[LogField, ...],
        Field(
            min_length=1,
            title="List of what is sent of each record; by default what Datadog gets without `moreFields`.",
            description=FIELD,
        ),
    ] = OBSERVED_FIELDS
    workers: Annotated[
        tuple[str, ...],
        Field(title="Keys of the Workers whose records it gets; by default all.", description="a list of keys"),
    ] = ()
    outcomes: Annotated[
        tuple[Outcome, ...], Field(title="It gets records with these outcomes only.", description=_OF)
    ] = ()
    without_outcomes: Annotated[
        tuple[Outcome, ...], Field(title="It gets no records with these outcomes.", description=_OF)
    ] = ()
    event_types: Annotated[
        tuple[EventType, ...], Field(title="It gets records of these kinds of events only.", description=_OF_EVENTS)
    ] = ()
    without_event_types: Annotated[
        tuple[EventType, ...], Field(title="It gets no records of these kinds of events.", description=_OF_EVENTS)
    ] = ()
    sample: Annotated[
        float,
        Field(gt=0, le=1, title="Share of these records that it gets.", description="above 0 and at most 1"),
    ] = 1
    residency: Annotated[
        Literal["", "eu"],
        Field(title="eu where it lies in the European Union and its address does not tell.", description="eu"),
    ] = ""

    @abstractmethod
    def conf(self, account_id: str, secrets: Secrets) -> str:
        """The job's `destination_conf`; `account_id` is Cloudflare's."""

    @property
    def job(self) -> Mapping[str, Any]:
        """What the destination needs of its job besides the fields, by the provider's names."""
        return {}

    @property
    def only(self) -> Only:
        """Which records it gets."""
        return Only(self.outcomes, self.without_outcomes, self.event_types, self.without_event_types)

    @property
    def challenge(self) -> str:
        """The config key that holds the ownership challenge; "" where Cloudflare asks for none."""
        return getattr(self, "ownership_challenge", "")

    @property
    def own_secrets(self) -> tuple[str, ...]:
        """The names of credentials that the stack makes itself, which no config key holds."""
        return ()

    @property
    def secrets(self) -> tuple[str, ...]:
        """The config keys that hold its credentials."""
        fields = type(self).model_fields.items()
        return tuple(getattr(self, name) for name, field in fields if field.description == CREDENTIAL.allowed)
