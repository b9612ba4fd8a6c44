"""`python -m firedrill`, and what the command `firedrill` calls."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C before its modules are there ends as it does later."""
    try:
        from firedrill.cli import run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("firedrill: interrupted.\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
