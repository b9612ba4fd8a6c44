"""What the Worker's code finds in its environment.

Source: developers.cloudflare.com/workers/configuration/multipart-upload-metadata (bindings)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def bindings(
    classes: Mapping[str, str],
    variables: Mapping[str, str],
    secrets: Mapping[str, Any],
    others: Sequence[dict[str, Any]] = (),
) -> list[dict[str, Any]]:
    """All bindings by name: `classes` of Durable Objects, `variables` as text, `secrets` that nobody can read back.

    Sorted, since Cloudflare returns them so and any other order would differ at every preview.
    """
    every = [{"type": "durable_object_namespace", "name": name, "class_name": of} for name, of in classes.items()]
    every += [{"type": "plain_text", "name": name, "text": text} for name, text in variables.items()]
    every += [{"type": "secret_text", "name": name, "text": text} for name, text in secrets.items()]
    return sorted([*every, *others], key=lambda binding: str(binding["name"]))
