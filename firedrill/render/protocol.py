"""What the rendering process tells its caller: resources on stdout, or a message there and one of these codes."""

REFUSED = 3
COULD_NOT_RUN = 4
