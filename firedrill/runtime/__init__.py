"""The real Worker in a local workerd: deployed as declared, driven, made to fail, and recorded."""

from firedrill.runtime.deployment import Deployment
from firedrill.runtime.recording import Worker, deployed
from firedrill.runtime.take import Faults, Request, Response, Take

__all__ = ["Deployment", "Faults", "Request", "Response", "Take", "Worker", "deployed"]
