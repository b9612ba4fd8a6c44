"""What the rendering process tells its caller: resources on stdout, or a message on stderr and this exit code."""

REFUSED = 3
