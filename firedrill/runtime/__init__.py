"""The real Worker in a local workerd: deployed as declared, driven, made to fail, and recorded."""

from firedrill.runtime.config import Deployment
from firedrill.runtime.take import Faults, Request, Response, Take, Worker, deployed

__all__ = ["Deployment", "Faults", "Request", "Response", "Take", "Worker", "deployed"]
