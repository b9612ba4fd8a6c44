"""Wrangler's configuration file, for one environment.

Source: developers.cloudflare.com/workers/wrangler/configuration
"""

from __future__ import annotations

import datetime
import posixpath
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from firedrill.components.problems import DeclarationError, Problem
from firedrill.vendors.cloudflare.rules.scripts import DATE
from firedrill.vendors.cloudflare.rules.wrangler import in_environment
from firedrill.vendors.rules.breach import shown
from firedrill.vendors.rules.documents import DocumentError, json5_value, read_text
from firedrill.vendors.rules.models import read_partly


class _Model(BaseModel):
    """Whatever else Wrangler knows is left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class DurableObjectBinding(_Model):
    """One of `durable_objects.bindings`; `script_name` names another Worker that has the class."""

    name: str
    class_name: str
    script_name: str = ""


class DurableObjects(_Model):
    """`durable_objects`."""

    bindings: tuple[DurableObjectBinding, ...] = ()


class Renamed(_Model):
    """One of a migration's `renamed_classes`."""

    source: str = Field(alias="from")
    to: str


class Migration(_Model):
    """One step in the history of the classes."""

    tag: str
    new_classes: tuple[str, ...] = ()
    new_sqlite_classes: tuple[str, ...] = ()
    renamed_classes: tuple[Renamed, ...] = ()
    deleted_classes: tuple[str, ...] = ()
    transferred_classes: tuple[Renamed, ...] = ()


class Export(_Model):
    """One of `exports`, which say what exists now where `migrations` say how it came about."""

    type: str
    state: str = "created"
    storage: str = ""


class QueueConsumer(_Model):
    """One of `queues.consumers`; only one of `type` worker calls the queue handler."""

    queue: str
    type: str = "worker"


class Bound(_Model):
    """A binding, of which Wrangler's upload says the rest."""

    binding: str


class Queues(_Model):
    """`queues`; its producers are bindings."""

    consumers: tuple[QueueConsumer, ...] = ()
    producers: tuple[Bound, ...] = ()


class Container(_Model):
    """One of `containers`."""

    class_name: str


class Database(_Model):
    """One of `d1_databases`."""

    binding: str
    migrations_dir: str = "migrations"


class OldUpload(_Model):
    """`build.upload`, of which Wrangler 4 reads nothing."""

    main: str = ""


class Build(_Model):
    """`build`: a command that Wrangler runs before it looks for `main`."""

    command: str = ""
    upload: OldUpload = OldUpload()


class Configuration(_Model):
    """What is read of the file; a field's description is what an error says is allowed."""

    name: Annotated[str, Field(description="the Worker's name")] = ""
    main: Annotated[
        str, Field(pattern=r"\.(js|mjs|jsx|ts|mts|tsx)$", description="a JavaScript or TypeScript module")
    ] = ""
    build: Annotated[Build, Field(description="an object such as { command: npm run build }")] = Build()
    compatibility_date: Annotated[str, Field(description=DATE)] = ""
    compatibility_flags: Annotated[tuple[str, ...], Field(description="a list of flags")] = ()
    alias: Annotated[dict[str, str], Field(description="modules by the names that stand for them")] = {}
    assets: Annotated[dict[str, Any], Field(description="an object such as { directory: ./public }")] = {}
    containers: Annotated[tuple[Container, ...], Field(description="containers, with class_name each")] = ()
    d1_databases: Annotated[tuple[Database, ...], Field(description="databases, with binding each")] = ()
    kv_namespaces: Annotated[tuple[Bound, ...], Field(description="namespaces, with binding each")] = ()
    r2_buckets: Annotated[tuple[Bound, ...], Field(description="buckets, with binding each")] = ()
    queues: Annotated[Queues, Field(description="consumers, with queue each")] = Queues()
    logpush: Annotated[bool, Field(description="true", strict=True)] = False
    observability: Annotated[dict[str, Any], Field(description="an object such as { enabled: true }")] = {}
    vars: Annotated[dict[str, Any], Field(description="values by name")] = {}
    durable_objects: Annotated[DurableObjects, Field(description="bindings, with name and class_name each")] = (
        DurableObjects()
    )
    migrations: Annotated[tuple[Migration, ...], Field(description="migrations with a tag and lists of classes")] = ()
    exports: Annotated[
        dict[str, Export], Field(description='exports by name, such as { type: "durable-object", storage: "sqlite" }')
    ] = {}


@dataclass(frozen=True)
class WranglerFile:
    """One file at `path`, relative to the project, as Wrangler reads it for one environment.

    `section` is "env.<name>" where the file has that environment, "" otherwise. `unreadable` names the keys whose
    values make no sense, with the problem of each; `configuration` has their defaults.
    """

    path: str
    section: str
    fields: Mapping[str, Any]
    configuration: Configuration
    unreadable: Mapping[str, Problem]

    @property
    def entry(self) -> str:
        """The Worker's main module, relative to the project."""
        return self.from_project(self.configuration.main)

    def from_project(self, path: str) -> str:
        """A path of the file's, relative to the project."""
        return posixpath.normpath(PurePosixPath(self.path).parent / path)

    def place(self, key: str) -> str:
        """Where a key is, as problems tell it."""
        return _place(self.path, self.section, key)

    def problem(self, key: str, value: object, allowed: str) -> Problem:
        """What is wrong with a key's value; None is a missing one."""
        return _problem(self.place(key), value, allowed)


def read(root: Path, path: str, environment: str, *, required: bool = False) -> WranglerFile:
    """The file at `path` in the project's folder, for its `environment`; where it has none such, its top level.

    Raises DeclarationError when it is not a valid one, or lacks an environment that is `required`.
    """
    try:
        text = read_text(root / path, path)
        fields = tomllib.loads(text) if path.endswith(".toml") else json5_value(text, path)
    except OSError as error:
        raise DeclarationError(
            f"{path} cannot be read: {error.strerror}; it is named as wrangler in workers."
        ) from None
    except DocumentError as error:
        raise DeclarationError(f"{error}.") from None
    except tomllib.TOMLDecodeError as error:
        raise DeclarationError(f"{path} is not TOML: {error}") from None
    if not isinstance(fields, dict):
        raise DeclarationError(f'{path} has to hold an object, such as {{ "name": "my-worker" }}.')
    environments = fields.get("env")
    own = environments.get(environment) if isinstance(environments, dict) else None
    if not isinstance(own, dict) and required:
        known = ", ".join(environments) if isinstance(environments, dict) and environments else "none"
        raise DeclarationError(
            f"{path} has no environment {environment!r}, which wranglerEnvironment names; it has: {known}"
        )
    if not isinstance(own, dict):
        return _file(path, "", fields)
    return _file(path, f"env.{environment}", in_environment(fields, own, environment))


def _file(path: str, section: str, fields: dict[str, Any]) -> WranglerFile:
    configuration, found = read_partly(Configuration, fields)
    keys = dict.fromkeys(str(fault.path[0]) for fault in found)
    allowed = {key: Configuration.model_fields[key].description or "" for key in keys}
    unreadable = {key: _problem(_place(path, section, key), fields[key], allowed[key]) for key in keys}
    return WranglerFile(path, section, fields, configuration, unreadable)


def _place(path: str, section: str, key: str) -> str:
    return f"{path}: {section}.{key}" if section else f"{path}: {key}"


def _problem(place: str, value: object, allowed: str) -> Problem:
    if isinstance(value, datetime.date):  # of TOML, whose dates are not strings
        return Problem(place, f"{value} without quotes", allowed, "set it there")
    return Problem(place, "" if value is None else shown(value), allowed, "set it there")
