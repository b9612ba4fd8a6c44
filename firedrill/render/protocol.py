"""What the rendering process tells its caller: resources on stdout, or a message on stderr and one of these codes."""

REFUSED = 3
COULD_NOT_RUN = 4
