"""Ways to the outside, one file each, found by the scheme of a URL: a new file here is a new channel.

A channel module names its `SCHEMES` and has `send(envelope, gate) -> str`, which returns the provider's id for the
message. It raises Refused when sending again is useless; any other failure is tried again by the job.
"""

import pkgutil
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from urllib.parse import urlsplit
from uuid import UUID


class Refused(Exception):
    """The other side turned the message down for good."""


class Unreached(Exception):
    """The other side did not take the message this time."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message: `id` stays the same however often it is tried, `to` is E.164, `code` a login code or None.

    `at` is RFC 3339 text; `timestamp` the same instant in whole seconds since 1970.
    """

    id: UUID
    to: str
    text: str
    at: str
    timestamp: int
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """Where messages go: the URL of SMS_URL, the secret that signs, and seconds to wait for an answer."""

    url: str
    secret: str
    timeout: float


@lru_cache(maxsize=1)
def modules() -> dict[str, ModuleType]:
    """Return the channel module of every URL scheme."""
    found = [import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    return {scheme: module for module in found for scheme in module.SCHEMES}


def send(envelope: Envelope, gate: Gate) -> str:
    """Send through the channel that `gate.url` names and return the provider's id.

    Raises: Refused, Unreached.
    """
    provider_id: str = modules()[urlsplit(gate.url).scheme].send(envelope, gate)
    return provider_id
