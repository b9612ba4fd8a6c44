"""Pulumi's encoding of property values in protobuf structs.

Source: pulumi.com/docs/iac/packages-and-automation/pulumi-packages/ (provider protocol), the constants are the SDK's.
"""

from __future__ import annotations

from typing import Any

from google.protobuf.struct_pb2 import Struct, Value  # type: ignore[import-untyped]
from pulumi.runtime import rpc

from firedrill.cloud.values import UNKNOWN, Json, Secret, Unknown
from firedrill.vendors.errors import Unsupported

_SIGNATURE = rpc._special_sig_key
_SECRET = rpc._special_secret_sig


def decode(struct: Struct) -> Json:
    """The properties of a struct, nulls left out, whole numbers as integers."""
    properties: Json = _decode(Value(struct_value=struct))
    return properties


def encode(properties: Json) -> Struct:
    """The struct of properties."""
    return _encode(properties).struct_value


def _decode(value: Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "list_value":
        return [_decode(each) for each in value.list_value.values]
    if kind == "struct_value":
        fields = value.struct_value.fields
        if _SIGNATURE not in fields:
            return {key: _decode(each) for key, each in fields.items() if each.WhichOneof("kind") != "null_value"}
        if fields[_SIGNATURE].string_value != _SECRET:
            raise Unsupported("an asset, an archive or a reference to a resource as an input", "local cloud")
        return Secret(_decode(fields["value"]))
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "string_value":
        return UNKNOWN if value.string_value == rpc.UNKNOWN else value.string_value
    return value.bool_value if kind == "bool_value" else None


def _encode(value: Any) -> Value:
    if isinstance(value, Secret):
        marked = {_SIGNATURE: Value(string_value=_SECRET), "value": _encode(value.value)}
        return Value(struct_value=Struct(fields=marked))
    if isinstance(value, dict):
        fields = {key: _encode(each) for key, each in value.items() if each is not None}
        return Value(struct_value=Struct(fields=fields))
    if isinstance(value, list | tuple):
        encoded = Value()
        encoded.list_value.values.extend(map(_encode, value))
        return encoded
    if isinstance(value, Unknown):
        return Value(string_value=rpc.UNKNOWN)
    if isinstance(value, bool):
        return Value(bool_value=value)
    if isinstance(value, int | float):
        return Value(number_value=value)
    return Value(null_value=0) if value is None else Value(string_value=str(value))
