"""Workers with their bindings and Durable Object classes.

Sources: developers.cloudflare.com/workers/configuration/multipart-upload-metadata (uploads, bindings),
developers.cloudflare.com/durable-objects/reference/durable-objects-migrations (classes),
pulumi.com/registry/packages/cloudflare/api-docs/workersscript (inputs, outputs, import)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from firedrill.cloud import folders
from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.resources.bindings import (
    refreshed,
    refuse_missing,
    refuse_unknown,
    sensitive,
    with_secret_texts,
    without_text,
)
from firedrill.cloud.resources.content import content_of, handlers_of, require_assets
from firedrill.cloud.resources.durable_objects import Classes, classes_of, migrate, presumed, refuse_bound
from firedrill.cloud.resources.keys import digest, script_key
from firedrill.cloud.state import Entry, State
from firedrill.cloud.tokens import WORKERS_SUBDOMAIN
from firedrill.cloud.values import Json, revealed
from firedrill.resources import WORKERS_CRON_TRIGGER, WORKERS_SCRIPT
from firedrill.script_code import code_breaches
from firedrill.vendors.cloudflare import from_pulumi
from firedrill.vendors.cloudflare.rules.exports import export_breaches
from firedrill.vendors.cloudflare.rules.migrations import Live, class_breach
from firedrill.vendors.cloudflare.rules.scripts import DURABLE_OBJECT, upload_breaches
from firedrill.vendors.cloudflare.script import check_script
from firedrill.vendors.errors import Mistakes, refuse

BELONGING = (WORKERS_SUBDOMAIN, WORKERS_CRON_TRIGGER)
"""Types of what is deleted with a Worker."""
_STARTUP_MS = 10
"""Modelled: Cloudflare measures what loading the module takes."""


class WorkersScript(ResourceType):
    """`cloudflare.WorkersScript`: code, bindings and migrations in one upload, taking over a Worker of the name."""

    token = WORKERS_SCRIPT
    noun = "WorkersScript"
    named_by = "scriptName"
    known = frozenset(
        {
            "accountId",
            "assets",
            "bindings",
            "cacheOptions",
            "compatibilityDate",
            "compatibilityFlags",
            "content",
            "contentFile",
            "contentSha256",
            "contentType",
            "limits",
            "logpush",
            "mainModule",
            "migrations",
            "observability",
            "placement",
            "scriptName",
            "tailConsumers",
        }
    )
    required = ("accountId", "scriptName")
    defaults: ClassVar[Mapping[str, Any]] = {"logpush": False, "usageModel": "standard"}
    immutable = ("accountId", "scriptName")
    write_only = ("contentFile", "contentSha256", "mainModule", "migrations")
    computed = (
        *("bindings", "createdOn", "etag", "handlers", "hasAssets", "hasModules", "migrationTag", "modifiedOn"),
        "startupTimeMs",
    )
    lasting = ("createdOn", "hasModules")
    is_put = True

    def marked(self, inputs: Json) -> Json:
        """The texts of secret_text bindings are secrets."""
        return with_secret_texts(inputs)

    def check(self, inputs: Json, around: Surroundings) -> None:
        """The name, the bindings, the content and its hash, and whether the upload fits together."""
        place = self.place(inputs)
        mistakes = Mistakes()
        with mistakes.collect():
            refuse_unknown(inputs.get("bindings") or (), place)
        with mistakes.collect():
            require_assets(inputs, place, around.root)
        script = from_pulumi.workers_script(inputs)
        fitting = presumed(script)
        with mistakes.collect():
            check_script(script, fitting, may_be_imported=True)
        with mistakes.collect():
            refuse(
                place, code_breaches(script, content_of(inputs, place, around.root), fitting, around.now, around.root)
            )
        mistakes.raise_all()

    def key(self, id_: str, properties: Mapping[str, Any]) -> str:
        """By account and name."""
        return script_key(id_, properties)

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """The name is the id; a Worker that has it is taken over."""
        return script_key("", inputs), inputs["scriptName"]

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """Migrate the classes from the live tag, then see that each binding finds its class."""
        inputs = revealed(entry.inputs)
        place = self.place(inputs)
        script = from_pulumi.workers_script(inputs)
        refuse(place, upload_breaches(script))
        refuse_missing(inputs.get("bindings") or (), state, place)
        live_tag, live = ("", {}) if before is None else (before.held["tag"], before.held["classes"])
        content, held = content_of(inputs, place, around.root), Live(live_tag, frozenset(live))
        check_script(script, held)
        refuse(place, export_breaches(script, content, held))
        migrations = script.get("migrations") or {}
        account = inputs["accountId"]

        def new_namespace(name: str) -> str:
            return digest(account, inputs["scriptName"], name, state.number())[:32]

        classes = migrate(migrations, live, new_namespace, place)
        tag = migrations.get("new_tag") or live_tag
        sha256 = folders.keep_module(around.folder, content)
        entry.held = {"classes": classes, "tag": tag, "sha256": sha256}
        entry.computed = {
            "bindings": [
                _with_namespace(without_text(binding), classes, state, account, place)
                for binding in entry.inputs.get("bindings") or ()
            ],
            "createdOn": around.now if before is None else before.computed["createdOn"],
            "etag": sha256,
            "handlers": handlers_of(content),
            "hasAssets": bool(inputs.get("assets")),
            "hasModules": True,
            "migrationTag": tag or None,
            "modifiedOn": around.now,
            "startupTimeMs": _STARTUP_MS,
        }

    def foresee(self, inputs: Json, before: Mapping[str, Any], state: State, around: Surroundings) -> None:
        """What only an upload needs, and that the code exports each class that is live."""
        entry = self.find(script_key("", inputs), state)
        live = Live(entry.held["tag"], frozenset(entry.held["classes"])) if entry else Live()
        place, script = self.place(inputs), from_pulumi.workers_script(inputs)
        refuse(
            place, [*upload_breaches(script), *export_breaches(script, content_of(inputs, place, around.root), live)]
        )

    def retire(self, key: str, entry: Entry, state: State) -> None:
        """Not while another Worker binds to one of its classes; its subdomain and its schedules go with it."""
        refuse_bound(state, entry.inputs["accountId"], entry.inputs["scriptName"], self.place(entry.inputs))
        for token in BELONGING:
            state.of(token).pop(key, None)

    def readable(self, entry: Entry, known: Mapping[str, Any], state: State, around: Surroundings) -> Json:
        """Cloudflare gives back no secret text, and the content itself unless the stack keeps it in a file."""
        given = super().readable(entry, known, state, around)
        given.pop("bindings", None)
        if bindings := refreshed(entry.inputs.get("bindings") or (), known.get("bindings") or ()):
            given["bindings"] = bindings
        if "contentSha256" in given:
            given["contentSha256"] = entry.held["sha256"]
        if "contentFile" not in given:
            module = folders.module_file(around.folder, entry.held["sha256"])
            given["content"] = module.read_text(encoding="utf-8")
        return given

    def outputs(self, inputs: Json, computed: Json) -> Json:
        """Bindings in their own order, with what Cloudflare adds to them."""
        outputs = super().outputs(inputs, computed)
        if isinstance(computed["bindings"], list):
            live = {(each["name"], each.get("className")): each for each in computed["bindings"]}
            outputs["bindings"] = [
                sensitive({**live.get((each["name"], each.get("className")), {}), **each})
                for each in inputs.get("bindings") or ()
            ]
        return outputs


def workers_scripts(arguments: Json, state: State) -> Json:
    """`getWorkersScripts`: the Workers of an account, sorted by name, with their live migration tags."""
    account = arguments.get("accountId")
    found = [entry for entry in state.of(WORKERS_SCRIPT).values() if entry.inputs["accountId"] == account]
    results = [_listed(entry) for entry in sorted(found, key=lambda entry: entry.id)]
    return {**arguments, "results": results[: arguments.get("maxItems") or 1000]}


def _listed(entry: Entry) -> Json:
    shown = ("createdOn", "etag", "hasAssets", "hasModules", "migrationTag", "modifiedOn")
    return {
        "id": entry.id,
        "compatibilityDate": entry.inputs.get("compatibilityDate"),
        "compatibilityFlags": entry.inputs.get("compatibilityFlags") or [],
        "logpush": bool(entry.inputs.get("logpush")),
        "usageModel": "standard",
        **{key: entry.computed[key] for key in shown if entry.computed.get(key) is not None},
    }


def _with_namespace(binding: Json, own: Classes, state: State, account: str, place: str) -> Json:
    """A binding as Cloudflare gives it back: one to a class with the id of its namespace."""
    if binding["type"] != DURABLE_OBJECT:
        return binding
    script, name = binding.get("scriptName"), binding["className"]
    classes = own if not script else classes_of(state, account, script)
    if name not in classes:
        refuse(place, [class_breach(binding["name"], name, script or "")])
    return {**binding, "namespaceId": classes[name]}
