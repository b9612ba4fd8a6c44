"""A Pulumi provider over a Cloud: the protocol, and nothing else.

Source: github.com/pulumi/pulumi, proto/pulumi/provider.proto
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import grpc  # type: ignore[import-untyped]
from google.protobuf.any_pb2 import Any as AnyMessage  # type: ignore[import-untyped]
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from firedrill.cloud.cloud import Cloud
from firedrill.cloud.injected_failures import Failures, Moment
from firedrill.cloud.values import Json, redacted
from firedrill.cloud.wire import decode, encode
from firedrill.vendors.errors import FiredrillError

_FAILED = "The local cloud failed on request, {} the change."


class _Status(NamedTuple):
    """What grpc takes as a status with details."""

    code: grpc.StatusCode
    details: str
    trailing_metadata: tuple[tuple[str, bytes], ...]


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """The provider of one package; `failures` lets a change fail on order (none by default)."""

    def __init__(self, package: str, version: str, cloud: Cloud, failures: Failures | None = None) -> None:
        self._package, self._version, self._cloud, self._failures = package, version, cloud, failures

    # The connection

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's names, here and below
        """Say that secrets arrive as such."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def Attach(self, request: Any, context: Any) -> Any:  # noqa: N802
        """The engine attaches to a provider that runs already."""
        return Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        """The version of the SDK that this provider answers as."""
        return plugin_pb2.PluginInfo(version=self._version)

    def GetSchema(self, request: Any, context: Any) -> Any:  # noqa: N802
        """The package without its types: the program's SDK has them."""
        return provider_pb2.GetSchemaResponse(schema=json.dumps({"name": self._package, "version": self._version}))

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Any configuration does: there is no account to reach."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """No configuration makes a difference."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Say again, as older engines ask, that secrets arrive as such, and that previews reach the provider."""
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Nothing takes long enough to be cancelled."""
        return Empty()

    # Resources

    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Check inputs by themselves."""
        with _answering(context, request.news) as (news,):
            checked = self._cloud.check(_type(request), news)
            failures = [provider_pb2.CheckFailure(reason=problem) for problem in checked.problems]
            return provider_pb2.CheckResponse(inputs=encode(checked.inputs), failures=failures)

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Compare inputs."""
        with _answering(context, request.old_inputs, request.news) as (old, new):
            found = self._cloud.diff(_type(request), old, new)
            kinds = provider_pb2.DiffResponse
            changes = kinds.DIFF_SOME if found.changed else kinds.DIFF_NONE
            return kinds(changes=changes, diffs=found.changed, replaces=found.replaced)

    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Create a resource."""
        with _answering(context, request.properties) as (inputs,):
            moment = self._begin(request.preview, context)
            id_, outputs = self._cloud.create(_type(request), inputs, preview=request.preview)
            _end(moment, context, id_, inputs, outputs)
            return provider_pb2.CreateResponse(id=id_, properties=encode(outputs))

    def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Read a resource for a refresh or an import; without an id when it is gone."""
        with _answering(context, request.properties, request.inputs) as (outputs, inputs):
            found = self._cloud.read(_type(request), request.id, outputs, inputs)
            if found is None:
                return provider_pb2.ReadResponse()
            return provider_pb2.ReadResponse(id=found.id, properties=encode(found.outputs), inputs=encode(found.inputs))

    def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Update a resource in place."""
        with _answering(context, request.olds, request.news) as (outputs, inputs):
            moment = self._begin(request.preview, context)
            after = self._cloud.update(_type(request), request.id, outputs, inputs, preview=request.preview)
            _end(moment, context, request.id, inputs, after)
            return provider_pb2.UpdateResponse(properties=encode(after))

    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Delete a resource."""
        with _answering(context, request.properties) as (outputs,):
            moment = self._begin(False, context)
            self._cloud.delete(_type(request), request.id, outputs)
            if moment:
                context.abort(grpc.StatusCode.UNKNOWN, _FAILED.format("after"))
            return Empty()

    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Call a function of the package."""
        with _answering(context, request.args) as (arguments,):
            result = encode(self._cloud.invoke(request.tok, arguments))
            return provider_pb2.InvokeResponse(**{"return": result})

    def _begin(self, preview: bool, context: Any) -> Moment | None:
        """Fail before the change if that was ordered; else say what was ordered for after it."""
        moment = self._failures.next() if self._failures and not preview else None
        if moment == "before":
            context.abort(grpc.StatusCode.UNKNOWN, _FAILED.format("before"))
        return moment


def _end(moment: Moment | None, context: Any, id_: str, inputs: Json, outputs: Json) -> None:
    """Fail after the change if that was ordered."""
    if moment is None:
        return
    text = _FAILED.format("after")
    if moment == "lost":
        context.abort(grpc.StatusCode.UNKNOWN, text)
    detail = AnyMessage()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(id=id_, properties=encode(outputs), inputs=encode(inputs), reasons=[text])
    )
    code = grpc.StatusCode.UNKNOWN
    status = status_pb2.Status(code=code.value[0], message=text, details=[detail])
    metadata = (("grpc-status-details-bin", status.SerializeToString()),)
    context.abort_with_status(_Status(code, text, metadata))


def _type(request: Any) -> str:
    """The type token of a request's resource: the last of those that its URN names."""
    token: str = request.urn.split("::")[2].rpartition("$")[2]
    return token


@contextmanager
def _answering(context: Any, *structs: Any) -> Iterator[tuple[Json, ...]]:
    """The properties of a request; what goes wrong with them is answered in words that have no secret in them."""
    values: tuple[Json, ...] = ()
    try:
        values = tuple(map(decode, structs))
        yield values
    except FiredrillError as error:
        context.abort(grpc.StatusCode.UNKNOWN, redacted(str(error), *values))
    except (ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError) as error:
        context.abort(grpc.StatusCode.INTERNAL, redacted(f"The local cloud failed: {error!r}", *values))
