"""One entry of the config's `workers`, and of a Worker's `classes`, as models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from firedrill.components.config_model import ConfigModel, once
from firedrill.components.script_settings import Binding, ScriptName, ScriptSettings
from firedrill.components.telemetry import EVENT_OPERATIONS, HANDLER_OPERATIONS, MAX_CLASS, MAX_OPERATION
from firedrill.vendors.cloudflare.rules.scripts import BINDING_NAME, DATE, date_breaches

RESERVED_OPERATIONS = (*EVENT_OPERATIONS, *HANDLER_OPERATIONS)


def _is_date(text: str) -> str:
    if any(date_breaches(text)):
        raise ValueError(text)
    return text


def _not_reserved(operation: str) -> str:
    if operation in RESERVED_OPERATIONS:
        raise ValueError(operation)
    return operation


NAME = "at most 63 lowercase letters, digits and dashes, beginning with a letter and not ending with a dash"
CLASS = f"the name of a class that the Worker exports: at most {MAX_CLASS} letters, digits and _, no digit first"
MODULE = "a .js, .mjs, .ts or .mts file, relative to this folder"
EXPORTERS = "a list of names of destinations in Workers Observability"
WRANGLER = "a wrangler.jsonc, wrangler.json or wrangler.toml, relative to this folder"
DANGERS = "by id, the fields of a danger that differ, or false for one that nobody has to hear of"
MONITORS = "by id, the fields of a monitor that differ, or false for one that is not to be declared"
OPERATIONS = (
    f"a list of at least one name, none twice, of at most {MAX_OPERATION} letters, digits and _, and none of "
    f"{', '.join(RESERVED_OPERATIONS)}"
)
Name = Annotated[str, Field(pattern=r"^[a-z]([a-z0-9-]*[a-z0-9])?$", max_length=63, description=NAME)]
ClassName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=MAX_CLASS, description=CLASS)]
Date = Annotated[str, AfterValidator(_is_date), Field(description=DATE)]
Module = Annotated[str, Field(pattern=r"^[^/\\][^\\]*\.(js|mjs|ts|mts)$", description=MODULE)]
Operation = Annotated[str, AfterValidator(_not_reserved), Field(pattern=rf"^\w{{1,{MAX_OPERATION}}}$")]
Exporter = Annotated[str, Field(min_length=1)]


class ClassSettings(ConfigModel):
    """One entry of `workers.<key>.classes`, but for its `monitors` (config/monitors.py)."""

    binding: Annotated[
        Binding | None,
        Field(
            description=BINDING_NAME.allowed,
            title="Name by which the Worker's code reaches the class; none where it does so by ctx.exports. Required "
            "when managed.",
        ),
    ] = None
    operations: Annotated[
        tuple[Operation, ...],
        AfterValidator(once),
        Field(min_length=1, description=OPERATIONS, title="Methods or routes that are counted."),
    ]
    errors: Annotated[
        tuple[Literal["miss", "rejected", "error"], ...],
        AfterValidator(once),
        Field(
            min_length=1, description="a list of miss, rejected, error, none twice", title="Results that are errors."
        ),
    ] = ("error",)
    counted_by: Annotated[
        Literal["caller", "object"],
        Field(
            description="caller or object",
            title="Whose lines count the operations: those of the Worker that calls, or the object's own.",
        ),
    ] = "caller"
    renamed_from: Annotated[
        ClassName, Field(title="Class whose objects it takes over at Cloudflare; when managed.")
    ] = ""
    monitors: Annotated[
        Mapping[str, Any], Field(description=MONITORS, title="What differs from the Worker's monitors.")
    ] = {}


class WorkerSettings(ScriptSettings):
    """One entry of `workers`, but for its `monitors` (config/monitors.py)."""

    name: Annotated[
        ScriptName,
        Field(
            title="Name of the Worker at Cloudflare, by default the key and the environment. Another name makes "
            "another Worker: the objects' data goes with the old one."
        ),
    ] = ""
    renamed_from: Annotated[
        Name, Field(title="Key that the Worker had before: all that is declared for it is kept. Needs `name`.")
    ] = ""
    managed: Annotated[
        bool,
        Field(description="true or false", title="Whether Pulumi uploads the script; otherwise Wrangler deploys it."),
    ] = True
    wrangler: Annotated[
        str,
        Field(
            pattern=r"^[^/\\][^\\]*\.(jsonc|json|toml)$",
            description=WRANGLER,
            title="Where Wrangler reads the Worker from; when not managed.",
        ),
    ] = ""
    wrangler_environment: Annotated[
        str,
        Field(
            description="the name of an environment in Wrangler's file",
            title="Environment in that file, as `wrangler deploy --env` has it. By default the one that is called as "
            "the stack's environment, or the top level where there is none such.",
        ),
    ] = ""
    entry: Annotated[Module, Field(title="Module that exports the default handler and the classes; when managed.")] = ""
    compatibility_date: Annotated[Date, Field(title="Instead of the stack's compatibilityDate; when managed.")] = ""
    variables: Annotated[
        Mapping[Binding, str],
        Field(description="text values by name; put numbers in quotes", title="Plain text bindings; when managed."),
    ] = {}
    export_logs: Annotated[
        tuple[Exporter, ...],
        Field(
            description=EXPORTERS,
            title="Destinations for OpenTelemetry of the account that get its logs besides Logpush; when managed.",
        ),
    ] = ()
    export_traces: Annotated[
        tuple[Exporter, ...],
        Field(description=EXPORTERS, title="Those that get its traces, which it makes then; when managed."),
    ] = ()
    store_logs: Annotated[
        bool,
        Field(
            description="true or false",
            title="Whether Cloudflare stores its logs for the dashboard too, and bills them (docs/ways-out.md); when "
            "managed.",
        ),
    ] = True
    drill: Annotated[
        str,
        Field(
            pattern=r"^[^/\\][^\\]*\.ya?ml$",
            description="a .yaml file, relative to this folder",
            title="The drill's traffic and scenarios of this Worker.",
        ),
    ] = ""
    deleted_classes: Annotated[
        tuple[ClassName, ...],
        Field(
            description="a list of names of classes",
            title="Classes whose objects may be destroyed with all their data; when managed.",
        ),
    ] = ()
    migrations: Annotated[
        Mapping[str, tuple[ClassName, ...]],
        Field(
            description="by tag, the list of the classes that are live at it",
            title="Durable Object migration tags that were made elsewhere; when managed.",
        ),
    ] = {}
    monitors: Annotated[
        Mapping[str, Any], Field(description=MONITORS, title="What differs from the stack's monitors.")
    ] = {}
    dangers: Annotated[
        Mapping[str, Any], Field(description=DANGERS, title="What differs from the stack's dangers.")
    ] = {}
    classes: Annotated[
        Mapping[ClassName, ClassSettings],
        Field(min_length=1, description="at least one class, by name", title="The Durable Object classes."),
    ]
