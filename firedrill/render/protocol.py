"""What the rendering process tells its caller: resources on stdout, or a message there and one of these codes."""

REFUSED = 3
COULD_NOT_RUN = 4
UNBUNDLED = "--unbundled"
"""An argument after the stack: nothing will run the Workers, so esbuild is not needed."""
