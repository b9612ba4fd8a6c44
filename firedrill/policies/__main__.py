"""The policy pack of this repository, for `pulumi preview --policy-pack firedrill/policies`."""

import os
import signal
import sys
from pathlib import Path

signal.signal(signal.SIGINT, lambda *_: os._exit(0))  # so Pulumi ends a pack, of which it would show a traceback

from pulumi_policy import PolicyPack  # noqa: E402 - interrupted while it is imported, too

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # the pack's own folder is where Pulumi starts it

from firedrill.policies.pack import policies  # noqa: E402

if __name__ == "__main__":
    PolicyPack("firedrill", policies(Path(__file__).resolve().parents[2]))
