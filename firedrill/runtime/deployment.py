"""A Worker as it is declared, with what the drill puts in the place of its bindings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from firedrill.runtime.source_map import Sources
from firedrill.vendors.cloudflare.rules.migrations import (
    bound_classes,
    classes_after,
    foreign_script,
)
from firedrill.vendors.cloudflare.rules.modules import Module

Given = str | Mapping[str, Any] | None
"""What a drill file says of a binding."""


@dataclass(frozen=True)
class Deployment:
    """A WorkersScript as declared (API JSON), its bundle, unchanged, and the modules that this imports.

    `bindings` replaces the text of declared bindings, or adds new ones; None removes a declared one, and a mapping
    stands for one: what each of its methods answers.
    `outbound` is the address ("127.0.0.1:port") of an HTTP server that answers whatever the Worker fetches; by default
    nothing can be reached: a drill does not leave this machine. `answers` are to some of it in its place (see Outbound
    of the drill file), the most specific first: method ("" for any), url, status, headers and body.
    `sources` tells where the bundle's code came from; it changes nothing of what runs. `root` is the folder of the
    project, whose workerd runs it. `unreached` are handlers and bindings that no traffic need come to, with the reason.
    `entrypoints` are named ones that takes call. `beside` are the other Workers that its bindings lead to, and theirs.
    """

    script: Mapping[str, Any]
    bundle: bytes
    bindings: Mapping[str, Given] = field(default_factory=dict)
    outbound: str = ""
    answers: tuple[Mapping[str, Any], ...] = ()
    sources: Sources = field(default=Sources(), compare=False)
    root: Path = field(default=Path(), compare=False)
    modules: tuple[Module, ...] = ()
    unreached: Mapping[str, str] = field(default_factory=dict, compare=False)
    entrypoints: tuple[str, ...] = ()
    beside: tuple[Deployment, ...] = ()

    @property
    def name(self) -> str:
        """The script's."""
        return str(self.script["script_name"])

    @property
    def classes(self) -> list[str]:
        """Its Durable Object classes, which its bindings name or its code finds by `ctx.exports`, sorted."""
        return sorted({*bound_classes(self.script), *classes_after(self.script)})

    @property
    def stand_ins(self) -> dict[str, Mapping[str, Any]]:
        """What the methods of bindings answer that are not to be had here, by name."""
        return {name: given for name, given in self.bindings.items() if isinstance(given, Mapping)}

    @property
    def class_of(self) -> dict[str, str]:
        """The Worker's own Durable Object class of each binding."""
        return {each["name"]: each["class_name"] for each in self.script.get("bindings", []) if is_own(self, each)}

    @property
    def namespace_of(self) -> dict[str, str]:
        """The key of each class's objects: the id of its namespace, which outlives renames, where it is deployed."""
        objects = (each for each in self.script.get("bindings", []) if is_own(self, each))
        ids = {each["class_name"]: each["namespace_id"] for each in objects if each.get("namespace_id")}
        return {name: ids.get(name, name) for name in self.classes}


def is_own(deployment: Deployment, binding: Mapping[str, Any]) -> bool:
    """Whether a binding is of a Durable Object class that the Worker itself has."""
    is_object = binding["type"] == "durable_object_namespace"
    return is_object and not foreign_script(binding, deployment.script)


def is_behind_assets(deployment: Deployment) -> bool:
    """Whether requests come to the Worker through what serves its assets."""
    return bool((deployment.script.get("assets") or {}).get("directory"))


def other_worker(binding: Mapping[str, Any]) -> str:
    """The name of the Worker that a binding names, which may be its own; "" where it names none."""
    key = {"service": "service", "durable_object_namespace": "script_name"}.get(binding["type"], "")
    return str(binding.get(key) or "")


def given_bindings(deployment: Deployment) -> list[Mapping[str, Any]]:
    """The declared bindings, with the drill's texts in their place, and those that only the drill gives."""
    declared = {binding["name"]: binding for binding in deployment.script.get("bindings", [])}
    given = {
        name: {"type": "plain_text", "name": name, "text": value} if isinstance(value, str) else None
        for name, value in deployment.bindings.items()
    }
    return [each for each in {**declared, **given}.values() if each]
