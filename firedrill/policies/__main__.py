"""The policy pack of this repository, for `pulumi preview --policy-pack firedrill/policies`."""

import sys
from pathlib import Path

from pulumi_policy import PolicyPack

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # the pack's own folder is where Pulumi starts it

from firedrill.policies.pack import policies

if __name__ == "__main__":
    PolicyPack("firedrill", policies(Path(__file__).resolve().parents[2]))
