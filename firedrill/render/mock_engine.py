"""Runs the Pulumi program under Pulumi's mock engine and records what it declares."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import mocks, rpc
from pulumi.runtime.proto.resource_pb2 import RESOURCE_MONITOR_FEATURE_ALIAS_SPECS
from pulumi.runtime.settings import SETTINGS
from pulumi.runtime.stack import run_pulumi_func

from firedrill.declared.credentials import without_credentials
from firedrill.errors import CannotRun
from firedrill.program import placed, remembering_places, run_main
from firedrill.render import stack_config
from firedrill.render.lookups import STACK_REFERENCE, Answers, answer, outputs_of, read_answers
from firedrill.render.masking import mask
from firedrill.render.stack_config import PLACEHOLDER, StackConfig
from firedrill.resources import ACCOUNT_TOKEN, LOGPUSH_JOB, MONITOR, QUEUE, Resource
from firedrill.vendors.errors import FiredrillError

WORKERS_SCRIPTS = "cloudflare:index/getWorkersScripts:getWorkersScripts"
STACK = "pulumi:pulumi:Stack"
ORGANIZATION = "organization"
"""That of a backend without any. Source: pulumi.com/docs/iac/concepts/state-and-backends (local file system)"""
_NOTHING: Answers = {}


class Recorder(mocks.MockMonitor):
    """Keeps every registration; `urns` name resources as Pulumi's engine does."""

    def __init__(self, scripts: Sequence[Mapping[str, Any]], answers: Answers) -> None:
        super().__init__(_Account(scripts, answers))
        self.registrations: dict[str, Any] = {}

    def GetDeploymentInfo(self, request: Any) -> Any:  # noqa: N802 - the engine's name
        """What an engine supports that leaves it to the SDK to work out under which URNs a resource may be live."""
        info = super().GetDeploymentInfo(request)  # type: ignore[no-untyped-call]
        info.supportedFeatures.remove(RESOURCE_MONITOR_FEATURE_ALIAS_SPECS)
        return info

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """The URN: the parents' types lead to the resource's own, the stack's left out."""
        lineage = parent.split("::")[2] if parent else STACK
        qualified = type_ if lineage == STACK else f"{lineage}${type_}"
        return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{qualified}::{name}"

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the engine's name
        """Record the request and answer as if the resource had been created."""
        response = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        if request.type != STACK:
            if response.urn in self.registrations:
                raise FiredrillError(
                    f"Two resources are declared with the same URN {response.urn}; rename one of them."
                )
            self.registrations[response.urn] = (request, response.id)
        return response

    def rendered(self) -> list[Resource]:
        """Everything that was declared, sorted by URN, without secrets."""
        return [
            _resource(urn, *self.registrations[urn], aliases=self._aliases(urn)) for urn in sorted(self.registrations)
        ]

    def _aliases(self, urn: str) -> list[str]:
        """The URNs that a resource may be live under: its own aliases, and those that follow from its parent's.

        Source: pulumi.com/docs/iac/concepts/resources/options/aliases (inherited aliases)
        """
        if urn not in self.registrations:
            return []
        request, _ = self.registrations[urn]
        parents = self._aliases(request.parent)
        if not parents:
            return sorted(request.aliasURNs)
        own, its_parents = request.name, self.registrations[request.parent][0].name
        rest = own.removeprefix(its_parents) if own.startswith(its_parents) else None
        inherited = [
            f"{parent.rpartition('::')[0]}${request.type}::{own if rest is None else parent.rpartition('::')[2] + rest}"
            for parent in parents
        ]
        return sorted({*request.aliasURNs, *inherited})


class _Account(mocks.Mocks):
    """A Cloudflare account with these Workers, and an empty Datadog account that accepts everything."""

    def __init__(self, scripts: Sequence[Mapping[str, Any]], answers: Answers) -> None:
        self.scripts, self.answers = scripts, answers

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        if args.typ == STACK_REFERENCE:
            outputs = outputs_of(args.inputs["name"], self.answers)
            return args.inputs["name"], {**args.inputs, "outputs": dict(outputs), "secretOutputNames": []}
        id_ = args.resource_id or resource_id(args.typ, args.name)
        made = {ACCOUNT_TOKEN: {"value": PLACEHOLDER}, QUEUE: {"queueId": id_}}.get(args.typ, {})
        return (id_ if args.custom else ""), {**args.inputs, **made}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        if args.token == WORKERS_SCRIPTS and self.scripts:
            return {"id": args.args["accountId"], **args.args, "results": list(self.scripts)}, []
        return answer(args.token, args.args, self.answers), []


def run_program(stack: str, root: Path) -> list[Resource]:
    """Run `root`/__main__.py for `stack`, changing this process's environment as the Pulumi CLI would.

    Raises FiredrillError with what the program refused, or with where it failed.
    """
    config = stack_config.read(stack, root)
    os.environ["PULUMI_CONFIG"] = json.dumps(config.values)
    try:
        with remembering_places(root):
            return record(lambda: run_main(root), stack, config, answers=read_answers(root))
    except CannotRun:
        raise
    except (FiredrillError, pulumi.RunError) as error:
        raise FiredrillError(str(error)) from error
    except BaseException as error:
        raise FiredrillError(f"The Pulumi program failed in an output: {placed(error, root)}") from error


def record(
    program: Callable[[], Any],
    stack: str,
    config: StackConfig,
    scripts: Sequence[Mapping[str, Any]] = (),
    answers: Answers = _NOTHING,
) -> list[Resource]:
    """What `program` declares, sorted by URN and without secrets.

    `scripts` are the Workers that Cloudflare already holds; none by default: every stack renders as for the first time.
    `answers` are what other look-ups find.
    """
    recorder = Recorder(scripts, answers)
    loops: list[asyncio.AbstractEventLoop] = []

    def prepare_thread() -> None:
        """Give a thread the event loop that Pulumi would else make there and never close."""
        loops.append(asyncio.new_event_loop())
        asyncio.set_event_loop(loops[-1])

    async def run() -> None:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(initializer=prepare_thread))
        SETTINGS.outputs.clear()  # what a program that failed has left unfinished
        pulumi.runtime.set_all_config(config.values, list(config.secret_keys))
        mocks.set_mocks(
            recorder.mocks,
            project=config.project,
            stack=stack,
            preview=False,
            monitor=recorder,
            organization=ORGANIZATION,
        )
        await run_pulumi_func(program)

    logging.disable()  # Pulumi logs failures before it raises them
    try:
        asyncio.run(run())
    finally:
        logging.disable(logging.NOTSET)
        for loop in loops:
            loop.close()
    return recorder.rendered()


def _whole_numbers(value: Any) -> Any:
    """`value` with integers where the wire, which knows only doubles, has made 60.0 of 60."""
    if isinstance(value, dict):
        return {key: _whole_numbers(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_whole_numbers(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def resource_id(type_: str, name: str) -> str:
    """A made-up id, always the same for a resource; a number where the vendor's is one."""
    digest = hashlib.sha256(f"{type_}::{name}".encode()).hexdigest()
    return str(10**7 + int(digest, 16) % (9 * 10**7)) if type_ in (LOGPUSH_JOB, MONITOR) else digest[:32]


def _resource(urn: str, request: Any, id_: str, *, aliases: Sequence[str]) -> Resource:
    inputs, secret_inputs = mask(_whole_numbers(rpc.deserialize_properties(request.object)))
    inputs = without_credentials(inputs)
    parent = "" if request.parent.split("::")[2] == STACK else request.parent
    return Resource(
        type=request.type,
        name=request.name,
        urn=urn,
        id=id_,
        inputs=inputs,
        parent=parent,
        depends_on=tuple(sorted(set(request.dependencies))),
        secret_inputs=secret_inputs,
        protect=request.protect,
        aliases=tuple(aliases),
    )
