"""`firedrill challenge`: the challenges of a stack, asked of the account that the environment names."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from firedrill.challenge.challenged import challenged
from firedrill.challenge.meeting import Met, Obtain, asked_and_read, meet
from firedrill.challenge.reading import read_token
from firedrill.challenge.secrets import StackSecrets
from firedrill.cloudflare_api import TOKEN, Cloudflare, base_url
from firedrill.engine import binary
from firedrill.engine.process import Engine
from firedrill.errors import CannotRun
from firedrill.render import stack_config
from firedrill.vendors.cloudflare.rules.permissions import WRITE_LOGS
from firedrill.vendors.errors import FiredrillError


def run_challenge(
    stack: str,
    root: Path,
    *,
    destination: str = "",
    token_file: Path | None = None,
    again: bool = False,
    announce: Callable[[str], None] = print,
) -> bool:
    """Meet the challenges of a stack, and announce how each ended; returns whether every token is set now.

    `destination` names one; `token_file` has its token ("-": standard input). Raises FiredrillError for a mistake in
    the config, CannotRun where Pulumi or Cloudflare cannot be asked.
    """
    if token_file and not destination:
        raise FiredrillError("--token-file holds the token of one destination; name it with --destination")
    wanted = challenged(stack, stack_config.read(stack, root), destination)
    if not wanted:
        announce(f"no destination of stack {stack!r} is challenged: there is nothing to do")
        return True
    environment = dict(os.environ)
    given = environment.get(TOKEN, "")
    if not given:
        raise CannotRun(f"{TOKEN} is not set; give a token of the account with the permission {WRITE_LOGS!r}")
    secrets = StackSecrets(Engine(binary.find(root).path, root, environment), stack)
    token = _text(token_file) if token_file else ""
    with closing(Cloudflare(given, base_url(environment))) as cloudflare:
        fetch = asked_and_read(cloudflare, lambda conf, file: read_token(conf, file, environment))
        obtain: Obtain = (lambda *_: token) if token_file else fetch
        ended = list(meet(wanted, cloudflare, secrets, obtain, again=again or token_file is not None))
    for each in ended:
        announce(_line(each))
    return all(each.ok for each in ended)


def _line(met: Met) -> str:
    return f"{'ok    ' if met.ok else 'to do '}{met.name}: {met.said}"


def _text(file: Path) -> str:
    if str(file) == "-":
        return sys.stdin.read().strip()
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise CannotRun(f"cannot read {str(file)!r}: {reason}; name the file that holds the token") from error
