"""What a file of resources is: each module reads one tool's format into the rendered resources or the API's JSON."""

from __future__ import annotations

from firedrill.declared.declaration import Declared, declared_in
from firedrill.resources import loads
from firedrill.standalone.formats import api, pulumi, terraform, wrangler
from firedrill.standalone.read import Source


def read_declared(source: Source) -> Declared:
    """Read a file of resources, whose format its shape tells.

    Raises FiredrillError for a version of a format that is not supported, and for what has none of the formats.
    """
    value = wrangler.value_of(source)
    if isinstance(value, list) and any(isinstance(entry, dict) and "inputs" in entry for entry in value):
        return declared_in(loads(source.text, source.name), source.name)
    if terraform.recognises(value):
        return terraform.read(value, source.name)
    if pulumi.recognises(value):
        return pulumi.read(value, source.name)
    if wrangler.recognises(value):
        return wrangler.read(value, source.name)
    return api.read(value, source.name)
