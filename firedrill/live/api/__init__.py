"""The parts of both vendors' HTTP APIs that tell how a deployment does, answered by a stack that runs."""
