"""Moto's server of S3 and Kinesis as a process: it prints its port and serves until it is killed."""

from __future__ import annotations

import logging

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from firedrill.ports import HOST


def main() -> None:
    """Serve at any free port."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # no line for each request
    server = make_server(HOST, 0, DomainDispatcherApplication(create_backend_app), threaded=True)
    print(server.server_port, flush=True)  # noqa: T201 - read by who has started it
    server.serve_forever()


if __name__ == "__main__":
    main()
